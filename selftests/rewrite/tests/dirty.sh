# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A machine that KVM logs by a ring of dirty pages, which our writes fill.
. ./lib.sh

hostile=/t/module/hostile
minivm="$minivm --dirty-ring 256"

ok "load" load rewrite=1
guest 0 1
ok "more writes to a held call than the ring has entries" $hostile dirty
ok "the guest is right" guest_right $guest
$hostile dirty $tmp/ready >$tmp/rules 2>&1 &
rules=$!
ok "rules are set" await [ -e $tmp/ready ]
$minivm --timeout 60 /t/guests/held.bin >/dev/null 2>&1 &
guest=$!
wait $rules
status=$?
sed 's/^/# /' $tmp/rules
result $status "rules that fill it fail visibly"
kill -9 $guest
wait $guest 2>/dev/null
ok "unload" unload
finish
