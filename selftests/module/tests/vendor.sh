# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# The module cannot load without KVM's vendor module, and requests it itself.
. ./lib.sh

printf '#!/bin/sh\nexec modprobe "$@"\n' >$tmp/modprobe
chmod +x $tmp/modprobe
# No modprobe: the kernel cannot load a module on request.
echo /none >/proc/sys/kernel/modprobe
ok "the vendor module is unloaded" rmmod $vendor_module
mark_log
fails "KVM without a vendor: it does not load" load
is "with ENODEV" ENODEV "$(cat $tmp/said)"
is "and one line in the log" 1 "$(log | grep -c .)"
is "that says why" 1 "$(log | grep -c 'neither kvm_amd nor kvm_intel')"
[ $vendor = vmx ] || rmmod ccp 2>/dev/null
ok "KVM is unloaded" rmmod kvm
mark_log
fails "no KVM: it does not load" load
is "with ENODEV, too" ENODEV "$(cat $tmp/said)"
is "and one line, too" "vsyscalls: neither kvm_amd nor kvm_intel is loaded, cannot load" "$(log)"
echo $tmp/modprobe >/proc/sys/kernel/modprobe
ok "when modules can be asked for, it loads" load
is "the vendor module came with it" 1 "$(grep -c "^$(echo $vendor_module | tr - _) " /proc/modules)"
fails "and stays while it is there" rmmod $vendor_module
ok "it unloads" unload
# A copy that knows the vendor modules by other names: KVM seems to be in the kernel.
mark_log
fails "KVM built in, its calls not: it does not load" /t/module/hostile load /t/builtin.ko
is "with EBUSY" EBUSY "$(cat $tmp/said)"
is "and one line that says why" 1 "$(log | grep -c "leads to .* and not to the kernel")"
guest 2
ok "a guest runs after all that" guest_right $guest
finish
