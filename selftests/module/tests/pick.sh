# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# -p picks one of two machines, and later both.
. ./lib.sh

ok "load" load
guest 0 1
one=$guest
guest 0 1
two=$guest
ok "attach to the second" reader -p $two -o $tmp/out
ok "its records come" await grep -q "vm $two " $tmp/out
ok "detach" reader_end
is "none is of the first" 0 "$(grep -c "vm $one " $tmp/out)"
ok "one ring" totals ' 1 ring, '
ok "attach to both" reader -p $one -p $two -o $tmp/out
ok "records of the first" await grep -q "vm $one " $tmp/out
ok "of the second" await grep -q "vm $two " $tmp/out
ok "detach" reader_end
ok "unload" unload
ok "the first guest is right" guest_right $one
ok "the second guest is right" guest_right $two
finish
