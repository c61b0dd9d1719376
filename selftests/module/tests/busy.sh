# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# rmmod fails while a reader is attached.
. ./lib.sh

guest 0
mine=$guest
ok "load" load
reader -o $tmp/out
ok "records come" await [ -s $tmp/out ]
fails "rmmod is refused" /t/module/hostile unload
# The same message as for every module in use.
is "with EWOULDBLOCK" EAGAIN "$(cat $tmp/said)"
lines=$(grep -c . $tmp/out)
more() {
	[ "$(grep -c . $tmp/out)" -gt "$lines" ]
}
ok "the reader reads on" await more
ok "the reader ends" reader_end
ok "rmmod is done" unload
ok "the guest is right" guest_right $mine
finish
