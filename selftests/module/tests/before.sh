# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Attach before a guest starts: the trace has all of its calls, and no other.
. ./lib.sh

ok "load" load
ok "attach" reader -o $tmp/out
guest 2
first=$guest
ok "a guest is right" guest_right $first
guest 1 1
second=$guest
ok "another is right" guest_right $second
ok "the reader ends" reader_end
ok "without loss" totals ' events, 0 lost, 3 rings, '
ok "unload" unload
for g in $first $second; do
	sed -n 's/.*vcpu \([0-9]*\): \([0-9]*\) calls/'"$g"' \1 1 \2/p' $tmp/guest.$g
done | sort >$tmp/want
ok "the results count up from 1" consecutive $tmp/out 1
is "to what the guests say" "$(cat $tmp/want)" "$(consecutive $tmp/out 1 | sort)"
is "there are no other lines" "$(awk '{ n += $4 } END { print n }' $tmp/want)" \
	"$(grep -vc -e '--- entry register' $tmp/out)"
finish
