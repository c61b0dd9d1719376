# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of host.sh
#
# A real guest whose call is held, and QEMU that wants its vCPU back: system_reset, stop and
# cont, migration to a file.  Then its holder is killed.
cat >$tmp/guest <<'GUEST'
touch /tmp/held
victim unlink
GUEST

# monitor COMMAND: of QEMU's; it does one after the other
monitor() {
	echo "$1" >$tmp/monitor.in
}

lines() {
	grep -cxF -- "$2" "$1"
}

held() {
	[ "$(lines $tmp/keep "$1")" -ge "$2" ]
}

insmod $dir/vsyscalls.ko rewrite=1 profile=linux_x86_64 || exit 1
start keep $dir/holder keep
keep=$started
mkfifo $tmp/monitor.in $tmp/monitor.out
realguest --init $tmp/guest -- -action reboot=reset -chardev pipe,id=monitor,path=$tmp/monitor \
	-mon chardev=monitor >$tmp/out 2>&1 &
guest=$!
cat $tmp/monitor.out >$tmp/monitor.said &
await held 'held /tmp/held' 1
is "a call is held" 0 $?
monitor system_reset
await held 'held /tmp/held' 2
is "system_reset in mid-hold: the guest starts anew, and makes the call again" 0 $?
monitor stop
monitor 'info status'
await said $tmp/monitor.said 'VM status: paused'
is "stop in mid-hold" 0 $?
monitor cont
await held 'held /tmp/held again' 1
is "cont: it is the same call" 0 $?
monitor "migrate \"exec:cat >$tmp/state\""
monitor 'info migrate'
await said $tmp/monitor.said 'Migration status: completed'
is "migration to a file in mid-hold" 0 $?
monitor cont
await held 'held /tmp/held again' 2
is "the call is still the same" 0 $?
kill -9 $keep
wait $guest
is "the holder is killed: the guest goes on" "0 unlink held: done" "$? $(cat $tmp/out)"
rmmod vsyscalls
is "the module unloads after that, too" 0 $?
realguest --init $tmp/guest -- -incoming "exec:cat $tmp/state" >$tmp/out 2>&1
is "what was migrated goes on untraced" "0 unlink held: done" "$? $(cat $tmp/out)"
