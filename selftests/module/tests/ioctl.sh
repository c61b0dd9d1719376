# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Each ioctl accepts valid and refuses invalid arguments.
. ./lib.sh

load
whole_test ioctl
