#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated arm64 host, booted with kvm-arm.mode=nested: a guest that is a hypervisor is
# refused, others are not.  Prints KTAP.
set -u
# shellcheck source=lib.sh
. /g/lib.sh

# The guest sees what it sees untraced, and the trace says why it has none of its calls.
refused() {
	trace
	guest -n 12,48 3
	rc=$?
	reader_stop
	[ $rc = 0 ] && grep -q -- '--- not traced: the guest is a hypervisor' /tmp/trace &&
		! grep -q 'getpid\|exit_group' /tmp/trace
}

case $(uname -r) in
6.[0-9].* | 6.1[0-5].*)
	printf '1..1\nok 1 - a guest at EL2 runs # SKIP this KVM has none\n'
	exit
	;;
esac
guest -n 12,48 3
result $? "a guest at EL2 runs"
insmod /g/vsyscalls.ko
result $? "the module loads"
refused
result $? "traced it runs on, and is refused"
counted
result $? "a guest at EL1 is traced there"
refused
result $? "the one at EL2 is refused again"
rmmod vsyscalls
result $? "the module unloads"
finish
