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

everything() {
	module && make -s -C userspace options &&
		make_arm64 -C userspace STATIC=1 O="$build/arm64/user" &&
		make_arm64 -C selftests/arm64 O="$build/arm64/guests" &&
		selftests/vm/kernels --arm64 "$kernel" "${cross}gcc-14" -O1 -Wall -Wextra -pthread \
			-static -o "$out/oracle/workload" selftests/oracle/workload.c &&
		cp selftests/arm64/{host.sh,calls.expect} "$build/arm64/user/vsysread" \
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
selftests/vm/run --host arm64 --kernel "$kernel" --timeout 400 --add "$out/g:/g" -- sh /g/host.sh ||
	rc=1
VSYS_KERNEL=$kernel BUILD=$out selftests/oracle/run-oracle.sh --host arm64 || rc=1
exit $rc
