# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# What others do all the time, each with its own machine, interrupts no CPU that runs
# another machine.
. ./lib.sh

times=500

# Print how often functions were called on CPU 1 so far by an interrupt: it waits for text
# that is patched, and for us.  A kernel thread that was woken there is not counted.
interrupts() {
	awk '$1 == "CAL:" || $1 == "TLB:" { n += $3 } END { print n }' /proc/interrupts
}

# storm KIND [PID]: set count to the interrupts meanwhile.
storm() {
	count=$(interrupts)
	ok "$1, $times times" taskset 1 /t/module/hostile storms "$1" $times "${2:-0}"
	count=$(($(interrupts) - count))
	echo "# $count interrupts"
}

# More than a few is one for each.
many() {
	[ "$count" -ge $((times / 20)) ]
}

# On an instrumented kernel the sanitizers interrupt CPUs, so only its reports count.
few() {
	[ -e /sys/kernel/debug/kmemleak ] || ! many
}

load rewrite=1
minivm="taskset 2 $minivm"
guest 0 1
# The first attach hooks KVM, for all that follow.
reader -p "$guest" -o /dev/null --timeout 3600 -e trace=none
reader_end
for kind in attach filter open recipe tasks memory shift; do
	storm $kind
	few
	result $? "$kind: the other machine's CPU is not interrupted"
done
storm victim "$guest"
many
result $? "control: attaches to that machine are noticed"
ok "the guest is right" guest_right "$guest"
ok "unload" unload
finish
