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

# repeat BLOCK: its rounds again, untraced and traced; are they the same now?
repeat() {
	rounds $(($1 + 1)) $(($1 + 1)) 0 >/tmp/untraced.rounds
	trace
	rounds $(($1 + 1)) $(($1 + 1)) 0 >/tmp/traced.rounds
	reader_stop
	cmp -s /tmp/untraced.rounds /tmp/traced.rounds && return
	diff -U 1 /tmp/untraced.rounds /tmp/traced.rounds | sed 's/^/# /' | head -n 40
	return 1
}

# QEMU may lose an interrupt: a few blocks may differ, if they do not a second time.
same() {
	diff /tmp/untraced /tmp/traced >/tmp/differs && return
	different=$(sed -n 's/^< # block \([0-9]*\):.*/\1/p; s/^-# block \([0-9]*\):.*/\1/p' /tmp/differs)
	echo "# blocks that differ:" $different
	for run in untraced traced; do
		grep -v '^# block' /tmp/$run >/tmp/$run.other
	done
	cmp -s /tmp/untraced.other /tmp/traced.other || { tail -n 3 /tmp/traced; return 1; }
	[ "$(echo "$different" | wc -w)" -le 4 ] || return
	for block in $different; do
		repeat "$block" || return
	done
}

insmod "$dir/vsyscalls.ko" profile=linux_x86_64 || exit 1
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
