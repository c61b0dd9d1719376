# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# A vCPU sleeps in a page fault of its own process for as long as the process likes, while
# an argument is captured.  No other machine, no attach and no end of a reader waits for it.
. ./lib.sh

hostile=/t/module/hostile

# A zombie has released everything.
ended() {
	[ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"
}

detaches() {
	grep -q vsys_retire_wait "/proc/$1/wchan"
}

# others NAME: another machine starts, is traced and ends.
others() {
	guest 0 1
	ok "$1: a machine is traced" reader --until-gone -p $guest -e trace=getpid -o $tmp/other
	ok "$1: its calls are seen" await grep -q 'getpid() = ' $tmp/other
	$hostile stop $guest
	ok "$1: it ends" await ended $guest
	ok "$1: and was right" guest_right $guest
	ok "$1: so does its reader" await ended $reader
	wait $reader
	alive $stuck
	result $? "$1: the first one is still asleep"
}

ok "load" load
$hostile stuck $tmp/attached $tmp/go &
detacher=$!
ok "a session attaches" await [ -e $tmp/attached ]
ok "a reader attaches" reader -o $tmp/out
first=$reader
$minivm --strict --absent /t/guests/asleep.bin >$tmp/stuck 2>&1 &
stuck=$!
ok "a vCPU sleeps" await grep -q asleep $tmp/stuck
others "beside it"
ok "a guest that is not traced ends" $minivm /t/guests/calls.bin
ok "another attach, and its end" /t/vsysread -p $stuck --timeout 0.5 -o $tmp/late
: >$tmp/go
ok "a detach waits for the vCPU" await detaches $detacher
kill -9 $detacher
ok "but can be killed" await ended $detacher
kill -9 $first
ok "a reader can be killed" await ended $first
others "after that"
fails "the module cannot go" /t/module/hostile unload
kill -HUP $stuck
wait $stuck
result $? "the guest was right when it woke"
ok "unload" unload
finish
