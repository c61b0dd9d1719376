# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the tests in tests/, in the emulated host: KTAP, the module, guests and
# readers.  All that the tests need is in /t.

ko=/t/vsyscalls.ko
dev=/dev/vsyscalls
minivm=/t/guests/minivm
tmp=/tmp/test.$$
results=0
failures=0
guests=0
marks=0

mkdir -p $tmp

if grep -qw svm /proc/cpuinfo; then
	vendor=svm vendor_module=kvm-amd
else
	vendor=vmx vendor_module=kvm-intel
fi

# result STATUS NAME.  VSYS_TAMPER inverts the first result.
result() {
	results=$((results + 1))
	if [ $results = 1 ] && [ -n "${VSYS_TAMPER:-}" ]; then
		set -- $((!$1)) "$2"
	fi
	if [ "$1" = 0 ]; then
		echo "ok $results - $2"
	else
		echo "not ok $results - $2"
		failures=$((failures + 1))
	fi
}

# ok NAME COMMAND...: does it succeed?  Its output is shown if not.
ok() {
	name=$1
	shift
	"$@" >$tmp/said 2>&1
	status=$?
	[ $status = 0 ] || sed "s/^/# /" $tmp/said
	result $status "$name"
}

# fails NAME COMMAND...: does it return an error, rather than die by a signal?
fails() {
	name=$1
	shift
	"$@" >$tmp/said 2>&1
	status=$?
	[ $status != 0 ] && [ $status -lt 124 ]
	result $? "$name"
}

# is NAME WANT GOT
is() {
	[ "$2" = "$3" ]
	status=$?
	[ $status = 0 ] || printf '%s\n' "want: $2" "got:  $3" | sed 's/^/# /'
	result $status "$1"
}

# has NAME FIXED_STRING FILE: does a line contain it?
has() {
	is "$1" "$2" "$(grep -oF -m 1 -- "$2" "$3" | head -n 1)"
}

finish() {
	echo "1..$results"
	rm -rf $tmp
	[ $failures = 0 ] && [ $results != 0 ]
}

# The mini guests are no system that can be found.
load() {
	case " $*" in
	*' profile='*) ;;
	*) set -- "profile=linux_x86_64 $*" ;;
	esac
	/t/module/hostile load $ko "$@"
}

# close() waits a second for vCPUs; the last of a busy machine may let go later.
unload() {
	await unload_settled && [ -z "$why" ]
}

unload_settled() {
	why=$(/t/module/hostile unload) || [ "$why" != EAGAIN ]
}

# log prints the module's messages in the kernel's log since mark_log.  The first
# load logs more.
mark_log() {
	marks=$((marks + 1))
	echo "mark $$ $marks" >/dev/kmsg
}

log() {
	dmesg | sed -n "/mark $$ $marks\$/,\$p" | grep -o 'vsyscalls: .*' | grep -v taint
}

alive() {
	kill -0 "$1" 2>/dev/null
}

# await COMMAND...: wait until it succeeds, 300 s at most.
await() {
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 6000 ] || return 1
		usleep 50000
	done
}

said() {
	grep -qF -- "$2" "$1"
}

# start NAME COMMAND...: run it in the background, as $started, until it prints "ready".
start() {
	name=$1
	shift
	"$@" >"$tmp/$name" 2>&1 &
	started=$!
	await said "$tmp/$name" ready
}

# end PID: interrupt a process started by start().
end() {
	kill -INT "$1"
	wait "$1"
}

# guest TENTHS [VCPUS]: run busy.c as $guest for so many tenths of a second, or, with 0,
# until guest_right.  Its output goes to $tmp/guest.$guest.
guest() {
	mhz=$(sed -n 's/^cpu MHz.*: \([0-9]*\).*/\1/p' /proc/cpuinfo | head -n 1)
	guests=$((guests + 1))
	$minivm --strict --timeout 3600 --vcpus "${2:-2}" --arg $((mhz * 100000 * $1)) \
		/t/module/busy.bin >$tmp/guest-$guests 2>&1 &
	guest=$!
	ln -s guest-$guests $tmp/guest.$guest
	[ "$1" != 0 ] || : >$tmp/endless.$guest
	await in_kvm_or_gone $guest
}

# Does process $1 have a machine with a vCPU, and run it?
in_kvm() {
	# shellcheck disable=SC2010 # these names are known
	ls -l "/proc/$1/fd" | grep -q kvm-vcpu
}

in_kvm_or_gone() {
	in_kvm "$1" || ! alive "$1"
}

# Wait for the end of a guest: it reports itself whether all its registers were right.
guest_right() {
	[ ! -e "$tmp/endless.$1" ] || /t/module/hostile stop "$1"
	wait "$1"
	status=$?
	cat "$tmp/guest.$1"
	return $status
}

# whole_test ARGUMENT...: run a test of hostile, beside the guest if there is one.
whole_test() {
	/t/module/hostile "$@"
	verdict=$?
	unload || verdict=1
	if [ -n "${guest:-}" ]; then
		guest_right "$guest" >$tmp/right || verdict=1
		sed 's/^/# /' $tmp/right
	fi
	rm -rf $tmp
	exit $verdict
}

# reader ARGUMENT...: start vsysread, attached, as $reader.
reader() {
	rm -f $tmp/ready
	/t/vsysread --whole --ready-file $tmp/ready "$@" 2>$tmp/reader.err &
	reader=$!
	await [ -s $tmp/ready ]
}

reader_end() {
	kill "$reader" 2>/dev/null
	wait "$reader"
}

# totals REGEX: the totals that the last reader printed match.
totals() {
	grep -q "$1" $tmp/reader.err || {
		cat $tmp/reader.err
		return 1
	}
}

# Print the targets of KVM's static calls while nobody is attached.  A KVM with TDX
# support has a parameter for it, and wraps Intel's functions.
kvm_calls() {
	calls=$vendor
	[ ! -e /sys/module/kvm_intel/parameters/tdx ] || calls=vt
	printf '%s\n' "vcpu_run ${calls}_vcpu_run" "handle_exit ${calls}_handle_exit" \
		"vcpu_free ${calls}_vcpu_free"
}

# Do the results of getpid() in a trace of busy.c count up without a gap, from
# $2 on if given?  Prints a line for each vCPU: machine, vCPU, first, last.
consecutive() {
	awk -v from="${2:-0}" '
	/getpid\(\) = [0-9]+$/ {
		key = $2 " " $4 + 0
		if (!(key in last))
			first[key] = $NF
		else if ($NF != last[key] + 1) {
			if (bad++ < 3)
				print "# after " last[key] ": " $0
		}
		last[key] = $NF
	}
	END {
		for (key in last) {
			print key, first[key], last[key]
			bad += from && first[key] != from
			n++
		}
		exit bad || !n
	}' "$1"
}
