# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A session whose descriptors and mappings have many owners.
. ./lib.sh

guest 0
load
/t/module/hostile fork
verdict=$?
unload || verdict=1
guest_right $guest >$tmp/right || verdict=1
sed 's/^/# /' $tmp/right
rm -rf $tmp
exit $verdict
