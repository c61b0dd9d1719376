#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests of the test bed itself: it must pass on results, and never hide a failure.
# Prints KTAP. test-run.sh [amd] [intel] [guest] [arm64]: only these parts.
# shellcheck disable=SC1010,SC2016 # words of the commands run in the host
set -u -o pipefail

here=$(dirname "$(realpath "$0")")
. "$here/lib.sh"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vm-test.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

count=0 failed=0 host= hostile=() environment=()

# result NAME STATUS: print a line of KTAP; after a failure the outputs, too.
result() {
	count=$((count + 1))
	if [[ $2 == 0 ]]; then
		echo "ok $count - $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count - $1"
	sed 's/^/# /' "$tmp/what" "$tmp/out" "$tmp/err" 2>/dev/null | tail -n 60
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# expect NAME EXIT_CODE STDOUT ARGUMENT...: a run on the current host.
expect() {
	local name=$1 code=$2 output=$3 got start=$SECONDS
	shift 3

	env "${environment[@]}" "$here/run" --host "$host" "$@" >"$tmp/out" 2>"$tmp/err"
	got=$?
	printf 'exit code %s, expected %s; expected output:\n%s\n' "$got" "$code" "$output" >"$tmp/what"
	[[ $got == "$code" && $(<"$tmp/out") == "$output" ]]
	result "$host: $name ($((SECONDS - start)) s)" $?
}

# A module that makes the kernel complain, built for the kernel that boots.
build_complain() {
	local kdir

	mkdir "$tmp/complain"
	echo 'obj-m := complain.o' >"$tmp/complain/Kbuild"
	cat >"$tmp/complain/complain.c" <<-'END'
		#include <linux/module.h>
		static bool oops;
		module_param(oops, bool, 0);
		static int __init complain_init(void)
		{
			WARN(!oops, "as asked for\n");
			if (oops)
				*(volatile int *)8 = 1;
			return 0;
		}
		module_init(complain_init);
		static void __exit complain_exit(void) { }
		module_exit(complain_exit);
		MODULE_LICENSE("GPL");
	END
	kdir=$("$here/kernel" --headers) &&
		make -s -C "$kdir" M="$tmp/complain" modules >"$tmp/complain/log" 2>&1
}

# Variables and files that influence emulators, their libraries and the shell's tools.
make_hostile() {
	mkdir -p "$tmp/home"
	echo 'nonsense: 1' | tee "$tmp/home/.bochsrc" >"$tmp/home/.asoundrc"
	hostile=(HOME="$tmp/home" XDG_CACHE_HOME="${VM_CACHE%/*}" LTDL_LIBRARY_PATH=/nowhere
		BXSHARE=/nowhere QEMU_MODULE_DIR=/nowhere LC_ALL=tr_TR.UTF-8 LANG=xx DISPLAY=:99
		CDPATH=/:/tmp POSIXLY_CORRECT=1 GREP_OPTIONS=-v TAR_OPTIONS=--nonsense
		RUBBISH="$(head -c 8000 /dev/zero | tr '\0' '\377')")
}

# Streams, arguments and exit code of a command, one by one.
test_command() {
	local flag=$1 module=$2 quoting=("a  b" "c'd" 'e"f' '$g' 'h
i')

	expect 'exit code 0 and output pass' 0 'hello' 'echo hello'
	expect 'exit code 7 passes, output and errors together' 7 $'out\nerr' 'echo out; echo err >&2; exit 7'
	expect 'words are passed as they are' 0 "$(printf '<%s>\n' "${quoting[@]}")" \
		printf '<%s>\n' "${quoting[@]}"
	expect 'KVM is there, and the CPU says why' 0 $'/dev/kvm\n'"$flag" \
		"ls /dev/kvm; grep -ow $flag /proc/cpuinfo | head -n 1"
	expect 'with --no-kvm, modprobe is left to do' 0 $'none\n/dev/kvm' --no-kvm \
		"[ -e /dev/kvm ] || echo none; modprobe $module; ls /dev/kvm"
	expect '--add and --add-bin' 0 $'content\ncontent\nGNU' --add "$tmp/tree:/etc/tree" \
		--add "$tmp/tree/dir/file:/root/" --add-bin sort \
		'cat /etc/tree/dir/file file; /usr/bin/sort --version | grep -o GNU | head -n 1'
	environment=("${hostile[@]}")
	expect 'an environment and a home that are hostile' 0 hello 'echo hello'
	environment=()
	expect '--smp 2' 0 2 --smp 2 nproc
	test_qemu
	expect 'all output, though a process outlives the command' 0 "$(seq 2000)" 'sleep 100 & seq 2000'
}

# The newest QEMU, and this machine's where it cannot be had.
test_qemu() {
	local cache=$tmp/offline/vsyscalls

	mkdir -p "$cache"
	ln -s "$VM_CACHE"/{initramfs,kernels,tsc} "$cache/"
	environment=(XDG_CACHE_HOME="$tmp/offline" DEBIAN_MIRROR=http://127.0.0.1:9/debian)
	expect 'no network: this machine'"'"'s QEMU' 0 nohz=off 'grep -ow nohz=off /proc/cmdline'
	environment=()
	grep -q "cannot be had: using this machine's" "$tmp/err"
	result "amd: it says so" $?
	"$here/run" --host amd 'grep -ow nohz=off /proc/cmdline' >"$tmp/out" 2>"$tmp/err"
	if grep -q 'QEMU cannot be had' "$tmp/err"; then
		skip 'amd: the newest QEMU' 'it cannot be had'
	else
		[[ ! -s $tmp/out ]]
		result 'amd: the newest QEMU' $?
	fi
}

# The same on the slow host, in one boot.
test_command_at_once() {
	local flag=$1

	environment=("${hostile[@]}")
	expect 'a hostile environment: files, CPUs, KVM, all output, errors, exit code 7' 7 \
		$'content\n2\n/dev/kvm\n'"$flag"$'\nerr\n'"$(seq 200)" --smp 2 \
		--add "$tmp/tree:/etc/tree" "cat /etc/tree/dir/file; nproc; ls /dev/kvm
			grep -ow $flag /proc/cpuinfo | head -n 1; echo err >&2
			sleep 100 & seq 200; exit 7"
	environment=()
}

# Ends of runs, on both hosts; hung is the wait for a run that hangs.
test_ends() {
	local flag=$1 no_kvm_cpu=$2 hung=$3

	expect 'a CPU without it has no KVM' 0 'none' --cpu "$no_kvm_cpu" \
		"[ ! -e /dev/kvm ] && ! grep -qw $flag /proc/cpuinfo && echo none"
	expect 'a hang is 124' 124 'before' --timeout "$hung" 'echo before; while sleep 1000; do :; done; echo after'
	expect 'a panic is 126' 126 'before' 'echo before; sleep 1; echo c >/proc/sysrq-trigger; echo after'
	expect 'a power-off without a verdict is 125' 125 '' 'poweroff -f'
	if [[ -e $tmp/complain/complain.ko ]]; then
		expect 'a WARN is 126' 126 done --add "$tmp/complain/complain.ko:/root/" \
			'insmod complain.ko; echo done'
	else
		skip "$host: a WARN is 126" 'module not built'
	fi
}

# Failures that only the kernel's log shows.
test_complain() {
	local ko=$tmp/complain/complain.ko

	if [[ ! -e $ko ]]; then
		skip "$host: an Oops is 126" 'module not built'
		skip "$host: --allow-oops" 'module not built'
		return
	fi
	expect 'an Oops is 126' 126 '' --add "$ko:/root/" 'insmod complain.ko oops=1; echo done'
	expect '--allow-oops' 3 done --add "$ko:/root/" --allow-oops 'complain_init' \
		'insmod complain.ko; echo done; exit 3'
}

# start_and_wait TEXT COMMAND: run it in the background, as pid, and return once it
# has printed TEXT.
start_and_wait() {
	TMPDIR=$tmp "$here/run" --host amd "$2" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	until grep -q "$1" "$tmp/out" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

# The arm64 host in short: its channels, and that it hides no failure.
test_arm64() {
	expect 'output, errors, KVM, exit code 7' 7 $'content\n2\n/dev/kvm\naarch64\nerr' --smp 2 \
		--add "$tmp/tree:/etc/tree" "cat /etc/tree/dir/file; nproc; ls /dev/kvm; uname -m
			echo err >&2; exit 7"
	expect 'a hang is 124' 124 'before' --timeout 25 'echo before; while sleep 1000; do :; done'
	expect 'a panic is 126' 126 'before' 'echo before; sleep 1; echo c >/proc/sysrq-trigger'
	expect 'a power-off without a verdict is 125' 125 '' 'poweroff -f'
}

# Parts that do not depend on the host are tested on the fast one.
test_runner() {
	local pid

	# The archive is not signed by a key of this keyring, which is empty.
	: >"$tmp/keyring"
	XDG_CACHE_HOME=$tmp/cache SUITE_KEYRING=$tmp/keyring \
		"$here/kernels" bookworm-backports >"$tmp/out" 2>"$tmp/err"
	[[ $? == 125 && ! -e $tmp/cache/vsyscalls/trees ]]
	result 'a suite that is not signed by Debian is not used' $?
	expect 'no such kernel is 125' 125 '' --kernel 1.2.3 true
	expect 'a file missing is 125' 125 '' --add /nowhere:/tmp/x true
	expect 'no such option is 125' 125 '' --nonsense true
	printf '#!/bin/sh\nexec sleep 1000\n' >"$tmp/init"
	chmod +x "$tmp/init"
	expect 'a host that does not come up is 124' 124 '' --timeout 24 --add "$tmp/init:/init" true
	[[ $(grep -c 'once more' "$tmp/err") == 1 ]]
	result 'amd: after a second try' $?
	expect 'output is not translated' 0 $'a\r\n\tb\003\177\377c' "printf 'a\\r\\n\\tb\\003\\177\\377c'"

	gcc -o "$tmp/tsc" "$here/tsc.c"
	expect 'the kernel knows the TSC, however busy the machine' 0 'within 1 %' "dmesg |
		awk -v khz=$("$tmp/tsc") '/tsc: Detected/ { r = \$(NF - 2) * 1000 / khz; line = \$0 }
			END { print (r > 0.99 && r < 1.01 ? \"within 1 %\" : line) }'"

	# Output comes as it is printed.
	start_and_wait first 'echo first; sleep 4; echo second'
	! grep -q second "$tmp/out" && wait "$pid" && grep -q second "$tmp/out"
	result 'amd: output is passed on while the command runs' $?
	wait "$pid"

	# After an interrupt neither files nor emulators remain.
	start_and_wait up 'echo up; sleep 100'
	pgrep -f "$tmp/vm[.].*/initrd" >"$tmp/what"
	kill -TERM "$pid"
	wait "$pid"
	[[ $? == 143 && -s $tmp/what ]] && ! pgrep -f "$tmp/vm[.].*/initrd" >>"$tmp/what" &&
		! compgen -G "$tmp/vm.*" >>"$tmp/what"
	result 'amd: interrupted, it takes everything along' $?

	# Two runs at once.
	"$here/run" --host amd 'echo one; exit 1' >"$tmp/one" 2>"$tmp/err" &
	pid=$!
	"$here/run" --host amd 'echo two; exit 2' >"$tmp/two" 2>>"$tmp/err"
	[[ $? == 2 ]] && { wait "$pid"; [[ $? == 1 ]]; } && [[ $(<"$tmp/one")$(<"$tmp/two") == onetwo ]]
	result 'amd: two at once' $?
}

# Guests that Bochs runs; those that differ only in their programs are tested on AMD.
test_guest() {
	local class='tail -c +5 /proc/$$/exe | head -c 1 | od -An -t d1'

	expect 'a busybox guest' 3 $'hello\nout' --real-guest busybox \
		--guest-run 'echo hello; echo out >/dev/ttyS1; exit 3' \
		'realguest; s=$?; cat /tmp/guest.out; exit $s'
	# Byte 4 of an ELF file is 1 in a 32-bit file.
	expect 'a busybox-i386 guest' 3 $'i686\n    1\nout' --real-guest busybox-i386 \
		--guest-run "uname -m; $class; echo out >/dev/ttyS1; exit 3" \
		'realguest; s=$?; cat /tmp/guest.out; exit $s'
	test_guest_compat
}

test_guest_programs() {
	expect 'a glibc guest, its files and strace' 0 $'content\n1' --real-guest glibc \
		--guest-add "$tmp/tree/dir/file:/etc/file" --guest-run 'strace -f -o /dev/ttyS1 bash -c "cat /etc/file | sort"' \
		"realguest && grep -c 'execve(.*\[\"sort\"\]' /tmp/guest.out"
	expect 'a guest that ends without a verdict' 125 '' --real-guest busybox \
		'realguest --run "echo c >/proc/sysrq-trigger" 2>/dev/null'
	expect 'an amd64 program does not run there' 0 no --real-guest busybox-i386 \
		--guest-add "$(type -P busybox):/amd64" \
		--guest-run '/amd64 true 2>/dev/null || echo no' realguest
	expect 'a glibc-i386 guest, its files, its vDSO and strace' 0 $'content\n1\n1\nmmap2' \
		--real-guest glibc-i386 --guest-add "$tmp/tree/dir/file:/etc/file" \
		--guest-run 'strace -f -o /dev/ttyS1 bash -c "cat /etc/file | sort"
			grep -c "\[vdso\]" /proc/self/maps' \
		"realguest && grep -c 'execve(.*\[\"sort\"\]' /tmp/guest.out &&
			grep -o mmap2 /tmp/guest.out | head -n 1"
}

# Only i386 has mmap2().
test_guest_compat() {
	expect 'a compat guest: amd64 and i386 programs, dynamic and static' 0 $'x86_64\nmmap\nmmap2\nfound' \
		--real-guest compat --guest-add-bin strace --guest-run '
			uname -m
			strace strace -V 2>&1 | grep -o "^mmap2*" | sort -u
			strace /i386/bin/ls / 2>&1 | grep -o "^mmap2*" | sort -u
			strace /i386/bin/busybox true 2>&1 | grep -q "^getuid32" && echo found' \
		'realguest --append vdso32=0' # see oracle/run-oracle.sh
}

# Calls that must fail before anything boots.
test_guest_bad() {
	expect 'no such kind of guest is 125' 125 '' --real-guest i386 true
	expect 'no such QEMU is 125' 125 '' --qemu 7.2 true
	expect 'no such i386 kernel is 125' 125 '' --real-guest busybox-i386 \
		--guest-kernel 1.2.3-686-pae true
	expect 'no such i386 program is 125' 125 '' --real-guest busybox-i386 \
		--guest-add-bin no-such-program true
	cmp "$tmp/architectures" <(dpkg --print-foreign-architectures) >"$tmp/what"
	result "the machine's dpkg knows no more architectures than before" $?
}

parts=" ${*:-amd intel guest} "
planned=0 guests=0
[[ $parts != *' guest '* ]] || guests=3
[[ $parts != *' amd '* ]] || ((planned += 31 + guests + (guests ? 9 : 0)))
[[ $parts != *' intel '* ]] || ((planned += 6 + guests))
[[ $parts != *' arm64 '* ]] || ((planned += 4))
echo 'TAP version 13'
echo "1..$planned"

mkdir -p "$tmp/tree/dir"
echo content >"$tmp/tree/dir/file"
dpkg --print-foreign-architectures >"$tmp/architectures"
make_hostile
build_complain || sed 's/^/# /' "$tmp/complain/log"
if [[ $parts == *' amd '* ]]; then
	host=amd
	test_command svm kvm-amd
	test_ends svm qemu64,-svm 20
	test_complain
	expect '--icount' 0 1 --icount nproc
	test_runner
	[[ $parts != *' guest '* ]] || { test_guest; test_guest_programs; test_guest_bad; }
fi
if [[ $parts == *' intel '* ]]; then
	host=intel
	test_command_at_once vmx
	test_ends vmx athlon64_venice 60
	[[ $parts != *' guest '* ]] || test_guest
fi
if [[ $parts == *' arm64 '* ]]; then
	host=arm64
	test_arm64
fi
[[ $count == "$planned" ]] || echo "# $count tests were run, $planned planned"
[[ $count == "$planned" && $failed == 0 ]]
