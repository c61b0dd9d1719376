# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# An unknown profile is refused, and the log lists the known ones.
. ./lib.sh

mark_log
fails "it does not load" load profile=nonsense
is "with EINVAL" EINVAL "$(cat $tmp/said)"
is "the log names it" 'vsyscalls: unknown profile "nonsense"' "$(log | head -n 1)"
is "and those that are known" "$(/t/vsysread --profiles | awk '{ print $1 }')" \
	"$(log | sed -n 's/.*known profile: //p')"
fails "an empty one neither" load profile=
fails "it is no module" grep -q '^vsyscalls ' /proc/modules
ok "a good one is taken after that" load
ok "and unloaded" unload
finish
