# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Holds that nobody resumes: deadlines, signals, and holders, guests and modules
# that end.
. ./lib.sh

hostile=/t/module/hostile

ok "load" load rewrite=1
ok "bad rules" $hostile holds rules
guest 0
mine=$guest
# Time passes slowly on the Intel host.
count=1000
[ $vendor = svm ] || count=100
ok "$count deadlines" $hostile holds deadlines $count
ok "the end of sessions" $hostile holds ends
ok "a rule in the place of another" $hostile holds replaced
ok "signals for the guest's process" $hostile holds signals $mine
ok "sessions come and go at one call" $hostile holds storm $mine
$hostile holds wait $tmp/held >/dev/null &
holder=$!
ok "a call is held" await [ -e $tmp/held ]
kill -9 $holder
wait $holder 2>/dev/null
ok "the guest is right" guest_right $mine
guest 0 1
ok "sessions hold the same calls" $hostile holds together
ok "the guest is right" guest_right $guest
guest 0
ok "a vCPU that goes" $hostile holds unplug $guest
# A guest that ends while a call of it is held.
$hostile holds wait $tmp/held.2 >/dev/null &
holder=$!
ok "a call of it is held" await [ -e $tmp/held.2 ]
kill -9 $guest
wait $guest 2>/dev/null
kill -9 $holder
wait $holder 2>/dev/null
ok "unload" unload
is "KVM is as it was" "$(kvm_calls)" "$($hostile patch)"
finish
