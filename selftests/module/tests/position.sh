# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A reader that writes nonsense where its position belongs.
. ./lib.sh

guest 0
load
whole_test position
