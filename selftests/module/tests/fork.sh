# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A session whose descriptors and mappings have many owners.
. ./lib.sh

guest 0
load
whole_test fork
