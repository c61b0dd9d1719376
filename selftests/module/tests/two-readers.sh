# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Two readers at once see the same calls; each has its own rings.
. ./lib.sh

ok "load" load
reader --ring-size 4M -o $tmp/one
first=$reader
reader --read --ring-size 4M -o $tmp/two
second=$reader
$minivm --strict /t/guests/calls.bin >$tmp/calls 2>&1 &
calls=$!
wait $calls
result $? "the guest of calls"
guest 2 1
ok "a guest is right" guest_right $guest
# Detaching one does not affect the other.
kill $first
wait $first
result $? "the first reader ends"
guest 1 1
ok "another guest is right" guest_right $guest
kill $second
wait $second
result $? "the second reader ends"
ok "unload" unload
# The last guest ran when only the second reader was left.
grep -v "vm $guest " $tmp/two | sort >$tmp/two.sorted
sort $tmp/one | cmp - $tmp/two.sorted >/dev/null
result $? "the same lines, $(grep -c . $tmp/one)"
ok "more than none" [ "$(grep -c . $tmp/one)" -gt 100 ]
ok "the last guest is in the second" grep -q "vm $guest " $tmp/two
grep -v "vm $calls " $tmp/two >$tmp/busy
ok "and counts up" consecutive $tmp/busy 1
# Calls that never returned are printed when the machine or the reader ends.
sort /t/guests/calls.expect >$tmp/want
grep "vm $calls " $tmp/one | sed 's/^[^]]*] //; /^--- entry register/d' | sort >$tmp/got
ok "the calls are as expected" cmp $tmp/want $tmp/got
finish
