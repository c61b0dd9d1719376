#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Check that the debug kernel finds mistakes and that the runner sees its reports:
# only then does a run without reports mean anything.  Prints KTAP.
#
#	run-reports.sh --host amd|intel
#
# BUILD: where to build.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
dir=${BUILD:-$build}/mistakes
[[ ${1:-} == --host && $# == 2 ]] || { echo "usage: run-reports.sh --host amd|intel" >&2; exit 2; }
host=$2
# How the log names each mistake.
reports=(none: leak:'kmemleak: [1-9]' bounds:'KASAN: slab-out-of-bounds'
	freed:'KASAN: slab-use-after-free|KASAN: use-after-free' shift:'UBSAN: shift-out-of-bounds'
	inversion:'possible circular locking' sleep:'sleeping function called')

mkdir -p "$dir"
cp -u "$here"/{Kbuild,mistakes.c} "$dir/"
if ! kdir=$("$here/../vm/kernel" --kernel debug --headers) ||
	! make -s -C "$kdir" M="$dir" modules >"$dir/log" 2>&1; then
	cat "$dir/log" >&2
	exit 1
fi

rc=0
n=0
for report in "${reports[@]}"; do
	what=${report%%:*} wanted=${report#*:}
	"$here/../vm/run" --host "$host" --kernel debug --dmesg "$dir/dmesg" --timeout 60 \
		--add "$dir/mistakes.ko:/mistakes.ko" -- insmod /mistakes.ko what="$what" 2>"$dir/said"
	status=$?
	n=$((n + 1))
	if [[ ! $wanted && $status == 0 ]] ||
		{ [[ $wanted && $status == 126 ]] && grep -qaE "$wanted" "$dir/dmesg"; }; then
		echo "ok $n - control: $what"
	else
		echo "not ok $n - control: $what"
		{ echo "exit code $status"; cat "$dir/said"; } | sed 's/^/# /'
		rc=1
	fi
done
echo "1..$n"
exit $rc
