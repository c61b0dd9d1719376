# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Registers of a guest that the module changes for its runs.
. ./lib.sh

load profile=linux_x86
$minivm --timeout 600 --legacy none --arg 0x7fffffff /t/guests/costs32.bin >$tmp/guest-1 2>&1 &
guest=$!
ln -sf guest-1 $tmp/guest.$guest
await in_kvm_or_gone $guest
/t/module/hostile sysenter-regs $guest
verdict=$?
kill $guest
wait $guest
unload || verdict=1
rm -rf $tmp
exit $verdict
