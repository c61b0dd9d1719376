#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host, whose TSC counts instructions: RAM only, and with a budget.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh

# The registers of the disk controller.
device=$(grep -l 0x010601 /sys/bus/pci/devices/*/class)
device=${device%/class}
echo 1 >"$device/enable"

insmod /t/vsyscalls.ko profile=linux_x86_64 rewrite=1 || exit 1
reader_start --whole -o /tmp/trace
/t/guests/minivm --arg 1 --device "$device/resource5" /t/guests/x86_64/device.bin >/tmp/guest
status=$?
reader_stop
result $status "a guest reads the registers of a device"
sed 's/^\[vm [0-9]* vcpu 0\] //; /^--- /d' /tmp/trace | diff /t/device.expect - >/tmp/diff
result $? "a trace of it does not"
sed 's/^/# /' /tmp/diff

# Captures that are split: each byte of the guest's, by the mapping and by read().
awk 'BEGIN { for (i = 0; i < 8192; i++) printf "%07d\n", i }' >/tmp/lines
for read in '' --read; do
	# shellcheck disable=SC2086 # maybe no option
	reader_start $read --dump-files="/tmp/long$read" -o /tmp/trace
	/t/guests/minivm /t/guests/x86_64/long.bin >/tmp/guest
	reader_stop
	grep -q ' 0 lost' /tmp/said
	result $? "a guest has written, read and lost nothing"
	sed 's/^/# /' /tmp/said
	for name in written read parts; do
		cmp "/tmp/long$read/"*",$name" /tmp/lines
		result $? "64 KiB, $name"
	done
	head -c 16 /tmp/lines | cmp - "/tmp/long$read/"*,short
	result $? "and what comes after them"
	grep -q "^hole	[0-9]*,more	65536	1$" "/tmp/long$read/index"
	result $? "of more the rest is missing"
done

# Their calls held: three that write, one that reads, at entry and return.
/t/held /tmp/held 8 &
holder=$!
while [ ! -e /tmp/held ] && kill -0 $holder; do
	sleep 0.1
done
/t/guests/minivm /t/guests/x86_64/long.bin >/tmp/guest
wait $holder
result $? "records of held calls with long captures"

# rounds BYTES: what calls cost when so much of an argument is captured, to /tmp/rounds.  Take the
# smallest of several batches: no timer tick fell into it.
rounds() {
	reader_start -s "$1" -o /dev/null
	kill -STOP $reader
	for i in 1 2 3 4; do
		/t/guests/minivm --arg 8 /t/guests/x86_64/budget.bin
	done | awk '/^[a-z_0-9]+ [0-9]+$/ { if (!($1 in min) || $2 < min[$1]) min[$1] = $2 }
		END { for (k in min) print k, min[k] }' | sort >/tmp/rounds
	kill -CONT $reader
	reader_stop
	sed 's/^/# instructions: /' /tmp/rounds
}

# within FILE: FILE names exactly the rows measured, and each is within its limit.
within() {
	awk '/^#/ { next }
	NR == FNR { limit[$1] = $2; n++; next }
	{ said++; if (!($1 in limit) || $2 > limit[$1]) { bad = 1; print "# " $0 " of " limit[$1] } }
	END { exit bad || said != n || !n }' "$1" /tmp/rounds
}
rounds 65536
within /t/limits-long.list
result $? "no call with long captures costs more than its limit"
rounds 4096
within /t/limits.list
result $? "no call costs more than its limit"
sed 's/[0-9]*$/1000/' /t/limits.list >/tmp/tight
! within /tmp/tight >/dev/null
result $? "control: a call beyond its limit is noticed"

# No place of the pages that a call uses makes it dearer by more than a twentieth.
reader_start -o /dev/null
kill -STOP $reader
/t/guests/minivm --arg $((64 << 32)) /t/guests/x86_64/costs.bin | grep '^layout_' >/tmp/layouts
kill -CONT $reader
reader_stop
even() {
	awk '{ n++; if ($3 > 1.05 * $2) bad = 1 } END { exit bad || n != 2 }' "$@"
}
sed 's/^/# /' /tmp/layouts
even /tmp/layouts
result $? "4,096 random layouts of pages cost the same"
! printf '%s\n' 'a 100 105' 'b 100 106' | even
result $? "control: a layout that costs more is noticed"

rmmod vsyscalls
result $? "the module unloads"
finish
