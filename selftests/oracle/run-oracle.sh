#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real guests, traced, against strace.  Prints KTAP.
#
#	run-oracle.sh --host amd|intel [FLAVOUR...]	busybox and glibc
#
# BUILD: where vsyscalls.ko, static/vsysread and oracle/workload are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
host=
[ "${1:-}" = --host ] && host=${2:-} && shift 2
case $host in
amd) cpus=2 ;;
intel) cpus=1 ;;
*) echo "usage: run-oracle.sh --host amd|intel [busybox|glibc]..." >&2; exit 2 ;;
esac
[ $# -gt 0 ] || set -- busybox glibc

rc=0
for flavour; do
	echo "# $host, $flavour"
	"$here/../vm/run" --host "$host" --smp $cpus --timeout 600 \
		--real-guest "$flavour" \
		--guest-add-bin "$(command -v strace)" \
		--guest-add "$build/oracle/workload:/workload" \
		--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
		--add "$build/static/vsysread:/t/vsysread" \
		--add "$here/compare.awk:/t/compare.awk" \
		--add "$here/host.sh:/t/host.sh" -- "sh /t/host.sh $cpus" || rc=1
done
exit $rc
