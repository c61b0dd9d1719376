#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: run tests, print one KTAP report, exit with 1 if any
# failed.  A test is a file in tests/; one called NAME:fail must say "not ok".
#
#	host.sh NAME...

dir=$(dirname "$0")
out=/tmp/test.out
count=0
failures=0
limit=600	# seconds for a test: many times what it takes, for a busy machine
[ ! -e /sys/kernel/debug/kmemleak ] || limit=3600	# instrumented kernels are slow

# Accept only a plan that agrees with the lines.
plan_fits() {
	awk '
	/^ok [0-9]+ / { n++ }
	/^not ok / { n++; bad++ }
	/^1\.\.[0-9]+$/ { plan = substr($0, 4) + 0; plans++ }
	END { exit plans != 1 || plan != n || !n || bad != '"$1"' }' $out
}

# Print the test's output indented, its last line terminated.
indented() {
	awk -v by="$1" '{ print by $0 }' $out
}

# Kill leftovers of a failed test: all processes but init, this one and its parent.
# Then unload the module.
tidy() {
	for process in /proc/[0-9]*; do
		process=${process#/proc/}
		case $process in
		1 | $$ | $PPID) ;;
		*) kill -9 "$process" 2>/dev/null ;;
		esac
	done
	for i in 1 2 3 4 5 6 7 8 9 10; do
		grep -q '^vsyscalls ' /proc/modules || break
		rmmod vsyscalls 2>/dev/null && break
		sleep 0.3
	done
	rm -rf /tmp/test.*[0-9]
	grep -q '^kvm_\(amd\|intel\) ' /proc/modules || grep -q '^vsys.no_kvm' /proc/cmdline ||
		modprobe kvm-amd 2>/dev/null || modprobe kvm-intel 2>/dev/null
}

echo "KTAP version 1"
echo "1..$#"
for test; do
	name=${test%:fail}
	start=$(cut -d. -f1 /proc/uptime)
	if [ "$name" = "$test" ]; then
		(cd "$dir" && timeout $limit sh "tests/$name.sh") >$out 2>&1
		status=$?
		indented '  '
		[ $status = 0 ] && plan_fits 0
	else
		(cd "$dir" && VSYS_TAMPER=1 timeout $limit sh "tests/$name.sh") >$out 2>&1
		status=$?
		indented '  # '
		[ $status = 1 ] && plan_fits 1
	fi
	verdict=$?
	count=$((count + 1))
	took=$(($(cut -d. -f1 /proc/uptime) - start))
	[ "$name" = "$test" ] || name="$name fails when an expectation is changed"
	if [ $verdict = 0 ]; then
		echo "ok $count - $name # $took s"
	else
		echo "not ok $count - $name # exit code $status, $took s"
		failures=$((failures + 1))
		tidy
	fi
done
[ $failures = 0 ] && [ $count != 0 ]
