#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Machines by name, lists, waits, top; and doctor's output for made-up hosts.
# usage: pick.sh VSYSREAD_FAKE
set -u

vsysread=$1
dev=/fake/vsyscalls
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=57
VSYSREAD_ROOT=$tmp/root
export VSYSREAD_ROOT

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

# machine PID VCPUS ARGUMENT...: make a process of the fake host
machine() {
	local pid=$1 vcpus=$2 i=0

	shift 2
	mkdir -p "$VSYSREAD_ROOT/proc/$pid/fd"
	printf '%s\0' qemu-system-x86_64 "$@" >"$VSYSREAD_ROOT/proc/$pid/cmdline"
	ln -s anon_inode:kvm-vm "$VSYSREAD_ROOT/proc/$pid/fd/9"
	while [ $i -lt "$vcpus" ]; do
		ln -s "anon_inode:kvm-vcpu:$i" "$VSYSREAD_ROOT/proc/$pid/fd/1$i"
		i=$((i + 1))
	done
}

named() {
	rm -f "$tmp/log"
	FAKEDEV_LOG=$tmp/log run "$@" --until-gone $dev
	log=$(cat "$tmp/log" 2>/dev/null)
}

names() {
	machine 7 2 -name guest=web,debug-threads=on
	machine 9 1 -name db
	machine 11 1 -name debug-threads=on,guest=db
	machine 12 1 -m 512
	named -d web
	is "-d NAME" "0 attach 7 - 0x0" "$status $log"
	named -d web:linux_x86_64
	is "-d NAME:PROFILE" "attach 7 linux_x86_64 0x0" "$log"
	named -d none
	is "-d of none" "1 vsysread: machine none: no such VM (see --list)" "$status $err"
	named -d db
	is "-d of two" "1 vsysread: machine db: several VMs have this name; use -p" "$status $err"
	named -p 7,9:windows_test_x64
	is "-p of two" "attach 7 - 0x0
attach 9 windows_test_x64 0x0" "$log"
	run --list $dev
	is "--list" "PID NAME VCPU MODE PROFILE TRACED
7 web 0 64-bit windows_test_x64 by 2
7 web 1 16-bit - no
runs an unknown system
9 db 0 ? ? ?
runs an unknown system
11 db 0 ? ? ?
runs an unknown system
12 - 0 ? ? ?
runs an unknown system" "$(printf '%s\n' "$out" | tr -s ' ' | sed 's/^ //')"
	run --list "$tmp/nothing"
	is "--list without the module" "0 5" "$status $(printf '%s\n' "$out" | grep -c '^[0-9].*?')"
}

waits() {
	: >"$tmp/err"
	"$vsysread" -d late --wait --until-gone $dev >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	tries=0
	while ! grep -q waiting "$tmp/err" && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	is "--wait says what for" "vsysread: waiting for machine late" "$(cat "$tmp/err")"
	machine 13 1 -name late
	wait $pid
	is "and goes on" "0 7" "$? $(sed -n 's/vsysread: \([0-9]*\) events.*/\1/p' "$tmp/err")"
	: >"$tmp/err"
	"$vsysread" -d never --wait $dev >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	tries=0
	while ! grep -q waiting "$tmp/err" && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill -INT $pid
	wait $pid
	is "a wait can be ended" 0 $?
	FAKEDEV=none run --timeout 1.5 $dev
	is "nothing runs" "vsysread: waiting for a virtual machine to run" \
		"$(printf '%s\n' "$err" | head -n 1)"
	FAKEDEV=none run -q --timeout 1.5 $dev
	is "-q: not a word of it" "0 " "$status $err"
	# No process has this number; its rings are never created.
	FAKEDEV=none run -p 4999999 $dev
	is "a guest that has ended is an end" 0 $status
}

