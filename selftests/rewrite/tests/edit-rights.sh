# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Root may edit, with rewrite=1, unless the kernel is locked down.  A lockdown
# lasts until reboot, so this test comes last.
. ./lib.sh

hostile=/t/module/hostile
lockdown=/sys/kernel/security/lockdown

ok "load" load
ok "without rewrite=1" $hostile holds refused 'without rewrite=1'
ok "unload" unload
ok "load with rewrite=1" load rewrite=1
ok "users" $hostile holds rights
grep -q securityfs /proc/mounts || mount -t securityfs none /sys/kernel/security
ok "lock the kernel down" sh -c "echo integrity >$lockdown"
ok "locked down" $hostile holds refused 'locked down'
ok "unload again" unload
finish
