# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# An unknown profile is refused with one line in the log.
. ./lib.sh

mark_log
fails "it does not load" load profile=nonsense
is "with EINVAL" EINVAL "$(cat $tmp/said)"
is "one line of the log names it" \
	'vsyscalls: unknown profile "nonsense", see vsysread --profiles' "$(log | grep vsyscalls)"
fails "an empty one neither" load profile=
fails "it is no module" grep -q '^vsyscalls ' /proc/modules
ok "a good one is taken after that" load
ok "and unloaded" unload
finish
