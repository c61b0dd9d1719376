# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Unread rings of machines that have ended use limited memory.
. ./lib.sh

load "session_memory=1024 all_memory=1024"
/t/module/hostile unread $tmp/ready >$tmp/unread 2>&1 &
reader=$!
ok "attach" await [ -e $tmp/ready ]
for i in 1 2 3 4; do
	guest 1 1
	ok "a guest comes and goes" guest_right "$guest"
done
guest 0 1
wait "$reader"
status=$?
sed 's/^/# /' $tmp/unread
result $status "the next one is traced when they were read"
ok "the guest is right" guest_right "$guest"
ok "unload" unload
finish
