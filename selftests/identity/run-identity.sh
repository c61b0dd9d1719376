#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who makes the calls of a real guest?  Prints KTAP.
#
#	run-identity.sh --host amd|intel [MODE]...	plain, pti; default: both on AMD
#
# BUILD: where vsyscalls.ko and static/vsysread are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
host=
[ "${1:-}" = --host ] && host=${2:-} && shift 2
[[ $host == amd || $host == intel ]] || { echo "usage: run-identity.sh --host amd|intel [MODE]..." >&2; exit 2; }
[ $# -gt 0 ] || case $host in amd) set -- plain pti ;; intel) set -- plain ;; esac

mkdir -p "$build/identity"
for program in idguest execguest; do
	gcc -O2 -Wall -Werror -static -pthread -o "$build/identity/$program" "$here/$program.c" || exit 1
done
rc=0
for mode; do
	echo "# $host, $mode"
	append=
	[ "$mode" = plain ] || append=pti=on
	"$here/../vm/run" --host "$host" --timeout 600 --real-guest busybox \
		--guest-add "$build/identity/idguest:/bin/idguest" \
		--guest-add "$build/identity/execguest:/bin/execguest" \
		--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
		--add "$build/static/vsysread:/t/vsysread" \
		--add "$here/host.sh:/t/host.sh" -- sh /t/host.sh "$mode" "$append" || rc=1
done
exit $rc
