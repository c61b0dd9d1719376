#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: the guests again, now traced, and the records that
# calls must produce.  usage: run-traced.sh DIR; DIR also holds vsyscalls.ko and
# vsysread.  Prints KTAP.
set -u
dir=$1
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

trace() {
	rm -f /tmp/ready
	"$dir/vsysread" --ready-file /tmp/ready -o "$1" 2>/tmp/said &
	reader=$!
	while [ ! -e /tmp/ready ]; do sleep 0.1; done
}

stop() {
	sleep 0.5
	kill -INT $reader
	wait $reader
}

insmod "$dir/vsyscalls.ko" || exit 1
trace /tmp/trace
sh "$dir/run-guests.sh" --strict "$dir" >/tmp/guests
result $? "all guests see what the manuals say"
grep '^ *not ok' /tmp/guests | grep -v control | sed 's/^/# /'
grep -c '^ok' /tmp/guests | sed 's/^/# guests: /'
stop
result $? "each event was read or is lost and counted"
sed 's/^/# /' /tmp/said

trace /tmp/trace
"$dir/minivm" "$dir/calls.bin" >/dev/null
stop
sed 's/^\[vm [0-9]* vcpu 0\] //' /tmp/trace >/tmp/calls
diff "$dir/calls.expect" /tmp/calls >/tmp/diff
result $? "calls produces the records beside it"
sed 's/^/# /' /tmp/diff
sed '1s/4711/4712/' "$dir/calls.expect" | cmp -s - /tmp/calls
result $((!$?)) "and a tampered expectation is noticed"

rmmod vsyscalls
result $? "the module unloads"
"$dir/minivm" "$dir/registers.bin" >/dev/null
result $? "a guest runs after it as before"
echo "1..$n"
exit $((failures > 0))
