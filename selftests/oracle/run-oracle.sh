#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real guests, traced, against strace.  Prints KTAP.
#
#	run-oracle.sh --host amd|intel|arm64 [FLAVOUR[+pti][@KERNEL]]...	default: most
#
# FLAVOUR: a flavour of run --real-guest.  pti: with page-table isolation.  KERNEL: the guest's, as
# vm/kernels names them.
# BUILD: where vsyscalls.ko, static/vsysread and oracle/workload* are.  For arm64 run-arm64.sh
# makes such a directory and calls this.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
host=
[ "${1:-}" = --host ] && host=${2:-} && shift 2
case $host in
amd) compat=syscall ;;
intel) compat=sysenter ;;
arm64) ;;
*) echo "usage: run-oracle.sh --host amd|intel|arm64 [FLAVOUR]..." >&2; exit 2 ;;
esac
# On the slow host compat covers busybox and the glibc flavours: 64-bit programs and
# libraries, by the doors of this vendor.  The programs of 64-bit glibc run on AMD, and check
# has busybox alone on the newest kernel.
[ $# -gt 0 ] || case $host in
amd) set -- busybox glibc busybox-i386 glibc-i386 compat ;;
intel) set -- busybox-i386 compat ;;
arm64) set -- compat ;;
esac

# The doors of a flavour: i386 libraries use the one that the vDSO names, the
# loader INT 80h.  Without a vDSO all calls use INT 80h.
flavour() {
	workloads=(workload) guest=() control= profile=linux_x86_64
	case $1 in
	busybox | glibc) doors=linux_x86_64/syscall ;;
	busybox-i386)
		profile=linux_x86
		workloads=(workload-i386)
		doors=linux_i386/int80
		guest=(--append vdso32=0)
		;;
	glibc-i386)
		profile=linux_x86
		workloads=(workload-i386 workload-i386-dynamic)
		doors='linux_i386/int80 linux_i386/sysenter'
		;;
	compat)
		workloads=(workload workload-i386 workload-i386-dynamic)
		doors="linux_i386/int80 linux_i386/$compat linux_x86_64/syscall"
		# Untraced i386 programs occasionally crash there: SYSRET of Bochs leaves
		# them the SS of an interrupt.  Without a vDSO they return by IRET.
		[[ $host != intel ]] || control=vdso32=0
		;;
	*) echo "no flavour is called $1" >&2; return 1 ;;
	esac
	# A second CPU costs time; these flavours show its faults as well as any.  The host has one:
	# with two of QEMU's it loses guests, see docs/testing.md.
	case $host,$1 in
	amd,glibc | amd,busybox) guest+=(--smp 2) ;;
	esac
}

arm64_flavour() {
	workloads=(workload) guest=() control= profile=linux_arm64 doors=linux_arm64/svc
	[ "$1" != compat ] || doors="linux_arm/svc $doors"
}

rc=0
for each; do
	name=${each%@*}
	flavour=${name%+pti}
	if [ $host = arm64 ]; then arm64_flavour "$flavour"; else flavour "$flavour"; fi || exit 2
	[ "$name" = "$flavour" ] || guest+=(--append pti=on)
	echo "# $host, $each"
	add=()
	[ "$name" = "$each" ] || add+=(--guest-kernel "${each#*@}")
	for workload in "${workloads[@]}"; do
		add+=(--guest-add "$build/oracle/$workload:/$workload")
	done
	"$here/../vm/run" --host "$host" --timeout 600 \
		--real-guest "$flavour" --guest-add-bin strace "${add[@]}" --add-bin mawk \
		--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
		--add "$build/static/vsysread:/t/vsysread" \
		--add "$here/compare.awk:/t/compare.awk" \
		--add "$here/host.sh:/t/host.sh" -- \
		sh /t/host.sh "$profile" "$doors" "$control" "${guest[@]}" || rc=1
done
exit $rc
