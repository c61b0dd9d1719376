# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Attach to processes that have ended.
. ./lib.sh

load
whole_test ended
