#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Inputs that the fuzzers found interesting must still be harmless.  Prints KTAP.
# usage: check.sh DIR TARGET...
set -u

dir=$1
shift
n=0
failed=0

result() {
	n=$((n + 1))
	[ "$1" = 0 ] && echo "ok $n - $2" && return
	echo "not ok $n - $2"
	failed=1
}

echo "KTAP version 1"
echo "1..$((2 * $# + 2))"
for target; do
	"$dir/fuzz_$target" -runs=0 -close_fd_mask=3 "$dir/corpus/$target" >"$dir/$target.log" 2>&1
	result $? "$target: $(find "$dir/corpus/$target" -type f | wc -l) inputs"
	FUZZ_CONTROL=1 "$dir/fuzz_$target" -runs=0 -close_fd_mask=3 -artifact_prefix="$dir/control-" \
		"$dir/corpus/$target" >"$dir/control.log" 2>&1
	result $(($? == 0)) "$target: an error would be noticed"
done
"$(dirname "$0")/generator.sh" 5 1
result $? "generator: bad prototypes for 5 s"
FUZZ_CONTROL=1 "$(dirname "$0")/generator.sh" 5 1 >/dev/null
result $(($? == 0)) "generator: an error would be noticed"
exit $failed
