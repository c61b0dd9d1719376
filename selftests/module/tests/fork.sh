# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Several processes share the descriptors and mappings of a session.
. ./lib.sh

guest 0
load
whole_test fork
