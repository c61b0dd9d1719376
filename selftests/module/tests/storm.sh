# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Sessions come, do anything and go, many at once, under a running guest.
. ./lib.sh

guest 0
load
whole_test storm 2
