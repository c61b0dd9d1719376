#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host, whose TSC counts instructions: reads on behalf of ring 3.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh

insmod /t/vsyscalls.ko rewrite=1 profile=linux_x86_64 || exit 1

reader_start --whole -o /tmp/trace
/t/guests/minivm /t/guests/x86_64/rights-keys.bin >/tmp/guest
status=$?
reader_stop
result $status "a guest has protection keys and SMAP"
sed 's/^\[vm [0-9]* vcpu 0\] //; /^--- /d' /tmp/trace | diff /t/rights-keys.expect - >/tmp/diff
result $? "what they refuse the caller is not in the trace"
sed 's/^/# /' /tmp/diff

# Of several batches the smallest, which no timer tick fell into.
reader_start -o /dev/null
kill -STOP $reader
for i in 1 2 3 4 5 6 7 8; do
	/t/guests/minivm --arg $((2 << 32 | 100)) /t/guests/x86_64/bench.bin
done | awk '/^[a-z_]+_round [0-9]+$/ { if (!($1 in min) || $2 < min[$1]) min[$1] = $2 }
	END { for (k in min) print k, min[k] }' | sort >/tmp/rounds
kill -CONT $reader
reader_stop
sed 's/^/# /' /tmp/rounds
# same PATTERN COUNT: these rows are equal, but for the rounding.
same() {
	awk -v pattern="$1" -v count="$2" '$1 ~ pattern {
		n++
		if (!min || $2 < min) min = $2
		if ($2 > max) max = $2
	} END { exit !(n == count && max - min <= 1) }' /tmp/rounds
}
same '^kernel_' 3
result $? "time does not tell what is mapped in the kernel's half"
same '^low_' 2
result $? "time does not tell what the kernel has mapped in the program's half"
! same _ 5
result $? "control: different times are noticed"

cat >/tmp/init <<'GUEST'
banner=$(grep ' linux_banner$' /proc/kallsyms | cut -c1-16)
/probe "$banner" fffff00000000000
grep -c . /proc/kallsyms >/dev/null && echo "banner at $banner"
GUEST
cat >/tmp/expected <<'END'
openat EFAULT
write EFAULT
execve-path EFAULT
execve-argv EFAULT
execve-string EFAULT
writev-iov EFAULT
writev-base EFAULT
sendmsg ENOTSOCK
nanosleep EFAULT
END
for pti in on off; do
	: >/tmp/denied
	/t/deny-exec linux_x86_64 'Linux version*' >/tmp/denied &
	deny=$!
	while ! grep -q ready /tmp/denied; do sleep 0.1; done
	reader_start --allow-rewrite --whole -o /tmp/trace \
		-e trace=openat,write,execve,writev,sendmsg,nanosleep
	realguest --init /tmp/init --append "pti=$pti" >/tmp/guest
	kill -INT $deny
	wait $deny
	reader_stop
	grep -q '^banner at ffffffff[1-9a-f]' /tmp/guest
	result $? "pti=$pti: the program has the address of the kernel's text"
	sed '/^own/d; /^banner/d' /tmp/guest >/tmp/answers
	cat /tmp/expected /tmp/expected | diff - /tmp/answers >/tmp/diff
	result $? "pti=$pti: a rule answers no call with a pointer into the kernel"
	sed 's/^/# /' /tmp/diff
	grep -q '^own EACCES' /tmp/guest && grep -q '^denied 1$' /tmp/denied
	result $? "pti=$pti: control: the rule denies the same text of the program's own"
	! grep -F 'Linux version' /tmp/trace | grep -vF 'Linux version of my own' >/tmp/leaks &&
		grep -qF 'Linux version of my own' /tmp/trace &&
		[ "$(grep -c 'openat(AT_FDCWD, 0xf[0-9a-f]*<gap>' /tmp/trace)" = 2 ]
	result $? "pti=$pti: nothing of the kernel's text is in the trace"
	sed 's/^/# /' /tmp/leaks
done

rmmod vsyscalls
result $? "the module unloads"
finish
