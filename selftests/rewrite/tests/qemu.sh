# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Rules for a real guest; then QEMU's stop and cont, system_reset and migration while
# a call of the guest is held.
. ./lib.sh

# The comments state the output of a guest without rules.
cat >$tmp/rewritten <<'GUEST'
load() {
	i=0
	while [ $i -lt 40 ]; do
		dd if=/dev/zero bs=1000 count=20 2>/dev/null
		i=$((i + 1))
	done | sha256sum
}
load >/tmp/load &
echo not for you >/tmp/secret
echo for all >/tmp/public
cat /tmp/secret				# not for you
dd if=/dev/zero of=/tmp/short bs=4243 count=1 2>/dev/null
echo short $(wc -c </tmp/short)		# 4243
touch /tmp/keep-me
rm -f /tmp/keep-me 2>/dev/null; echo rm $?	# 0
ls /tmp/keep-me				# an error
dd if=/dev/zero bs=77 count=1 2>/dev/null | tr -d '\000'; echo	# nothing
wait
cat /tmp/load
GUEST

cat >$tmp/mkdir <<'GUEST'
mkdir /tmp/held-here && echo made
GUEST

# Its watchdog complains after 2 seconds.  The second vCPU waits for the held one.
cat >$tmp/watched <<'GUEST'
echo 1 >/proc/sys/kernel/watchdog_thresh
taskset 1 mkdir /tmp/held-here &
sleep 1
taskset 2 sh -c 'echo 1 >/proc/sys/kernel/sched_schedstats'
wait
sleep 1
GUEST

sum=$(dd if=/dev/zero bs=1000 count=800 2>/dev/null | sha256sum)

rewritten() {
	grep -qx 'for all' $tmp/out && grep -qx 'short 1' $tmp/out &&
		grep -qx 'rm 1' $tmp/out && grep -qx '/tmp/keep-me' $tmp/out &&
		grep -qx 'EDITED' $tmp/out
}

# guest SCRIPT ARGUMENT...: start one as $guest, with a monitor.
guest() {
	script=$1
	shift
	rm -f $tmp/mon.in $tmp/mon.out $tmp/mon
	mkfifo $tmp/mon.in $tmp/mon.out
	realguest --init "$script" "$@" >$tmp/out 2>&1 &
	guest=$!
}

monitor() {
	echo "$1" >$tmp/mon.in
}

# hold once|again|anew: hold the mkdir of the next guest
hold() {
	rm -f $tmp/ready $tmp/go
	/t/module/hostile qemu hold $tmp/ready $tmp/go "$1" >$tmp/holder &
	holder=$!
}

# watched NAME [ARGUMENT...]: run a guest held for 10 seconds.  $locked has its complaints
# of 8 seconds or more: the host may cause shorter ones.
# $locked: those of less may be the host's fault.
watched() {
	name=$1
	shift
	hold once
	realguest --smp 2 --init $tmp/watched "$@" >$tmp/out 2>&1 &
	guest=$!
	await [ -e $tmp/ready ]
	sleep 10
	touch $tmp/go
	wait $holder && wait $guest
	result $? "$name is held for 10 seconds"
	locked=$(sed -n 's/.*soft lockup - CPU#\([0-9]*\) stuck for \([0-9]*\)s.*/\1 \2/p' \
		/tmp/guest.log | awk '$2 >= 8')
	echo "$locked" | sed 's/^/# /'
}

with_monitor="-monitor pipe:$tmp/mon"

# Control: a real guest that nobody changes.
realguest --smp 2 --init $tmp/rewritten >$tmp/out 2>&1
! rewritten && grep -q 'not for you' $tmp/out && grep -qF "$sum" $tmp/out
result $? "control: a guest as it is"

ok "load" load rewrite=1
/t/module/hostile qemu rules $tmp/rules >$tmp/holder &
holder=$!
await [ -e $tmp/rules ]
realguest --smp 2 --init $tmp/rewritten >$tmp/out 2>&1
result $? "a guest whose calls are changed ends well"
rewritten
result $? "openat, write, unlink and read were changed"
grep -qF "$sum" $tmp/out
result $? "a load beside it has the right checksum"
sed 's/^/# /' $tmp/out
kill $holder
wait $holder

hold again
# shellcheck disable=SC2086 # words
guest $tmp/mkdir -- $with_monitor
await [ -e $tmp/ready ]
result $? "a call is held"
cat $tmp/mon.out >$tmp/said &
monitor stop
monitor 'info status'
await grep -q 'VM status: paused' $tmp/said
result $? "QEMU stops the guest meanwhile"
monitor cont
touch $tmp/go
wait $holder
result $? "the call is held again and resumed"
grep -v '^ok' $tmp/holder | sed 's/^/# /'
wait $guest
result $? "and the guest ends well"
grep -qx made $tmp/out
result $? "with its call made"

hold anew
# shellcheck disable=SC2086 # words
guest $tmp/mkdir -- $with_monitor -action reboot=reset
await [ -e $tmp/ready ]
cat $tmp/mon.out >$tmp/said &
monitor system_reset
touch $tmp/go
wait $holder
result $? "a reset while a call is held: it boots and calls anew"
grep -v '^ok' $tmp/holder | sed 's/^/# /'
wait $guest
result $? "and ends well"

watched "a guest with kvmclock"
skip=''
[ ! -e /sys/kernel/debug/kmemleak ] || skip=' # SKIP an instrumented host alone takes seconds'
[ "$skip" ] || [ -z "$locked" ]
result $? "and knows that it was$skip"

hold once
# shellcheck disable=SC2086 # words
guest $tmp/mkdir -- $with_monitor
await [ -e $tmp/ready ]
cat $tmp/mon.out >$tmp/said &
monitor "migrate \"exec:cat >$tmp/state\""
migrated() {
	monitor 'info migrate'
	# "Migration status: completed", of QEMU 11.1 "Status:" and two tabs.
	grep -q 'tatus:[[:blank:]]*completed' $tmp/said
}
await migrated
result $? "a guest is saved while a call is held"
monitor quit
wait $guest
kill -9 $holder
wait $holder 2>/dev/null
ok "the module unloads" unload
realguest --init $tmp/mkdir -- -incoming "exec:cat $tmp/state" >$tmp/out 2>&1
result $? "and runs on where nobody traces it"
grep -qx made $tmp/out
result $? "with its call made"
finish
