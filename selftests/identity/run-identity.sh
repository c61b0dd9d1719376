#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who makes the calls of a real guest?  Prints KTAP.
#
#	run-identity.sh --host amd|intel [MODE]...	default: plain, on AMD pti and storm, too
#
# MODE: plain; pti: with page-table isolation; 4level: with page tables of four levels; i386: a 32-bit
# guest; a kernel of the guest, as vm/kernels names them, such as 7.3; storm: STORM threads that live
# for a moment.
# TIMEOUT: seconds for each.
# BUILD: where vsyscalls.ko and static/vsysread are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
host=
[ "${1:-}" = --host ] && host=${2:-} && shift 2
[[ $host == amd || $host == intel ]] || { echo "usage: run-identity.sh --host amd|intel [MODE]..." >&2; exit 2; }
[ $# -gt 0 ] || case $host in amd) set -- plain pti storm ;; intel) set -- plain ;; esac

mkdir -p "$build/identity"
for program in idguest execguest stormguest; do
	gcc -O2 -Wall -Werror -static -pthread -o "$build/identity/$program" "$here/$program.c" || exit 1
	gcc -m32 -O2 -Wall -Werror -static -pthread -o "$build/identity/$program-i386" "$here/$program.c" || exit 1
done
rc=0
for mode; do
	echo "# $host, $mode"
	append= script=host.sh guest=busybox suffix= kernel=()
	case $mode in
	plain) ;;
	pti) append=pti=on ;;
	4level) append=no5lvl ;;
	i386) guest=busybox-i386 suffix=-i386 ;;
	[0-9].*) kernel=(--guest-kernel "$mode") ;;
	storm) script=storm.sh ;;
	*) echo "no mode is called $mode" >&2; exit 2 ;;
	esac
	"$here/../vm/run" --host "$host" --timeout "${TIMEOUT:-600}" --real-guest "$guest" "${kernel[@]}" \
		--guest-add "$build/identity/idguest$suffix:/bin/idguest" \
		--guest-add "$build/identity/execguest$suffix:/bin/execguest" \
		--guest-add "$build/identity/execguest-i386:/bin/execguest-i386" \
		--guest-add "$build/identity/stormguest$suffix:/bin/stormguest" \
		--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
		--add "$build/static/vsysread:/t/vsysread" \
		--add "$here/$script:/t/$script" -- \
		"STORM=${STORM:-600} sh /t/$script '$mode' '$append'" || rc=1
done
exit $rc
