# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Sessions come and go while a 32-bit guest makes getpid calls by SYSENTER: each sees the
# calls that it has asked for.
. ./lib.sh

# calls OPTION...: how many calls a session sees, 20 at most
calls() {
	/t/vsysread -q --whole -p $guest --max-events 20 --timeout "$@" -o $tmp/calls >$tmp/said 2>&1
	grep -c 'getpid() = ' $tmp/calls
}

ok "load" load profile=linux_x86
$minivm --timeout 600 --legacy none --arg 0x7fffffff /t/guests/costs32.bin >$tmp/guest-1 2>&1 &
guest=$!
await in_kvm_or_gone $guest
reader -p $guest -e openat -o $tmp/other
is "another session wants them" 20 "$(calls 20 -e getpid)"
is "by their door" 20 "$(calls 20 --doors sysenter)"
is "a session of another door does not" 0 "$(calls 2 --doors int80)"
is "both doors" 20 "$(calls 20 --doors sysenter,int80)"
is "nor does one of other calls" 0 "$(calls 2 -e close)"
reader_end
is "the first session has seen none" 0 "$(grep -c getpid $tmp/other)"
kill $guest
wait $guest
ok "unload" unload
finish
