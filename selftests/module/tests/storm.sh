# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Sessions come, do anything and go, many at once, under a running guest.
. ./lib.sh

guest 0
load
/t/module/hostile storm 2
verdict=$?
unload || verdict=1
guest_right $guest >$tmp/right || verdict=1
sed 's/^/# /' $tmp/right
rm -rf $tmp
exit $verdict
