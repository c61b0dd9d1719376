# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Repeat cycles.sh, reader-killed.sh and guest-killed.sh, 100 times each.
. ./lib.sh

times=100
moments='0 1000 3000 10000 30000 50000'	# us

# moment N: sleep for one of them
moment() {
	# shellcheck disable=SC2086 # words
	set -- $1 $moments
	shift $(($1 % ($# - 1) + 1))
	usleep "$1"
}

# renew N: start another guest each 20 times: one ends by itself after 2^29 calls
renew() {
	[ $(($1 % 20)) = 1 ] || return 0
	[ -z "$mine" ] || guest_right "$mine" >/dev/null || bad=1
	guest 0
	mine=$guest
}

mine=
bad=0
for i in $(seq $times); do
	renew "$i"
	load && /t/module/hostile cycle 1 || bad=1
	unload || bad=1
done
result $bad "$times times: load, attach, detach, unload"

ok "load" load
bad=0
for i in $(seq $times); do
	renew "$i"
	reader -o $tmp/out && await [ -s $tmp/out ] || bad=1
	moment "$i"
	kill -9 "$reader"
	wait "$reader" 2>/dev/null
	rm -f $tmp/out
done
result $bad "$times times: the reader is killed in the middle of records"
ok "the guest is right" guest_right $mine

reader -o /dev/null
bad=0
for i in $(seq $times); do
	guest 0
	await in_kvm "$guest" || bad=1
	moment "$i"
	kill -9 "$guest"
	wait "$guest" 2>/dev/null
	rm -f $tmp/guest*
done
result $bad "$times times: the guest is killed in the middle of calls"
ok "the reader ends well" reader_end
ok "unload" unload
is "KVM is as it was" "$(kvm_calls)" "$(/t/module/hostile patch)"
guest 1
ok "another guest is right" guest_right "$guest"
finish
