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

insmod /t/vsyscalls.ko profile=linux_x86_64 || exit 1
reader_start --whole -o /tmp/trace
/t/guests/minivm --arg 1 --device "$device/resource5" /t/guests/x86_64/device.bin >/tmp/guest
status=$?
reader_stop
result $status "a guest reads the registers of a device"
sed 's/^\[vm [0-9]* vcpu 0\] //; /^--- /d' /tmp/trace | diff /t/device.expect - >/tmp/diff
result $? "a trace of it does not"
sed 's/^/# /' /tmp/diff

# Take the smallest of several batches: no timer tick fell into it.
reader_start -s 4096 -o /dev/null
kill -STOP $reader
for i in 1 2 3 4; do
	/t/guests/minivm --arg 8 /t/guests/x86_64/budget.bin
done | awk '/^[a-z_0-9]+ [0-9]+$/ { if (!($1 in min) || $2 < min[$1]) min[$1] = $2 }
	END { for (k in min) print k, min[k] }' | sort >/tmp/rounds
kill -CONT $reader
reader_stop
# within FILE: FILE names exactly the rows measured, and each is within its limit.
within() {
	awk '/^#/ { next }
	NR == FNR { limit[$1] = $2; n++; next }
	{ said++; if (!($1 in limit) || $2 > limit[$1]) { bad = 1; print "# " $0 " of " limit[$1] } }
	END { exit bad || said != n || !n }' "$1" /tmp/rounds
}
sed 's/^/# instructions: /' /tmp/rounds
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
