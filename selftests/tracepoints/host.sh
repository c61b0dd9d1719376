#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Part of run-tracepoints.sh, in the emulated host.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh
tracing=/sys/kernel/tracing

# guest: programs of known names and calls; the exact number of getppid() is theirs to tell.
guest() {
	realguest --run 'cat /etc/passwd >/dev/null; ls /nonexistent; cat /nonexistent' >/tmp/guest 2>&1
}

# Between the two the guest runs.
events() {
	echo 0 >$tracing/tracing_on
	echo >$tracing/trace
	echo 1 >$tracing/tracing_on
	guest
	echo 0 >$tracing/tracing_on
	cat $tracing/trace
}

mount -t tracefs tracefs $tracing 2>/dev/null
insmod /t/vsyscalls.ko profile=linux_x86_64 || exit 1
[ "$(ls -d $tracing/events/vsyscalls/*/ | wc -l)" = 3 ]
result $? "there are three events"

# Without a session nothing is traced.
echo 1 >$tracing/events/vsyscalls/enable
events >/tmp/none
[ "$(grep -c 'call_enter:' /tmp/none)" = 0 ]
result $? "without a session none fires"

printf '#!/bin/sh\nexec /t/vsysread attach "$@"\n' >/tmp/attach
chmod +x /tmp/attach
vsysread=/tmp/attach
reader_start
# An instance with filter and trigger sees the same calls.
filtered=$tracing/instances/filtered
mkdir $filtered
echo 'result == -2 && comm == "cat"' >$filtered/events/vsyscalls/call_return/filter
echo 'hist:keys=comm,nr' >$filtered/events/vsyscalls/call_enter/trigger
echo 1 >$filtered/events/vsyscalls/call_return/enable
events >/tmp/all
grep 'call_enter:' /tmp/all | grep -q 'comm=cat .*abi=linux_x86_64 nr=257 args=0xffffff9c\|comm=cat .*nr=2 '
result $? "an open of cat"
enters=$(grep -c 'call_enter:' /tmp/all)
returns=$(grep -c 'call_return:' /tmp/all)
echo "# $enters enters, $returns returns, $(grep -c ' task:' /tmp/all) tasks"
[ "$enters" -gt 50 ] && [ "$returns" -gt $((enters * 9 / 10)) ] && [ "$returns" -le "$enters" ]
result $? "calls, and their returns"
# A return has the number of its call.
awk '/call_enter:|call_return:/ {
		id = nr = ""
		for (i = 1; i <= NF; i++) {
			if ($i ~ /^call=/) id = $i
			if ($i ~ /^nr=/) nr = $i
		}
		if (/call_enter:/) seen[id] = nr
		else if (id in seen) { n++; bad += seen[id] != nr }
	}
	END { print "#", n + 0, "joined,", bad + 0, "wrong"; exit bad || n < 50 }' /tmp/all
result $? "they are joined by call"
grep -q ' task: .*comm=ls' /tmp/all
result $? "a task"

grep -q 'call_return:.*comm=cat.*result=-2' $filtered/trace &&
	! grep 'call_return:' $filtered/trace | grep -qv 'comm=cat.*result=-2'
result $? "a filter of ftrace"
grep -q 'comm: cat .*hitcount:' $filtered/events/vsyscalls/call_enter/hist
result $? "a histogram of ftrace"
echo '!hist:keys=comm,nr' >$filtered/events/vsyscalls/call_enter/trigger
rmdir $filtered
echo 0 >$tracing/events/vsyscalls/enable

# The tools, of one guest.  bpftrace takes programs by their paths.
cat >/tmp/tools.sh <<'END'
exec perf record -q -a -o /tmp/perf -e 'vsyscalls:*' -- \
	trace-cmd record -q -o /tmp/tc -e vsyscalls:call_return -f 'result < 0' \
	realguest --run 'cat /etc/passwd /nonexistent'
END
bpftrace -e 'tracepoint:vsyscalls:call_enter /args->nr == 59/ { @execs[args->comm] = count(); }
	tracepoint:vsyscalls:call_enter { @[args->comm] = count(); }' \
	-c '/bin/sh /tmp/tools.sh' >/tmp/tools 2>&1
sed 's/^/# /' /tmp/tools | tail -n 30
grep -q '^@\[cat\]: [0-9]' /tmp/tools && grep -q '^@execs\[[a-z]*\]: [0-9]' /tmp/tools
result $? "bpftrace"
perf script -i /tmp/perf 2>/dev/null >/tmp/perf.text
grep -q 'vsyscalls:call_enter: .*comm=cat .*nr=257\|vsyscalls:call_enter: .*comm=cat .*nr=2 ' /tmp/perf.text
result $? "perf record -e vsyscalls:*"
trace-cmd report -i /tmp/tc 2>/dev/null >/tmp/tc.text
grep -q 'call_return: .*comm=cat .*result=-2' /tmp/tc.text && ! grep -q 'call_return: .*result=[0-9]' /tmp/tc.text
result $? "trace-cmd record with a filter"

reader_stop
result $? "the session ends"
sed 's/^/# /' /tmp/said
rmmod vsyscalls
result $? "the module unloads"
finish
