# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Many cycles leave as much memory as before.  Pages are counted in
# /proc/meminfo; objects in each slab cache, exactly, once its idle slabs
# are shrunk.  Others use memory, too, but not as much more every time.
. ./lib.sh

cycles=50
objects_max=40		# of one cache; one a cycle would be 50
kib_max=4096		# a ring of each vCPU and cycle would be 6400
rounds=6

# Print the kernel's count of each kind of object, a line each.
objects() {
	for cache in /sys/kernel/slab/kmalloc-* /sys/kernel/slab/mm_struct \
		/sys/kernel/slab/pid /sys/kernel/slab/vmap_area \
		/sys/kernel/slab/task_struct; do
		[ -e "$cache/shrink" ] || continue
		echo 1 >"$cache/shrink"
		read -r n rest <"$cache/objects"
		echo "${cache##*/} $n"
	done
}

# Print the memory in use, except for files.
kib() {
	awk '/^(MemTotal|MemFree|Cached|Buffers|SReclaimable):/ { kib[$1] = $2 }
	END {
		print kib["MemTotal:"] - kib["MemFree:"] - kib["Cached:"] - \
			kib["Buffers:"] - kib["SReclaimable:"]
	}' /proc/meminfo
}

vmalloc() {
	grep -c vsys_ /proc/vmallocinfo
}

measure() {
	objects >$tmp/objects
	kib0=$(kib)
}

# grown NAME: has anything grown since measure, in this round and all before?  A cache may
# seem to grow once, when a CPU's own slab is counted as full.
grown() {
	kib1=$(($(kib) - kib0))
	[ $kib1 -gt "${kib_least:=$kib1}" ] || kib_least=$kib1
	objects >$tmp/objects.now
	awk '
	FILENAME ~ /now$/ {
		more = $2 - before[$1]
		if ($1 in least && least[$1] < more)
			more = least[$1]
		print $1, more
		next
	}
	FILENAME ~ /least$/ { least[$1] = $2; next }
	{ before[$1] = $2 }' $tmp/objects $tmp/least $tmp/objects.now >$tmp/new
	mv $tmp/new $tmp/least
	more=$(sort -k 2nr $tmp/least | head -n 1)
	echo "# $1: least growth: $kib_least KiB, objects: $more"
	[ "${more##* }" -ge $objects_max ] || [ "$kib_least" -ge $kib_max ]
}

# steady NAME COMMAND...: run rounds; succeeds as soon as one of them shows no growth.
steady() {
	what=$1
	shift
	: >$tmp/least
	kib_least=
	for round in $(seq $rounds); do
		measure
		"$@" || return 1
		# What RCU callbacks free is counted until they have run.
		for wait in 0 1 2; do
			sleep $wait
			grown "$what, $round" || return 0
		done
	done
	return 1
}

guest 0
mine=$guest
ok "load" load
ok "some cycles to warm up" /t/module/hostile cycle 5
steady "$cycles attaches" /t/module/hostile cycle $cycles
result $? "nothing more after $cycles attaches with rings"
is "no mapping either" 0 "$(vmalloc)"

# Control: sessions that stay must be noticed.
measure
: >$tmp/least
kib_least=
/t/module/hostile hold 60 >$tmp/hold &
holder=$!
ok "control: many sessions" await [ -s $tmp/hold ]
grown "control: sessions that stay"
result $? "control: what stays is noticed"
kill $holder
wait $holder 2>/dev/null

loads() {
	for i in 1 2 3 4 5; do
		unload && load && /t/module/hostile cycle 1 || return 1
	done
}

kib_max=2048	# of the module itself a load takes 200
objects_max=1000000
steady "5 loads" loads
result $? "nothing more after loads"
ok "unload" unload
is "nothing of the module is mapped" 0 "$(vmalloc)"
ok "the guest is right" guest_right $mine
finish
