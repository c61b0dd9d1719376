#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each test must notice a wrong expectation.
# usage: negative.sh TEST...
# A test's arguments are separated from it by colons: vsysread.sh:vsysread:mkraw
set -u

echo "KTAP version 1"
echo "1..$#"
n=0
failed=0
for spec in "$@"; do
	n=$((n + 1))
	name=$(basename "${spec%%:*}")
	out=$(IFS=:; VSYS_TAMPER=1 exec $spec 2>/dev/null)
	if [ $? -eq 1 ] && [ "$(printf '%s\n' "$out" | grep -c '^not ok')" -eq 1 ] &&
	   printf '%s\n' "$out" | grep -q '^not ok 1 '; then
		echo "ok $n $name fails when an expectation is changed"
	else
		echo "not ok $n $name fails when an expectation is changed"
		failed=1
	fi
done
exit $failed
