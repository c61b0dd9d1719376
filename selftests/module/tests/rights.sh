# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A user without rights, with a guest of root's.
. ./lib.sh

guest 0
load
whole_test rights "$guest"
