# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Mappings: offset, length and rights.
. ./lib.sh

guest 0
load
whole_test mmap
