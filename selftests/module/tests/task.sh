# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Which task of the guest makes a call: changes, reuse, lies.
. ./lib.sh

load
$minivm --timeout 600 --arg 1 /t/guests/task.bin >$tmp/guest-1 2>&1 &
guest=$!
ln -s guest-1 $tmp/guest.$guest
await in_kvm_or_gone $guest
whole_test task $guest
