# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Each failure in the kernel returns its error and leaves nothing behind.  On a kernel with
# fault injection only.
. ./lib.sh

guest 0 1
load rewrite=1
whole_test faults "$guest"
