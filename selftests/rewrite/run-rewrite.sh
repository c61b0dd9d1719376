#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A real Linux guest whose calls are changed, and held while QEMU does what it
# does to guests.  Prints KTAP.
#
#	run-rewrite.sh --host amd|intel
#
# BUILD: where vsyscalls.ko, guests/ and module/ are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
[[ ${1:-} == --host ]] || { echo "usage: run-rewrite.sh --host amd|intel" >&2; exit 2; }
make -s -C "$here/../module" O="$build/module" GUESTS="$build/guests" >&2 || exit 1
# One CPU: with two, QEMU's TCG goes on with code that was patched now and then.
"$here/../vm/run" --host "$2" --timeout 500 --real-guest busybox \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/module/hostile:/t/hostile" \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
