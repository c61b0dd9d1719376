# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Memory of a session is charged to its opener's cgroup and limited.
. ./lib.sh

groups=$tmp/groups
mkdir $groups
mount -t cgroup2 none $groups
echo +memory >$groups/cgroup.subtree_control
mkdir $groups/reader $groups/tenant
load
/t/module/hostile memory $groups
status=$?
unload || status=1
umount -l $groups
rm -rf $tmp
exit $status
