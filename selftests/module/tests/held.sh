# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A guest whose calls are held, looked at and changed.
. ./lib.sh

ok "load" load rewrite=1
/t/module/hostile held linux_x86_64 $tmp/attached >$tmp/holder 2>&1 &
holder=$!
ok "the holder attaches" await [ -e $tmp/attached ]
$minivm --strict /t/guests/held.bin >$tmp/calls 2>&1
result $? "the guest sees what it should"
grep -v '^ok' $tmp/calls | sed 's/^/# guest: /'
wait $holder
result $? "so does the holder"
grep -v '^ok' $tmp/holder | sed 's/^/# holder: /'
ok "unload" unload
finish
