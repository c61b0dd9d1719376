# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Rings of a page: lost events are counted, to the last record.
. ./lib.sh

ok "load" load
for how in never slow; do
	/t/module/hostile loss $how $tmp/ready.$how >$tmp/loss 2>&1 &
	reader=$!
	ok "attach, the reader reads: $how" await [ -e $tmp/ready.$how ]
	guest 5
	ok "the guest is right" guest_right $guest
	wait $reader
	status=$?
	sed 's/^/# /' $tmp/loss
	result $status "$how: the accounts are exact"
done
ok "vsysread attaches" reader --ring-size 4096 --stats -o $tmp/out
kill -STOP "$reader"
guest 3
ok "the guest is right" guest_right $guest
kill -CONT "$reader"
ok "vsysread's own accounts are exact" reader_end
ok "it says what was lost" grep -q '<lost [0-9]* events' $tmp/out
lost=$(sed -n 's/^lost //p' $tmp/reader.err)
emitted=$(sed -n 's/^emitted //p' $tmp/reader.err)
is "emitted == read + lost" "$emitted" \
	"$(($(sed -n 's/^vsysread: \([0-9]*\) events.*/\1/p' $tmp/reader.err) + lost))"
ok "and more than none was lost" [ "$lost" -gt 0 ]
ok "unload" unload
finish
