#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module reads for a caller in ring 3 only memory that the caller can read itself.
#
#	run-rights.sh
#
# BUILD is the build directory.  On the AMD host only: it counts instructions, and its
# CPU has protection keys and SMAP.
set -u

here=$(dirname "$(realpath "$0")")
build=${BUILD:-$(realpath "$here/../..")/build}
mkdir -p "$build/rights"
gcc -O1 -Wall -Wextra -static -o "$build/rights/probe" "$here/probe.c" || exit 1
exec "$here/../vm/run" --host amd --icount --timeout 590 --real-guest busybox \
	--guest-add "$build/rights/probe:/probe" \
	--add "$build/guests:/t/guests" \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/static/vsysread:/t/vsysread" \
	--add "$build/static/examples/deny-exec:/t/deny-exec" \
	--add "$here/rights-keys.expect:/t/rights-keys.expect" \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
