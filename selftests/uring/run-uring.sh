#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a program submits to an io_uring, and what completes.
#
#	run-uring.sh [--host amd|intel] [--guest-kernel KERNEL]
#
# BUILD is the build directory.
set -u

here=$(dirname "$(realpath "$0")")
build=${BUILD:-$(realpath "$here/../..")/build}
host=amd
[ "${1:-}" = --host ] && host=$2 && shift 2
mkdir -p "$build/uring"
for program in rings lies; do
	gcc -O1 -Wall -Wextra -Werror -static -o "$build/uring/$program" "$here/$program.c" \
		"$here/ring.c" || exit 1
done
kernel=()
[ "${1:-}" = --guest-kernel ] && kernel=("$1" "$2")
exec "$here/../vm/run" --host "$host" --timeout 590 --real-guest busybox "${kernel[@]}" \
	--guest-add "$build/uring/rings:/rings" --guest-add "$build/uring/lies:/lies" \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/static/vsysread:/t/vsysread" \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
