#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The profile of a guest is found in its memory.  The device is fakedev.c.
# usage: auto.sh VSYSREAD_FAKE
set -u

vsysread=$1
dev=/fake/vsyscalls
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=17
VSYSREAD_ROOT=$tmp/root
export VSYSREAD_ROOT
mkdir -p "$VSYSREAD_ROOT/proc"

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

# asked FAULT OPTION...: run it; print what the device was asked
asked() {
	how=$1
	shift
	rm -f "$tmp/log"
	FAKEDEV=$how FAKEDEV_LOG=$tmp/log run --whole "$@" $dev
	log=$(grep -v ^filter "$tmp/log")
}

# machine PID: 7 has a guest, 8 has none any more
machine() {
	mkdir -p "$VSYSREAD_ROOT/proc/$1/fd"
	printf 'qemu\0' >"$VSYSREAD_ROOT/proc/$1/cmdline"
	ln -s anon_inode:kvm-vm "$VSYSREAD_ROOT/proc/$1/fd/9"
}

calls='[vm 7 vcpu 0] close(5) = 0
[vm 7 vcpu 1] syscall_0x3e8(0x5) = -1 EBADF (Bad file descriptor)
[vm 7 vcpu 0] read(5, NULL, 0) = ? <return not seen>'
once='look 7 - 0x0
attach 7 linux_x86_64 0x0
recipe 7
detach 7'

plan
machine 7
asked find -v --timeout 1
is "no profile is named: it is found" "$once" "$log"
is "then calls come" "$calls" "$(printf '%s\n' "$out" | grep -v -e ---)"
is "-v says what runs" "vsysread: vm 7 runs Linux version 6.1.0-fake (a@b) #1 SMP: profile linux_x86_64" \
	"$(printf '%s\n' "$err" | grep runs)"
machine 8
asked find --timeout 1
is "one that ends too early is named" \
	"0 vsysread: pid 8: it ended before its system was known: none of its calls are here" \
	"$status $(printf '%s\n' "$err" | grep -v rings)"
asked find -q --timeout 1
is "not with -q" "0 " "$status $err"
rm -r "$VSYSREAD_ROOT/proc/8"
asked find -p 7
is "-p: the same, up to its end" "0 look 7 - 0x0 attach 7 linux_x86_64 0x0 detach 7 " \
	"$status $(printf '%s\n' "$log" | grep -v recipe | tr '\n' ' ')"
asked none --until-gone --timeout 1
is "a module that names one is asked for none" "attach 0 - 0x0" "$log"
asked find -P auto --until-gone
is "--until-gone: up to the end of what runs" "0 look 7 - 0x0 attach 7 linux_x86_64 0x0 detach 7 " \
	"$status $(printf '%s\n' "$log" | grep -v recipe | tr '\n' ' ')"
asked find -P other_x86_64 --timeout 1
is "a wrong profile" "attach 0 other_x86_64 0x0" "$(printf '%s\n' "$log" | head -n 1)"
asked reboot --timeout 2
is "another system is booted" "look 7 - 0x0
attach 7 linux_x86_64 0x0
recipe 7 none
detach 7
attach 7 windows_10_19041_x64 0x0" "$(printf '%s\n' "$log" | uniq | head -n 5)"
FAKEDEV=find run --list $dev
is "--list: what it runs" "runs Linux version 6.1.0-fake (a@b) #1 SMP" \
	"$(printf '%s\n' "$out" | tail -n 1 | xargs)"
FAKEDEV=find run -q -w "$tmp/file" --timeout 1 $dev
run --identify "$tmp/file"
is "a recording keeps what ran" "vm 7: Linux version 6.1.0-fake (a@b) #1 SMP
  profile  linux_x86_64
  tasks    BTF at 0xffffffff9a408b3b, types; current task at %gs:0x1fb80" \
	"$(printf '%s\n' "$out" | sed 's/, [0-9]* types/, types/')"
run -q -w "$tmp/copy" "$tmp/file"
run --identify "$tmp/copy"
is "so does its copy" "vm 7: Linux version 6.1.0-fake (a@b) #1 SMP" "$(printf '%s\n' "$out" | head -n 1)"
rm -r "$VSYSREAD_ROOT/proc/7"
(sleep 0.6; machine 7) &
asked find --ready-file "$tmp/ready" --timeout 2
is "a machine that starts later" "$once" "$log"
is "it was ready before" ready "$(cat "$tmp/ready")"
asked find -p 8 --timeout 20
is "a machine that is not there: it ends" "1 vsysread: pid 8: runs no virtual machine" "$status $(printf '%s\n' "$err" | head -n 1)"
asked find -p 8,7 --timeout 20
is "but for another" "1 $calls" "$status $out"
end
