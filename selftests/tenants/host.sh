#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host, whose TSC counts instructions: what an exit of a machine costs that
# nobody traces, with so many attaches to others.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh

# exits ROUNDS: print the instructions of two exits: the smallest of the batches of so many has
# no timer tick, nor did another process run meanwhile.
exits() {
	for i in 1 2 3 4 5; do
		/t/guests/minivm --arg "$1" /t/guests/x86_64/bench.bin
	done | awk '$1 == "cpuid_round" && (!min || $2 < min) { min = $2 } END { print min }'
}

# attached COUNT: set exits to the cost with COUNT attaches.
attached() {
	rm -f /tmp/ready
	/t/hostile attaches "$1" /tmp/ready &
	pid=$!
	while [ ! -e /tmp/ready ] && kill -0 $pid 2>/dev/null; do sleep 0.1; done
	[ -e /tmp/ready ]
	result $? "$1 attaches"
	exits=$(exits 1000)
	short=$(exits 100)
	kill $pid
	wait $pid 2>/dev/null
}

# beside KIND: set exits to the cost while a member of the group does something all the time.
beside() {
	/t/hostile storms "$1" 100000000 &
	pid=$!
	sleep 1
	exits=$(exits 100)
	kill -0 $pid
	result $? "$1: it was done all the time"
	kill -9 $pid
	wait $pid 2>/dev/null
}

# within A B PERCENT: is B at most so much more than A?
within() {
	[ "$1" ] && [ "$2" ] && [ $(($2 * 100)) -le $(($1 * (100 + $3))) ]
}

insmod /t/vsyscalls.ko profile=linux_x86_64 || exit 1
none=$(exits 1000)
attached 1
one=$exits one_short=$short
attached 1000
many=$exits
for row in "0 $none" "1 $one" "1000 $many"; do
	echo "# untraced_exit_${row% *}_attaches $((${row#* } / 2)) instructions"
done
within "$none" "$one" 5
result $? "one attach costs other machines 5 % of an exit at most"
within "$one" "$many" 1
result $? "a thousand attaches cost no more"
echo 1 >/sys/kernel/mm/ksm/run
echo 0 >/sys/kernel/mm/ksm/sleep_millisecs
for kind in attach filter open memory shift ksm; do
	beside $kind
	echo "# untraced_exit_beside_$kind $((exits / 2)) instructions"
	within "$one_short" "$exits" 5
	result $? "$kind: all the time, it costs other machines 5 % of an exit at most"
done
[ "$(cat /sys/kernel/mm/ksm/full_scans)" -gt 1 ]
result $? "pages were scanned meanwhile"
echo 0 >/sys/kernel/mm/ksm/run

# What a process with a traced machine pays for each change of its memory.
change() {
	/t/hostile storms "$1" 2000 | awk '$1 == "change" { print $2 }'
}
untraced=$(change untraced)
traced=$(change memory)
echo "# change_of_memory_untraced $untraced instructions"
echo "# change_of_memory_traced $traced instructions"
within "$untraced" "$traced" 5
result $? "a traced machine's process pays 5 % more for each change of its memory at most"
! within $((none * 100 / 106)) "$none" 5
result $? "control: 6 % would be noticed"
sleep 4	# the hooks are removed
rmmod vsyscalls
result $? "the module can be unloaded"
finish
