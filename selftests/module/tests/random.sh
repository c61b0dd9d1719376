# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Random ioctls, on a guest that may break.
. ./lib.sh

ok "load" load rewrite=1
guest 0
/t/module/hostile random "${VSYS_RANDOM:-1000000}" 500 "$guest" >$tmp/random
status=$?
sed 's/^/# /' $tmp/random
result $status "ioctls at random"
kill -9 "$guest" 2>/dev/null
wait "$guest" 2>/dev/null
ok "unload" unload
is "KVM is as it was" "$(kvm_calls)" "$(/t/module/hostile patch)"
guest 1
ok "another guest is right" guest_right "$guest"
finish
