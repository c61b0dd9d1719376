# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# read(): whole records, wrong buffers, signals.
. ./lib.sh

guest 0
load
whole_test read
