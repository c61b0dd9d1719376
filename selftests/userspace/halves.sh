# SPDX-License-Identifier: GPL-2.0
# A recorded file, $tmp/some, in two parts.
# shellcheck shell=bash disable=SC2154 # the test sets tmp

# halves: the first half of the calls, the others once $tmp/go is there
halves() {
	local bytes

	bytes=$(($(stat -c %s "$tmp/some") / 2))
	head -c $bytes "$tmp/some"
	until [ -e "$tmp/go" ]; do
		sleep 0.1
	done
	tail -c +$((bytes + 1)) "$tmp/some"
}
