# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# The slow path reads guest memory: where the CPU has L1TF, KVM flushes the L1 data cache
# before it enters the guest again.  Its conditional flush counts them.
. ./lib.sh

flush=/sys/module/kvm_intel/parameters/vmentry_l1d_flush
flushes=/sys/kernel/debug/kvm/l1d_flush
times=4000

# With a small ring few calls were made before that are not in the trace yet.
calls() {
	wc -l <$tmp/out
}

more_calls() {
	[ $(($(calls) - before)) -ge $times ]
}

ok "load" load
echo cond >$flush
is "KVM flushes where it must" cond "$(cat $flush)"
guest 0 1
reader -P windows_7_x64 -o /dev/null
second=$reader
# Sessions that take it for different systems: all calls go the slow path.
reader --ring-size 64K -P linux_x86_64 -o $tmp/out
ok "calls are seen" await grep -q getpid $tmp/out
first=$(cat $flushes)
before=$(calls)
ok "$times calls" await more_calls
count=$(($(cat $flushes) - first))
echo "# $count flushes"
[ $count -ge $((times / 2)) ]
result $? "there is a flush for each"
reader_end
kill $second
wait $second
ok "the guest is right" guest_right "$guest"
echo never >$flush
ok "unload" unload
finish