tops() {
	TZ=UTC run --whole -tt -e close $dev --until-gone
	is "the time of day" "01:46:40.000000" "$(printf '%s\n' "$out" | sed -n '1s/.*] \([^ ]*\).*/\1/p')"
	run top --interval 0.2 --timeout 0.3 $dev
	# One close and one error in an interval, which may have been longer.
	is "top: without a terminal" "2 vCPUs, rates" \
		"$(printf '%s\n' "$out" | awk 'NR == 1 { printf "%s %s ", $2, $3 }
			/ close$/ { rate = $1 }
			/ syscall_0x3e8$/ { errors = $2; exit }
			END { if (rate > 0.5 && rate < 5.1 && errors == rate) print "rates" }')"
	FAKEDEV=hole run top --interval 0.2 --timeout 0.3 $dev
	is "top: losses" "5 events lost" "$(printf '%s\n' "$out" | sed -n '1s/.*errors.s, //p')"
	run top --by=vm --interval 0.2 --timeout 0.3 $dev
	is "top: names of machines" "vm 7 web" "$(printf '%s\n' "$out" | sed -n '3s/.*  \(vm .*[^ ]\) *$/\1/p')"
	(sleep 1; printf q) | TERM=xterm script -qec \
		"stty rows 3 cols 40; $vsysread top --interval 0.2 $dev" /dev/null >"$tmp/screen"
	is "top: q ends it" 0 $?
	is "top: on a small screen" 1 "$(grep -c 'usecs/call' "$tmp/screen")"
	is "top: a screen that changes its size, and goes away" "" \
		"$(/usr/bin/python3 "$(dirname "$0")/top.py" "$vsysread" $dev 2>&1)"
}

# host: make a host without faults
host() {
	rm -rf "$VSYSREAD_ROOT"
	mkdir -p "$VSYSREAD_ROOT/proc/sys/kernel" "$VSYSREAD_ROOT/sys/module/kvm_amd/parameters" \
		"$VSYSREAD_ROOT/sys/module/kvm" "$VSYSREAD_ROOT/sys/module/vsyscalls" \
		"$VSYSREAD_ROOT/sys/kernel/security" "$VSYSREAD_ROOT/dev" \
		"$VSYSREAD_ROOT/sys/firmware/efi/efivars"
	printf 'processor\t: 0\nflags\t\t: fpu svm npt\n\n' >"$VSYSREAD_ROOT/proc/cpuinfo"
	echo 6.1.0-56-amd64 >"$VSYSREAD_ROOT/proc/sys/kernel/osrelease"
	echo '[none] integrity confidentiality' >"$VSYSREAD_ROOT/sys/kernel/security/lockdown"
	: >"$VSYSREAD_ROOT/dev/vsyscalls"
	{
		echo '0000000000000000 T register_kprobe'
		for s in $symbols; do
			printf '0000000000000000 T %s\t[kvm]\n' "$s"
		done
	} >"$VSYSREAD_ROOT/proc/kallsyms"
	machine 7 2 -name web
}

