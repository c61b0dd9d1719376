#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: the guests again, now traced, and the records that
# calls must produce.
#
#	run-traced.sh DIR [NAME...]
#
# DIR also holds vsyscalls.ko, vsysread and two of the examples; with NAMEs of
# guests.list only these are run.  Prints KTAP.
set -u
dir=$1
shift
expected=
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh
# shellcheck disable=SC2034 # of reader.sh
vsysread=$dir/vsysread

# trace PROFILE [OPTION...]
trace() {
	reader_start --whole -o /tmp/trace -P "$@"
}

# excused: of the output of run-guests.sh, the deviations of the CPU that it let pass.
excused() {
	awk '/^  ok .* # SKIP known: / { sub(/^  ok [0-9]+ - /, ""); lines[++n] = $0 }
		/^(not )?ok / {
			sub(/^(not )?ok [0-9]+ - /, "")
			for (i = 1; i <= n; i++)
				print $1 ": " lines[i]
			n = 0
		}' "$1"
}

# deviates_alike FILE: the CPU deviates untraced as in FILE, the output of a traced run: what
# is excused there is not of the module's making.
deviates_alike() {
	excused "$1" >/tmp/excused
	[ -s /tmp/excused ] || return 0
	# shellcheck disable=SC2046 # names are words
	sh "$dir/run-guests.sh" "$dir" $(cut -d: -f1 /tmp/excused | uniq) >/tmp/untraced
	excused /tmp/untraced >/tmp/known
	! grep -vxFf /tmp/known /tmp/excused | sed 's/^/# only traced: /' | grep .
}

# guests PROFILE DOORS WHAT [NAME...]: the guests must not see that they are traced.
guests() {
	profile=$1
	doors=$2
	what=$3
	shift 3
	trace "$profile"
	sh "$dir/run-guests.sh" --strict="$doors" "$dir" "$@" >/tmp/guests
	result $? "$what"
	grep '^ *not ok' /tmp/guests | grep -v control | sed 's/^/# /'
	grep -c '^ok' /tmp/guests | sed 's/^/# guests: /'
	reader_stop
	result $? "each event was read or is lost and counted"
	sed 's/^/# /' /tmp/said
	deviates_alike /tmp/guests
	result $? "the CPU deviates as it does untraced: $(wc -l </tmp/excused) times"
}

# Strip from a trace all that differs from run to run.  Of the moved entry registers,
# drop the runtime's own: all, or those before the first call if the guest moves
# some itself.
lines() {
	own='/^--- entry register /d'
	grep -q '^--- entry register ' "$1" && own='1,/^[^-]/{/^--- entry register /d}'
	sed 's/^\[vm [0-9]* vcpu 0\] //; s/^\(--- .*\) rule [0-9]* /\1 rule N /' /tmp/trace |
		sed "$own"
}

# records NAME PROFILE EXPECTED [OPTION...]: the trace must equal EXPECTED.
records() {
	name=$1
	profile=$2
	expected=$3
	shift 3
	trace "$profile" "$@"
	sh "$dir/run-guests.sh" "$dir" "$name" >/tmp/guests
	passed=$?
	reader_stop
	lines "$dir/$expected" >/tmp/calls
	diff "$dir/$expected" /tmp/calls >/tmp/diff && [ $passed = 0 ]
	result $? "$name as $profile produces the records of $expected"
	sed 's/^/# /' /tmp/diff
}

# mixed NAME PROFILE EXPECTED [OPTION...]: the same while another session, attached before,
# takes the machine for another system.
mixed() {
	case $2 in
	linux_x86_64) other=windows_7_x64 ;;
	linux_*) other=windows_7_x86 ;;
	*_x64) other=linux_x86_64 ;;
	*) other=linux_x86 ;;
	esac
	rm -f /tmp/ready
	"$vsysread" --ready-file /tmp/ready -P $other -o /tmp/mixed 2>/tmp/mixed.said &
	mixer=$!
	until [ -e /tmp/ready ] || ! kill -0 $mixer; do sleep 0.1; done
	echo "# beside a session with $other"
	records "$@"
	kill -INT $mixer
	wait $mixer
	# Its door may be another, so that it need not have a call.
	grep -q '^vsysread: .* 0 lost' /tmp/mixed.said
	result $? "and the other session has its own records"
	sed 's/^/# /' /tmp/mixed.said
}

