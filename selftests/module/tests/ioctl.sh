# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Each ioctl and what it must refuse.
. ./lib.sh

load
whole_test ioctl
