#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: the guest random, untraced and traced, must see the same.
#
#	run-random.sh DIR ROUNDS [SEED]
#
# DIR also holds vsyscalls.ko and vsysread.  Prints KTAP, and the seed; the rounds of a
# block that differs are printed, too.
set -u
dir=$1
blocks=$(($2 / 250))
seed=${3:-$(($(od -An -N4 -tu4 /dev/urandom)))}
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091 # of the host
. /vm/reader.sh
# shellcheck disable=SC2034 # of reader.sh
vsysread=$dir/vsysread

# rounds BLOCKS DETAIL FAULT: one run of the guest
rounds() {
	"$dir/minivm" --arg $((seed | $1 << 32 | $2 << 44 | $3 << 60)) "$dir/x86_64/random.bin"
}

trace() {
	reader_start -o /tmp/trace -P linux_x86_64
}

# The rounds of the first block that differs, as both have them.
explain() {
	block=$(diff /tmp/untraced /tmp/traced | sed -n 's/^-# block \([0-9]*\):.*/\1/p' | head -n 1)
	[ -n "$block" ] || { tail -n 3 /tmp/traced; return; }
	diff /tmp/untraced /tmp/traced | grep '^[-+]# ' | sed 's/^/# /' | head -n 6
	rounds $((block + 1)) $((block + 1)) 0 >/tmp/untraced.rounds
	trace
	rounds $((block + 1)) $((block + 1)) 0 >/tmp/traced.rounds
	reader_stop
	diff -U 1 /tmp/untraced.rounds /tmp/traced.rounds | sed 's/^/# /' | head -n 40
}

# QEMU may lose an interrupt: one block may differ, if it does not a second time.
same() {
	cmp -s /tmp/untraced /tmp/traced && return
	explain
	[ "$(diff /tmp/untraced /tmp/traced | grep -c '^-# block')" = 1 ] &&
		cmp -s /tmp/untraced.rounds /tmp/traced.rounds
}

insmod "$dir/vsyscalls.ko" || exit 1
echo "# seed $seed"
rounds $blocks 0 0 >/tmp/untraced
result $? "random rounds, untraced"
trace
rounds $blocks 0 0 >/tmp/traced
result $? "random rounds, traced"
reader_stop
grep -c '^# block' /tmp/traced | sed 's/$/ blocks of 250 rounds/; s/^/# /'
sed 's/^/# /' /tmp/said
same && grep -q 'syscall\|getpid' /tmp/trace
result $? "both see the same"
rounds 2 0 1 >/tmp/fault
head -n 1 /tmp/untraced >/tmp/first
head -n 1 /tmp/fault | cmp -s - /tmp/first
result $((!$?)) "and a fault of one bit is noticed"
rmmod vsyscalls
result $? "the module unloads"
finish
