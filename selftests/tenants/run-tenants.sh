#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The cost of sessions for machines that they do not trace, in instructions.
#
#	run-tenants.sh
#
# BUILD is the build directory.  On the AMD host only: it counts instructions.
set -u

here=$(dirname "$(realpath "$0")")
build=${BUILD:-$(realpath "$here/../..")/build}
flock "$build/module.lock" make -s -C "$here/../module" O="$build/module" GUESTS="$build/guests" || exit 1
exec "$here/../vm/run" --host amd --icount --timeout 300 \
	--add "$build/guests:/t/guests" \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/module/hostile:/t/hostile" \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
