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
mkdir -p "$build/memory"
gcc -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -static -I"$here/../../userspace/include" \
	-I"$here/../../uapi" -o "$build/memory/held" "$here/held.c" \
	"$build/static/lib/libvsyscalls.a" -lzstd || exit 1
exec "$here/../vm/run" --host amd --icount --timeout 400 \
	--add "$build/guests:/t/guests" \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/static/vsysread:/t/vsysread" \
	--add "$build/memory/held:/t/held" \
	--add "$here/device.expect:/t/device.expect" \
	--add "$here/limits.list:/t/limits.list" \
	--add "$here/limits-long.list:/t/limits-long.list" \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
