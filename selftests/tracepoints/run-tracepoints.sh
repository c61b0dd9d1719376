#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's tracepoints with Debian's perf, trace-cmd and bpftrace, and with ftrace's own
# filters and triggers, on a real guest.  Prints KTAP.
#
#	run-tracepoints.sh --host amd|intel
#
# BUILD: where vsyscalls.ko and static/vsysread are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
[ "${1:-}" = --host ] || { echo "usage: run-tracepoints.sh --host amd|intel" >&2; exit 2; }
exec "$here/../vm/run" --host "$2" --timeout 600 --mem 2048 --real-guest busybox \
	--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$build/static/vsysread:/t/vsysread" \
	--add-bin perf --add-bin trace-cmd --add-bin bpftrace \
	--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
