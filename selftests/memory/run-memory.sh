#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Reads of guest memory touch RAM only and stay within a budget.
#
#	run-memory.sh
#
# BUILD is the build directory.  On the AMD host only: it counts instructions.
set -u

here=$(dirname "$(realpath "$0")")
build=${BUILD:-$(realpath "$here/../..")/build}
exec "$here/../vm/run" --host amd --icount --timeout 300 \
	--add "$build/guests:/t/guests" \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/static/vsysread:/t/vsysread" \
	--add "$here/device.expect:/t/device.expect" \
	--add "$here/limits.list:/t/limits.list" \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
