# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Mappings: what, how large, with which rights.
. ./lib.sh

guest 0
load
/t/module/hostile mmap
verdict=$?
unload || verdict=1
guest_right $guest >$tmp/right || verdict=1
sed 's/^/# /' $tmp/right
rm -rf $tmp
exit $verdict
