# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# The guest is killed while it is traced: the reader sees its end.
. ./lib.sh

ok "load" load
for i in 1 2; do
	ok "attach" reader --until-gone -v --ring-size 4M -o $tmp/out
	guest 0
	ok "records come" await [ -s $tmp/out ]
	kill -9 $guest
	wait $guest 2>/dev/null
	ok "the reader ends" wait "$reader"
	ok "without loss" totals ' events, 0 lost, 2 rings, '
	is "both vCPUs were traced, and not any more" 4 "$(grep -c -e '--- attached' -e '--- detached' $tmp/out)"
done
guest 0
reader -o $tmp/out
ok "another guest is traced" await grep -q "vm $guest vcpu" $tmp/out
ok "and right" guest_right $guest
ok "detach" reader_end
ok "unload" unload
finish
