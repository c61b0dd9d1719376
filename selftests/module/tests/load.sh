# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Load, load twice, unload; the device and the symbols exist exactly while loaded.
. ./lib.sh

device_is() {
	[ "$(stat -c '%F %a %u' $dev)" = "character special file 600 0" ]
}

ok "it loads" load
ok "and makes a device of root's" device_is
is "its profile" linux_x86_64 "$(cat /sys/module/vsyscalls/parameters/profile)"
fails "it does not load twice" load
is "with EEXIST" EEXIST "$(cat $tmp/said)"
ok "the device is still there" device_is
ok "and works" /t/vsysread --timeout 0.1
ok "it unloads" unload
fails "it is no device any more" [ -e $dev ]
fails "nor a module" grep -q '^vsyscalls ' /proc/modules
ok "it loads with a profile given" load profile=linux_x86_64
ok "and unloads" unload
is "no symbol of it is left" 0 "$(/t/module/hostile symbols)"
is "KVM is as it was" "$(kvm_calls)" "$(/t/module/hostile patch)"
finish
