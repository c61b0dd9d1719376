#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated arm64 host, with all files in /g: bare guests without and with a trace
# of them.  Prints KTAP.
set -u
# shellcheck source=lib.sh
. /g/lib.sh

# Granule and bits of an address: 39 to 52 bits, with LPA2, with one to five levels.
SHAPES="12,39 12,48 12,52 14,47 14,48 14,52 16,42 16,48 16,52"

# All shapes; the kernel and the program in the guest check each call.
shapes() {
	rc=0
	for shape in $SHAPES; do
		guest $shape "$1" || { echo "# shape $shape"; rc=1; }
	done
	return $rc
}

# records SHAPE EXPECTED
records() {
	trace
	guest "$1" 1
	rc=$?
	reader_stop
	lines | diff "$2" - >/tmp/diff && [ $rc = 0 ]
}

# What this vsysread makes of a recorded file.
shown() {
	$vsysread "$1" 2>/dev/null && $vsysread --json "$1" 2>/dev/null
}

# A file for run-arm64.sh to read, and what is read here.
recorded() {
	reader_start -w /tmp/raw
	guest 12,48 1
	reader_stop
	base64 /tmp/raw | sed 's/^/# file: /'
	shown /tmp/raw | sed 's/^/# text: /'
}

# Sessions come and go, and then the module, while a program makes calls.
cycles() {
	guest 12,48 1000000 &
	running=$!
	for i in 1 2 3 4; do
		trace
		sleep 0.3
		reader_stop || return
		lines | grep -q 'getpid() = 4711' || { echo "# cycle $i: no call"; return 1; }
	done
	rmmod vsyscalls && kill -0 $running || { echo "# the guest ended early"; return 1; }
	wait $running
}

# A call that a rule answers is not made: the kernel misses it, the program gets a result.
injected() {
	trace --allow-rewrite -e inject=getpid:error=EPERM
	! guest 12,48 2
	rc=$?
	reader_stop
	[ $rc = 0 ] && [ "$(lines | grep -c '^getpid() = -1 EPERM .*INJECTED')" = 2 ] &&
		grep -q 'calls 1, wrong in the kernel 0, in the program 2' /tmp/guest
}

# With --strict the page of a string is there before the rule decides.
strict() {
	trace --allow-rewrite --strict -e inject=openat:path=/late:error=EACCES
	guest 12,48 4
	rc=$?
	reader_stop
	lines | awk '/^--- openat: waits for arg1, absent at 0x9010000, rule/ { waits++ }
		/^openat\(AT_FDCWD, "\/late"<late>, .* EACCES .*INJECTED/ { late++ }
		/^openat\(AT_FDCWD, "\/late", .* EACCES .*INJECTED/ { denied++ }
		END { exit waits != 1 || late != 1 || denied != 3 }' && [ $rc = 0 ] &&
		grep -q 'calls 2, wrong' /tmp/guest
}

shapes 3
result $? "guests see what the architecture says, untraced"
insmod /g/vsyscalls.ko
result $? "the module loads"
shapes 3
result $? "and with the module loaded"
trace
shapes 3
rc=$?
reader_stop
[ $rc = 0 ]
result $? "and traced"
counted
result $? "1,001 calls are 1,001 records"
for shape in $SHAPES; do
	records "$shape" /g/calls.expect
	result $? "captures with a granule of 2^${shape%,*} bytes and ${shape#*,} bits"
	sed 's/^/# /' /tmp/diff
done
sed '1s/[0-9]/x/' /g/calls.expect >/tmp/expect
! records 12,48 /tmp/expect
result $? "and a tampered expectation is noticed"
recorded
shown /g/x86.raw | diff /g/x86.txt - >/tmp/diff
result $? "what x86 recorded is read here"
cycles
result $? "a guest runs on while sessions come and go, and the module"
insmod /g/vsyscalls.ko rewrite=1
injected
result $? "a call is answered by a rule"
strict
result $? "and one whose path is absent, when it is there"
rmmod vsyscalls
shapes 3
result $? "guests see it again, untraced"
finish
