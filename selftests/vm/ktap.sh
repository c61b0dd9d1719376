# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# KTAP for scripts that run in the emulated host, where this is /vm/ktap.sh.

n=0
failures=0

# result STATUS NAME
result() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failures=$((failures + 1))
	fi
}

# Print the plan; succeed if there were results and all of them good.
finish() {
	echo "1..$n"
	[ $failures = 0 ] && [ $n != 0 ]
}
