# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A session that is closed stays until the readers of RCU that have it have ended: vCPUs find
# it by its rules.  On a kernel with KASAN only, which sees the read of freed memory.
. ./lib.sh

reported() {
	dmesg | sed -n "/mark $$ $marks\$/,\$p" | grep 'KASAN: .*free'
}

ok "the kernel has KASAN" grep -q ' kasan_report$' /proc/kallsyms
ok "load" load
mark_log
ok "a session is closed while it is read" insmod /t/reader.ko
echo 1 >/sys/module/reader/parameters/closed
ok "it is read after that" rmmod reader
fails "it was not freed" reported
ok "unload" unload
finish
