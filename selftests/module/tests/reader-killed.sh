# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# kill -9 of the reader while guests run.
. ./lib.sh

guest 0
mine=$guest
ok "load" load
for i in 1 2 3; do
	reader -o $tmp/out
	ok "records come" await [ -s $tmp/out ]
	kill -9 "$reader"
	wait "$reader" 2>/dev/null
	rm $tmp/out
done
reader --read -o $tmp/out
ok "records come by read()" await [ -s $tmp/out ]
kill -9 "$reader"
wait "$reader" 2>/dev/null
ok "nothing holds the module" unload
is "KVM is as it was" "$(kvm_calls)" "$(/t/module/hostile patch)"
ok "the guest is right" guest_right $mine
finish
