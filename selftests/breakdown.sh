#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Attribute the instructions of a traced call to functions; called by bench.
# usage: breakdown.sh ROUNDTRIP, the figure that bench has measured
#
# QEMU logs each instruction executed in the module while a bare guest makes
# ROUNDS calls.  addr2line names the function of each, inline ones too; instructions
# outside of the module belong to the exit path: KVM's vcpu_run, twice.
set -u
. "$(dirname "$0")/lib.sh"

ROUNDS=1000
total=$1
ko=$build/vsyscalls.ko
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

cat >"$work/host" <<'HOST'
insmod /t/vsyscalls.ko profile=linux_x86_64 || exit 1
cat /sys/module/vsyscalls/sections/.text
. /vm/reader.sh
reader_start -P linux_x86_64 -o /dev/null
/t/guests/minivm --arg $((1 << 32 | $1)) /t/guests/x86_64/bench.bin >/dev/null
HOST

# nokaslr: modules lie at the same place in each boot.
text=$(VSYS_EXEC_LOG=$work/log VSYS_EXEC_RANGE=0xffffffffc0000000..0xffffffffc0ffffff \
	"$top/selftests/vm/run" --host amd --icount --timeout 400 \
	--add "$build/guests:/t/guests" --add "$ko:/t/vsyscalls.ko" \
	--add "$build/static/vsysread:/t/vsysread" --add "$work/host:/t/host" \
	-- "sh /t/host $ROUNDS" | grep -m1 '^0x') || exit 1

size=$(size -A "$ko" | awk '$1 == ".text" { print $2 }')
# Count executions of each offset in .text; drop rare ones: they do not belong to a round.
grep -o '/ffffffffc[0-9a-f]*/' "$work/log" | tr -d / | sort | uniq -c |
	while read -r count addr; do
		offset=$((0x$addr - text))
		[ "$count" -ge $((ROUNDS * 9 / 10)) ] && [ $offset -ge 0 ] &&
			[ $offset -lt "$size" ] && printf '0x%x %d\n' $offset "$count"
	done >"$work/counts"

awk '{ print $1 }' "$work/counts" | addr2line -j .text -f -i -a -e "$ko" |
	awk -v rounds=$ROUNDS -v total="$total" '
	FILENAME != "-" { count[$1] = $2; next }
	function add(	part) {
		if (file ~ /\/(symbols|layout|btf)\.c:/)	# at load
			return
		if (chain ~ /vsys_record|vsys_ring|vsys_clock/)
			part = "record"
		else if (chain ~ /vsys_mem/)
			part = "fetch"
		else if (chain ~ /arm /)
			part = "arming"
		else if (chain ~ /emulate|store |load |msr |is_ud |canonical/)
			part = "emulation"
		else
			part = "loop_pairing_guards"
		sum[part] += count[at] / rounds
		ours += count[at] / rounds
	}
	/^0x/ {
		if (at != "")
			add()
		sub(/^0x0*/, "0x")
		at = $1
		chain = ""
		line = 0
		next
	}
	++line % 2 { chain = chain $1 " "; next }
	{ file = $1 }
	END {
		add()
		for (part in sum)
			printf "part_%s %.0f instructions\n", part, sum[part]
		printf "part_exit_path %.0f instructions\n", total - ours
	}' "$work/counts" -