# counted NAME PROFILE CALL: each CALL that reaches the guest's kernel has a record.
counted() {
	trace "$2"
	sh "$dir/run-guests.sh" "$dir" "$1" >/tmp/guests
	passed=$?
	reader_stop
	made=$(sed -n 's/^ *# calls //p' /tmp/guests)
	seen=$(grep -c "$3(" /tmp/trace)
	[ $passed = 0 ] && [ "$made" -gt 0 ] && [ "$made" = "$seen" ]
	result $? "$1: each call that was made has a record"
	echo "# $made calls, $seen records"
}

# watched NAME PROFILE: check the output of two watchers, each written once for all Windows.
watched() {
	watchers=
	for watcher in files processes; do
		"$dir/$watcher" /dev/vsyscalls "$2" >/tmp/$watcher 2>/tmp/said &
		watchers="$watchers $!"
		until grep -q watching /tmp/said || ! kill -0 $!; do sleep 0.1; done
	done
	sh "$dir/run-guests.sh" "$dir" "$1" >/tmp/guests
	sleep 0.5
	# shellcheck disable=SC2086 # a list
	kill -INT $watchers
	# shellcheck disable=SC2086
	wait $watchers
	# Drop the long name, which is truncated.
	cat /tmp/files /tmp/processes | sed 's/^vm [0-9]* 0x[0-9a-f]*: //; /hijklmnop/d' >/tmp/watched
	# Only the 64-bit guests create a process.
	case $1 in
	nt-x64*) cat "$dir/watched.expect" ;;
	*) grep -v ^creates "$dir/watched.expect" ;;
	esac >/tmp/expected
	diff /tmp/expected /tmp/watched >/tmp/diff
	result $? "$1 as $2 is watched by programs that are the same for all"
	sed 's/^/# /' /tmp/diff
}

insmod "$dir/vsyscalls.ko" profile=linux_x86_64 rewrite=1 || exit 1
# These cover SYSENTER and INT 2Eh under a profile of Windows.
windows="int-n int-n-i386 int-traps int-traps-pg2 int-stress int-stress-i386
	sysenter-pg2 sysenter-traps-i386 sysenter-stress-pae own-faults own-faults-pae"
# shellcheck disable=SC2086 # names are words
{
	guests linux_x86_64 syscall,sysenter,int80 "guests see what the manuals say" "$@"
	guests windows_7_x86 sysenter,int2e "and with the doors of Windows" ${*:-$windows}
}
if [ -s /tmp/excused ]; then
	sed 's/ # SKIP known:/ now&/' /tmp/guests >/tmp/altered
	! deviates_alike /tmp/altered >/dev/null
	result $? "and another deviation is noticed"
fi
# One for each door and mode.
doors="calls calls-i386-pae calls-compat nt-xp-int2e nt-7-sysenter nt-x64-syscall iret leave"
while read -r run options <&3; do
	case $run in
	''|'#'*) continue ;;
	esac
	case " $* " in
	'  '|*" $run "*) ;;
	*) continue ;;
	esac
	# shellcheck disable=SC2086 # options are words
	records "$run" $options
	# shellcheck disable=SC2086
	case " $doors " in
	*" $run "*) mixed "$run" $options ;;
	esac
done 3<"$dir/records.list"
if [ -n "$expected" ]; then
	sed '1s/[0-9]/x/' "$dir/$expected" | cmp -s - /tmp/calls
	result $((!$?)) "and a tampered expectation is noticed"
fi
case " $* " in
*' flip '*) counted flip linux_x86_64 getpid ;;
*' cet '*) counted cet linux_x86_64 getppid ;;
esac
for pair in nt-xp-sysenter:windows_xpsp3_x86 nt-7-sysenter:windows_7_x86 \
	nt-x64-syscall:windows_7_x64 nt-x64-int2e:windows_10_19041_x64; do
	case " $* " in
	'  '|*" ${pair%:*} "*) watched "${pair%:*}" "${pair#*:}" ;;
	esac
done

rmmod vsyscalls
result $? "the module unloads"
"$dir/minivm" "$dir/x86_64/registers.bin" >/dev/null
result $? "a guest runs after it as before"
finish
