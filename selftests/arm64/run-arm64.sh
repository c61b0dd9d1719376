#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module for arm64 hosts: it builds, without warnings, and traces bare guests and a real
# one in an emulated host.  Prints KTAP.
#
#	run-arm64.sh [--build]		with --build: build only
#
# VSYS_KERNEL: the kernel of the host, as vm/kernels names them.
set -u
. "$(dirname "$0")/../lib.sh"
build=${BUILD:-$build}
kernel=${VSYS_KERNEL:-7.3}
out=$build/arm64/$kernel
cross=aarch64-linux-gnu-
tools=(CC=${cross}gcc-14 AR=${cross}ar CROSS_COMPILE=$cross)
cd "$top" || exit 1
mkdir -p "$out"

# make_arm64 ARGUMENT...: make with the cross compiler
make_arm64() {
	selftests/vm/kernels --arm64 "$kernel" nice make -s -j2 "${tools[@]}" "$@"
}

module() {
	local kdir

	kdir=$(selftests/vm/kernel --host arm64 --kernel "$kernel" --headers | tail -n 1) &&
		make_arm64 module KDIR="$kdir" BUILD="$out" KFLAGS="ARCH=arm64 ${tools[*]}"
}

# shown FILE: what this machine's vsysread makes of it
shown() {
	"$build/static/vsysread" "$1" && "$build/static/vsysread" --json "$1"
}

# A file recorded on x86: opens, mounts, pipes and names of a busybox guest.
recorded() {
	make -s -j2 -C userspace STATIC=1 O="$build/static" &&
		base64 -d selftests/arm64/x86.base64 >"$out/g/x86.raw" &&
		shown "$out/g/x86.raw" >"$out/g/x86.txt"
}

# What arm64 recorded and read, read here: the same text.
read_here() {
	: >"$out/differences"
	sed -n 's/^# file: //p' "$out/said" | base64 -d >"$out/raw" &&
		sed -n 's/^# text: //p' "$out/said" >"$out/there" &&
		grep -q 'getpid() = 4711' "$out/there" &&
		shown "$out/raw" 2>/dev/null | diff "$out/there" - | sed 's/^/# /' >"$out/differences" &&
		[ ! -s "$out/differences" ]
}

everything() {
	recorded && module && make -s -C userspace options &&
		make_arm64 -C userspace STATIC=1 O="$build/arm64/user" &&
		make_arm64 -C selftests/arm64 O="$build/arm64/guests" &&
		selftests/vm/kernels --arm64 "$kernel" "${cross}gcc-14" -O1 -Wall -Wextra -pthread \
			-static -o "$out/oracle/workload" selftests/oracle/workload.c &&
		cp selftests/arm64/{{lib,host,nested,protected}.sh,calls.expect} "$build/arm64/user/vsysread" \
			"$build"/arm64/guests/{vmm,guest.bin} "$out/vsyscalls.ko" "$out/g/" &&
		cp "$build/arm64/user/vsysread" "$out/static/"
}

rm -rf "$out/g"
mkdir -p "$out"/{g,oracle,static}
echo "1..1"
if everything >"$out/log" 2>&1 && ! grep -E '^(kmod|uapi)/.*warning' "$out/log"; then
	echo "ok 1 - module, vsysread and guests build for arm64"
else
	tail -n 20 "$out/log" | sed 's/^/# /'
	echo "not ok 1 - module, vsysread and guests build for arm64"
	exit 1
fi
[[ ${1:-} != --build ]] || exit 0
rc=0

# host SCRIPT [OPTION...]: run it in the host
host() {
	local script=$1 begin=$SECONDS

	shift
	selftests/vm/run --host arm64 --kernel "$kernel" --timeout 400 --add "$out/g:/g" "$@" -- \
		sh "/g/$script" >"$out/said" || rc=1
	grep -v '^# \(file\|text\): ' "$out/said"
	echo "# $script: $((SECONDS - begin)) s"
}

host host.sh
echo "1..1"
if read_here; then
	echo "ok 1 - what arm64 recorded is read here"
else
	cat "$out/differences"
	echo "not ok 1 - what arm64 recorded is read here"
	rc=1
fi
host nested.sh --append kvm-arm.mode=nested
host protected.sh --append kvm-arm.mode=protected
VSYS_KERNEL=$kernel BUILD=$out selftests/oracle/run-oracle.sh --host arm64 || rc=1
exit $rc
