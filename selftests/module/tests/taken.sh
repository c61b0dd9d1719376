# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# KVM's static calls must lead to its vendor module.  A copy of the module by another
# name finds them patched by the module, and must not load.
. ./lib.sh

copy_loads() {
	/t/module/hostile load /t/copy.ko
}

copy_said() {
	dmesg | sed -n "/mark $$ $marks\$/,\$p" | grep -o 'vsyscallz: .*' | grep -v taint
}

guest 0
mine=$guest
ok "the copy loads where nobody is attached" copy_loads
ok "and unloads" rmmod vsyscallz
ok "load" load
ok "attach" reader -o $tmp/out
ok "calls are seen" await grep -q 'vcpu 0' $tmp/out
mark_log
fails "the copy does not load now" copy_loads
is "with EBUSY" EBUSY "$(cat $tmp/said)"
is "one line says why" 1 "$(copy_said | grep -c \
	"KVM's static call vcpu_run leads to [sv][vm][mx]_run.* and not to kvm_[a-z]*, cannot load")"
ok "detach" reader_end
ok "then it loads" await copy_loads
ok "and unloads, too" rmmod vsyscallz
ok "unload" unload
ok "the guest is right in the end" guest_right $mine
finish
