# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# An unprivileged user, with a guest of root's.
. ./lib.sh

guest 0
load
whole_test rights "$guest"
