#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: trace a real guest, compare with strace and with the
# same guest untraced.  usage: host.sh [CPUS]
set -u
cpus=${1:-1}
n=0
failures=0

result() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failures=$((failures + 1))
	fi
}

# The programs of both flavours; the output must not depend on the run.
cat >/tmp/programs <<'PROGRAMS'
/workload; echo workload $?
ls -a / | sort | head -3; echo ls $?
ls /nonexistent 2>&1; echo missing $?
echo one two three | tr ' ' '\n' | sort -r; echo pipe $?
cat /dev/null; echo cat $?
dd if=/dev/zero of=/tmp/z bs=512 count=4 2>/dev/null; wc -c </tmp/z
mkdir /tmp/d; rmdir /tmp/d; rmdir /tmp/d 2>/dev/null; echo rmdir $?
find /bin -name nothing; echo find $?
sleep 0.1; echo sleep $?
trap 'echo caught' USR1; kill -USR1 $$; echo trap $?
PROGRAMS

guest() {
	realguest --smp "$cpus" --init "$1"
}

guest /tmp/programs >/tmp/untraced
echo "exit $?" >>/tmp/untraced
grep -q '^trap 0' /tmp/untraced
result $? "the guest runs the programs"

insmod /t/vsyscalls.ko || exit 1
start() {
	rm -f /tmp/ready
	/t/vsysread --ready-file /tmp/ready --stats -o "$1" 2>/tmp/said &
	reader=$!
	while [ ! -e /tmp/ready ]; do sleep 0.1; done
}
stop() {
	sleep 0.5
	kill -INT $reader
	wait $reader
}

start /tmp/trace
guest /tmp/programs >/tmp/traced
echo "exit $?" >>/tmp/traced
stop
cmp /tmp/untraced /tmp/traced
result $? "traced, they print and return the same"
grep -q ' getpid() = 1$' /tmp/trace
result $? "the trace begins with the first process"
grep -q ', 0 lost,' /tmp/said
result $? "nothing is lost"
awk '$1 == "fast" { f = $2 } $1 == "slow" { s = $2 }
	END { printf "# fast path: %.1f %% of %d\n", 100 * f / (f + s), f + s; exit !(f + s) }' /tmp/said
result $? "exits are counted"

cat >/tmp/strace <<'STRACE'
strace -f -s 0 -o /tmp/st sh /tmp/programs >/dev/null 2>&1
sed 's/(.*) \(  *\)*= /() = /' /tmp/st >/dev/ttyS1
STRACE
{
	echo "cat >/tmp/programs <<'X'"
	cat /tmp/programs
	echo X
	cat /tmp/strace
} >/tmp/under-strace
start /tmp/trace
guest /tmp/under-strace
stop
awk -f /t/compare.awk /tmp/guest.out /tmp/trace
result $? "all that strace saw is in the trace"

# Controls: the comparison must notice each of these.
sed 's/^\([0-9]* *\)openat() = 3$/\1openat() = 77/' /tmp/guest.out >/tmp/altered
! cmp -s /tmp/altered /tmp/guest.out &&
	! awk -f /t/compare.awk /tmp/altered /tmp/trace >/dev/null
result $? "an altered result is noticed"
grep -v '\] write(' /tmp/trace >/tmp/dropped
! awk -f /t/compare.awk /tmp/guest.out /tmp/dropped >/dev/null
result $? "a call missing from the trace is noticed"

rmmod vsyscalls
result $? "the module unloads"
echo "1..$n"
exit $((failures > 0))