symbols=$(awk '/^} table/ { t = 1 } /^};/ { t = 0 }
	t && match($0, /SYM(_KEY|_TRAMP)?\([a-z0-9_]+(, "[^"]+")?\)/) {
		s = substr($0, RSTART, RLENGTH - 1)
		kind = s ~ /^SYM_KEY/ ? "__SCK__kvm_x86_" : s ~ /^SYM_TRAMP/ ? "__SCT__kvm_x86_" : ""
		sub(/.*[(]/, "", s)
		sub(/.*, "/, "", s)
		sub(/"/, "", s)
		print kind s
	}' "$(dirname "$0")/../../kmod/x86/symbols.c")

# says VERDICT CHECK: print the text of its line
says() {
	printf '%s\n' "$out" | sed -n "s/^$1 *$2 *//p"
}

advice() {
	printf '%s\n' "$out" | sed -n "/^[a-zA-Z]* *$1 /{n;s/^ *-> //p;}"
}

# A user without access to the device gets a message.
doctor_of_nobody() {
	if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
		result ok "a device of others # SKIP not root, or no setpriv"
		return
	fi
	chmod 755 "$tmp"
	chmod 600 "$VSYSREAD_ROOT/dev/vsyscalls"
	cp "$vsysread" "$tmp/vsysread"
	out=$(cd / && setpriv --reuid=65534 --clear-groups "$tmp/vsysread" doctor 2>&1)
	is "a device of others" \
		"1 this user may not open /dev/vsyscalls: run vsysread as root, or in the group that owns the device" \
		"$? $(says BAD device): $(advice device)"
}

doctor() {
	host
	run doctor
	is "doctor: all is well" "0 no problem prevents tracing" \
		"$status $(printf '%s\n' "$out" | tail -n 1)"
	is "no BTF" "the kernel has no BTF: the module loads only on kernels that it was tested with" \
		"$(says note btf)"
	is "the machine is seen" "1 machine runs: pid 7" "$(says ok machines)"
	printf 'flags\t\t: fpu\n' | sed 's/^/x: 0\n/' >"$VSYSREAD_ROOT/proc/cpuinfo"
	run doctor
	is "no SVM, no VMX" "1 the CPU has neither SVM nor VMX" "$status $(says BAD cpu)"
	is "turn it on" "enable virtualization (SVM, VT-x) in the firmware" "$(advice cpu)"
	printf 'x: 0\nflags\t\t: fpu hypervisor\n' >"$VSYSREAD_ROOT/proc/cpuinfo"
	run doctor
	is "in a virtual machine" \
		"this host is a virtual machine: enable nested virtualization on its own host" "$(advice cpu)"
	host
	printf 'x: 0\nflags\t\t: fpu vmx hypervisor\n' >"$VSYSREAD_ROOT/proc/cpuinfo"
	run doctor
	is "nested" "the CPU has VMX, inside a virtual machine" "$(says note cpu)"
	is "kvm is not there" "1 kvm_intel is not loaded" "$status $(says BAD kvm)"
	is "load it" "modprobe kvm_intel; if that fails the kernel's log says why" "$(advice kvm)"
	mkdir "$VSYSREAD_ROOT/sys/module/vboxdrv"
	run doctor
	is "another hypervisor" \
		"another hypervisor is loaded: stop its machines, unload it, then modprobe kvm_intel" "$(advice kvm)"
	host
	echo 5.10.0-30-amd64 >"$VSYSREAD_ROOT/proc/sys/kernel/osrelease"
	run doctor
	is "an old kernel" "1 Linux 5.10.0-30-amd64: the module needs 6.1" \
		"$status $(says BAD kernel | sed 's/\(6\.[0-9]*\).*/\1/')"
	host
	echo 'none integrity [confidentiality]' >"$VSYSREAD_ROOT/sys/kernel/security/lockdown"
	run doctor
	is "lockdown" "1 boot with lockdown=integrity or without lockdown=" "$status $(advice lockdown)"
	echo 'none [integrity] confidentiality' >"$VSYSREAD_ROOT/sys/kernel/security/lockdown"
	run doctor
	is "lockdown of integrity only" \
		"0 the kernel is locked down for integrity: it loads only signed modules" \
		"$status $(says note lockdown)"
	host
	printf '\006\000\000\000\001' >"$VSYSREAD_ROOT/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	run doctor
	is "Secure Boot" "0 Secure Boot is on: Debian's kernels load only signed modules" \
		"$status $(says note secureboot)"
	host
	sed -i '/vm_list/d' "$VSYSREAD_ROOT/proc/kallsyms"
	run doctor
	is "a symbol is missing" "1 the kernel has no symbol vm_list, which the module needs" \
		"$status $(says BAD symbols)"
	sed -i '/register_kprobe/d' "$VSYSREAD_ROOT/proc/kallsyms"
	run doctor
	is "no kprobes" "the kernel has no kprobes" "$(says BAD symbols)"
	rm "$VSYSREAD_ROOT/proc/kallsyms"
	run doctor
	is "no kallsyms" "/proc/kallsyms is missing" "$(says BAD symbols)"
	host
	rmdir "$VSYSREAD_ROOT/sys/module/vsyscalls"
	run doctor
	is "no headers" "1 apt-get install linux-headers-6.1.0-56-amd64, then build it" \
		"$status $(advice module)"
	mkdir -p "$VSYSREAD_ROOT/lib/modules/6.1.0-56-amd64/build"
	run doctor
	is "not built" "build it for this kernel: make && make install && depmod -a && modprobe vsyscalls" \
		"$(advice module)"
	mkdir "$VSYSREAD_ROOT/lib/modules/6.1.0-56-amd64/extra"
	: >"$VSYSREAD_ROOT/lib/modules/6.1.0-56-amd64/extra/vsyscalls.ko"
	run doctor
	is "not loaded" "modprobe vsyscalls" "$(advice module)"
	host
	rm "$VSYSREAD_ROOT/dev/vsyscalls"
	run doctor
	is "no device" "1 the module is loaded, but there is no /dev/vsyscalls" "$status $(says BAD device)"
	host
	doctor_of_nobody
	host
	mkdir -p "$VSYSREAD_ROOT/sys/kernel/btf"
	: >"$VSYSREAD_ROOT/sys/kernel/btf/vmlinux"
	machine 9 1
	run doctor
	is "BTF is there, and two machines are" "0  2 machines run, see vsysread --list" \
		"$status $(says note btf) $(says ok machines)"
	rm -r "$VSYSREAD_ROOT/proc/7" "$VSYSREAD_ROOT/proc/9"
	run doctor
	is "no machine" "0 this user can see no virtual machine that runs" \
		"$status $(says note machines)"
	for kind in kvm_amd:sev:SEV kvm_amd:sev_snp:SEV-SNP kvm_intel:tdx:TDX; do
		host
		mkdir -p "$VSYSREAD_ROOT/sys/module/${kind%%:*}/parameters"
		name=${kind#*:}
		echo 1 >"$VSYSREAD_ROOT/sys/module/${kind%%:*}/parameters/${name%:*}"
		run doctor
		is "${kind##*:}" "guests may be encrypted (${kind##*:}): such guests are refused" \
			"$(says note encrypted)"
	done
	host
	echo N >"$VSYSREAD_ROOT/sys/module/kvm_amd/parameters/sev"
	run doctor
	is "no SEV" "" "$(says note encrypted)"
	echo Y >"$VSYSREAD_ROOT/sys/module/kvm_amd/parameters/sev_es"
	echo 1 >"$VSYSREAD_ROOT/sys/module/kvm_amd/parameters/nested"
	run doctor
	is "SEV-ES" "0 guests may be encrypted (SEV-ES): such guests are refused" \
		"$status $(says note encrypted)"
	is "guests of guests" "guests may run nested guests, whose calls are not seen; Windows with virtualization-based security is one itself" \
		"$(says note nested)"
	is "what to turn off" "to trace such a Windows, start its guest with -cpu ...,vmx=off,svm=off, or in it turn memory integrity, Credential Guard and Hyper-V off: bcdedit /set hypervisorlaunchtype off" \
		"$(advice nested)"
	printf 'x: 0\nflags\t\t: fpu svm user_shstk ibt fred\n' >"$VSYSREAD_ROOT/proc/cpuinfo"
	run doctor
	is "CET on 6.1, which gives it to no guest" "" "$(says note 'cet, fred')"
	echo 6.18.1 >"$VSYSREAD_ROOT/proc/sys/kernel/osrelease"
	run doctor
	is "AMD: shadow stacks and FRED" "guests may have CET and FRED, which the module does not support: do not trace guests that use it" \
		"$(says note 'cet, fred')"
	printf 'x: 0\nflags\t\t: fpu vmx user_shstk ibt\n' >"$VSYSREAD_ROOT/proc/cpuinfo"
	run doctor
	is "Intel: CET is traced" "" "$(says note 'cet, fred')"
	mkdir -p "$VSYSREAD_ROOT/sys/module/kvm_intel/parameters"
	echo N >"$VSYSREAD_ROOT/sys/module/kvm_intel/parameters/vnmi"
	run doctor
	is "no virtual NMIs" "kvm_intel does not use virtual NMIs: some calls by INT 80h and INT 2Eh are missed" \
		"$(says note doors)"
	run doctor now
	is "doctor takes nothing" 2 $status
	run doctor --help
	is "but --help" "0 Usage: vsysread [OPTION]... [DEVICE|FILE]" \
		"$status $(printf '%s\n' "$out" | head -n 1)"
}

plan
names
waits
tops
doctor
end
