#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: trace a real guest, compare with strace and with the
# same guest untraced.
#
#	host.sh PROFILE DOORS CONTROL [REALGUEST_ARGUMENT]...
#
# DOORS: each ABI/DOOR, in order, that the guest's calls must use; no other is allowed.
# CONTROL: a kernel parameter for the untraced guest only, or empty.
set -u
profile=$1 doors=$2 control=$3
shift 3
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh

# The programs, the same for all guests: where there are 32-bit programs on a
# 64-bit kernel, those. The output must not depend on the run.
cat >/tmp/plain <<'GUEST'
cat >/tmp/programs <<'PROGRAMS'
for w in /workload*; do $w; echo $w $?; done
ls -a / | sort | head -3; echo ls $?
ls /nonexistent 2>&1; echo missing $?
echo one two three | tr ' ' '\n' | sort -r; echo pipe $?
cat /dev/null; echo cat $?
dd if=/dev/zero of=/tmp/z bs=512 count=4 2>/dev/null; wc -c </tmp/z
mkdir /tmp/d; rmdir /tmp/d; rmdir /tmp/d 2>/dev/null; echo rmdir $?
find /tmp -name nothing; echo find $?
sleep 0.1; echo sleep $?
trap 'echo caught' USR1; kill -USR1 $$; echo trap $?
PROGRAMS
strace=$(command -v strace)
for bin in /i386/bin /arm/bin /bin; do [ ! -x $bin/sh ] || break; done
sh=$bin/sh
PATH=$bin:$PATH
# The loader need not try each directory for a better CPU.
export LD_HWCAP_MASK=0
$sh /tmp/programs
status=$?
GUEST
sed 's/^\$sh /$strace -f -a 1 -s 0 -o \/tmp\/st &/' /tmp/plain >/tmp/under-strace
cat >>/tmp/under-strace <<'GUEST'
sed 's/(.*) = /() = /' /tmp/st >/dev/ttyS1
GUEST
cat >>/tmp/plain <<'GUEST'
exit $status
GUEST
# The programs wait until the reader has found the tasks: calls before are nobody's.
sed -i "1i /vm/busybox sh -c 'until read -t 1 found; do :; done' </dev/ttyS0" /tmp/under-strace

# guest SCRIPT ARGUMENT...
guest() {
	script=$1
	shift
	realguest --init "$script" "$@" 2>/tmp/errors
	echo "exit $?"
	sed 's/^/# /' /tmp/errors >&2
}

# Tell the guest when the trace has it listen, by a thread that has a name; or after many looks.
# A byte that comes before a serial port is open may stop it for ever.
guest_told() {
	exec 3>/tmp/found
	looks=0
	until grep -q '^\[vm [0-9]* [0-9][^]]*\] p*poll(' /tmp/trace || [ $looks = 500 ]; do
		looks=$((looks + 1))
		sleep 0.2
	done
	echo "# the trace names a thread after $looks looks"
	echo found >&3
}

guest /tmp/plain ${control:+--append "$control"} "$@" >/tmp/untraced
grep -q '^trap 0' /tmp/untraced && grep -q '^exit 0' /tmp/untraced
result $? "the guest runs the programs"

insmod /t/vsyscalls.ko profile="$profile" || exit 1
reader_start --stats -w /tmp/raw
guest /tmp/plain "$@" >/tmp/traced
reader_stop
diff /tmp/untraced /tmp/traced >/tmp/differences
status=$?
sed 's/^/# /' /tmp/differences
result $status "traced, they print and return the same"
grep -q ', 0 lost,' /tmp/said
result $? "nothing is lost"
awk '$1 == "fast" { f = $2 } $1 == "slow" { s = $2 }
	END { printf "# fast path: %.1f %% of %d\n", 100 * f / (f + s), f + s; exit !(f + s) }' /tmp/said
result $? "exits are counted"
/t/vsysread --json -o /tmp/json /tmp/raw 2>&1 | sed 's/^/# /'
grep -q '"name":"getpid","entry":"seen".*,"result":"0x1",' /tmp/json
result $? "the trace begins with the first process"
mawk '/"entry":"seen"/ && match($0, /"abi":"[^"]*","door":"[^"]*"/) {
	split(substr($0, RSTART, RLENGTH), d, "\"")
	n[d[4] "/" d[8]]++
}
END { for (door in n) print door, n[door] }' /tmp/json | sort >/tmp/doors
sed 's/^/# calls by /' /tmp/doors
[ "$(cut -d' ' -f1 /tmp/doors | xargs)" = "$doors" ]
result $? "they come by $doors"

# On x86 selftests/identity looks whether the guest's system is found.
auto=
[ "$profile" != linux_arm64 ] || auto='-P auto -v'
# shellcheck disable=SC2086 # words
reader_start --stats --whole -o /tmp/trace $auto
mkfifo /tmp/found
guest_told &
told=$!
guest /tmp/under-strace --in /tmp/found "$@" >/tmp/traced
kill $told 2>/dev/null
grep -q '^exit 0' /tmp/traced
ended=$?
[ $ended = 0 ] || tail -n 20 /tmp/traced | sed 's/^/# /'
reader_stop
if [ "$auto" ]; then
	grep -q "runs Linux version .*: profile $profile" /tmp/said
	result $? "its system is found"
fi
result $ended "they end well under strace"
mawk -f /t/compare.awk /tmp/guest.out /tmp/trace
result $? "all that strace saw is in the trace, by the same thread"

# Controls: the comparison must notice each of these.
sed 's/^\([0-9]* *\)openat() = 3$/\1openat() = 77/' /tmp/guest.out >/tmp/altered
! cmp -s /tmp/altered /tmp/guest.out &&
	! mawk -f /t/compare.awk /tmp/altered /tmp/trace >/dev/null
result $? "an altered result is noticed"
grep -vF '] write(' /tmp/trace >/tmp/dropped
! mawk -f /t/compare.awk /tmp/guest.out /tmp/dropped >/dev/null
result $? "a call missing from the trace is noticed"
sed 's/^\(\[vm [0-9]*\) [^]]*\(\] openat(.* = 3\)$/\1 4711 sh\2/' /tmp/trace >/tmp/altered
! cmp -s /tmp/altered /tmp/trace &&
	! mawk -f /t/compare.awk /tmp/guest.out /tmp/altered >/dev/null
result $? "a call by another thread is noticed"
mawk -f /t/compare.awk /dev/null /tmp/trace | grep -q 'strace wrote nothing'
result $? "an empty file of strace is noticed"

rmmod vsyscalls
result $? "the module unloads"
finish
