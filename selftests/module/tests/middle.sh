# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Attach and detach while two vCPUs are in the middle of calls.
. ./lib.sh

guest 0
mine=$guest
ok "load" load
for i in 1 2 3; do
	ok "attach $i" reader --ring-size 4M -o $tmp/out.$i
	ok "records of vCPU 0" await grep -q 'vcpu 0' $tmp/out.$i
	ok "records of vCPU 1" await grep -q 'vcpu 1' $tmp/out.$i
	ok "detach $i" reader_end
	ok "no loss" totals ' events, 0 lost, 2 rings, '
done
ok "unload" unload
ok "the guest still runs" alive $mine
ok "and is right in the end" guest_right $mine
for i in 1 2 3; do
	grep 'getpid() = [0-9]' $tmp/out.$i >$tmp/seen
	ok "trace $i counts up" consecutive $tmp/seen
done
finish
