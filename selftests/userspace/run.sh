#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Run the tests, then their negative controls.
# usage: run.sh TEST...
# A test's arguments are separated from it by colons: ./vsysread.sh:vsysread:mkraw
set -u

# one NAME COMMAND...
one() {
	echo "# $1"
	shift
	"$@" || { echo "# FAILED: $1"; failed=1; }
}

failed=0
for spec in "$@"; do
	name=${spec%%:*}
	IFS=:
	# shellcheck disable=SC2086 # its arguments
	one "$name" $spec
done
one ./negative.sh ./negative.sh "$@"
[ $failed = 0 ] && echo "# all passed"
