# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A sleeping reader is woken in time.
. ./lib.sh

guest 0
load "session_memory=1024 all_memory=1024"
whole_test poll
