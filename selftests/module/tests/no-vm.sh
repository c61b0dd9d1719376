# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Attach to a process without a machine.
. ./lib.sh

ok "load" load
fails "a process without a machine" /t/vsysread -p $$
is "ESRCH, and said so" "vsysread: pid $$: runs no virtual machine" "$(cat $tmp/said)"
fails "no process" /t/vsysread -p 2000000000
is "the same" "vsysread: pid 2000000000: runs no virtual machine" "$(cat $tmp/said)"
fails "a thread of the kernel" /t/vsysread -p 2
guest 2
ok "a guest is right" guest_right $guest
fails "its process is gone" /t/vsysread -p $guest
ok "unload" unload
fails "no module: no device" /t/vsysread
is "the hint is there" "vsysread: $dev: No such file or directory (is vsyscalls.ko loaded?)" \
	"$(cat $tmp/said)"
finish
