#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: programs of a real guest write down what they do by io_uring; compare
# with the trace.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh

insmod /t/vsyscalls.ko profile=linux_x86_64 || exit 1

# traced PROGRAM: its output in /tmp/said, the trace in /tmp/trace, its lines in /tmp/lines
traced() {
	echo "$1" >/tmp/init
	reader_start --whole -o /tmp/trace -e io_uring_enter
	realguest --init /tmp/init >/tmp/guest
	reader_stop
	tr -d '\r' </tmp/guest | grep -e '^io_uring_enter' -e '^--- ' >/tmp/said
	sed 's/^\[[^]]*\] //; /^--- [aden]/d' /tmp/trace >/tmp/lines
}

traced /rings
diff /tmp/said /tmp/lines >/tmp/differences && [ -s /tmp/said ]
result $? "what a program submits, and what has completed"
sed 's/^/# /' /tmp/differences
grep -q 'is polled by' /tmp/lines
result $? "a ring that the guest's kernel polls is noted"

traced /lies
diff /tmp/said /tmp/lines >/tmp/differences && [ -s /tmp/said ]
result $? "rings that tell lies"
sed 's/^/# /' /tmp/differences

! sed '1s/user_data=0x1/user_data=0x2/' /tmp/said | cmp -s - /tmp/lines
result $? "control: another entry would be noticed"

rmmod vsyscalls
result $? "the module unloads"
finish
