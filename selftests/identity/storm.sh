#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: is a call ever attributed to another thread, where threads live for one
# call and ids are used again?  Prints KTAP.
#
# STORM: how many.
set -u
count=$STORM
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh

# pread64(-1, NULL, TID, NUMBER) is made by the thread TID, which is named sNUMBER.
cat >/tmp/storm.awk <<'AWK'
match($0, /\] pread64\(-1, NULL, [0-9]+, [0-9]+\)/) {
	split(substr($0, RSTART, RLENGTH), arg, /[ ,)]+/)
	head = substr($0, 1, RSTART)
	n[arg[5]]++
	if (head ~ / vcpu /) {
		unknown++
	} else if (head !~ ("[ /]" arg[4] " s" arg[5] "\\]$")) {
		wrong++
		if (wrong < 10)
			print "# wrong: " $0
	}
	if (!(arg[4] in ids))
		different++
	ids[arg[4]]
}
END {
	for (i = 0; i < count; i++)
		missing += n[i] != 1
	print "# " count " threads with " different " ids: " missing + 0 " not once, " unknown + 0 " unknown, " wrong + 0 " wrong"
	exit wrong || missing || unknown * 100 > count || different > 500
}
AWK

insmod /t/vsyscalls.ko || exit 1
reader_start --whole --ring-size 16M -e trace=pread64 -o /tmp/trace
start=$(date +%s)
realguest --smp 2 --run "mount -t proc proc /proc 2>/dev/null; echo 400 >/proc/sys/kernel/pid_max
	stormguest $count" >/tmp/out 2>&1
echo "# $(($(date +%s) - start)) s"
reader_stop
grep -q ', 0 lost,' /tmp/said
result $? "nothing is lost"
awk -v count="$count" -f /tmp/storm.awk /tmp/trace
result $? "each call is its thread's, by id and by name"
sed 's/ s7\] pread64/ s8] pread64/' /tmp/trace >/tmp/altered
! cmp -s /tmp/altered /tmp/trace && ! awk -v count="$count" -f /tmp/storm.awk /tmp/altered >/dev/null
result $? "a wrong one would be noticed"
rmmod vsyscalls
result $? "the module unloads"
finish
