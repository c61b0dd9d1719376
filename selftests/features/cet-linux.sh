# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# In the emulated host: a real guest whose kernel tracks indirect branches, with programs
# that have shadow stacks, untraced and traced.  /g has the module and vsysread.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh
# shellcheck disable=SC2034 # of reader.sh
vsysread=/g/vsysread

cat >/tmp/programs <<'GUEST'
dmesg | grep -o 'Indirect Branch Tracking enabled'
/shstk; echo shstk $?
ls /nonexistent 2>&1; echo ls $?
echo one two three | tr ' ' '\n' | sort -r; echo pipe $?
trap 'echo caught' USR1; kill -USR1 $$; echo trap $?
GUEST

# guest ARGUMENT...: what it prints.
guest() {
	realguest --init /tmp/programs "$@"
	echo "exit $?"
}

guest >/tmp/untraced
if ! grep -q Tracking /tmp/untraced; then
	sed 's/^/# /' /tmp/untraced
	result 0 "a real guest # SKIP this QEMU gives its guests no CET"
	finish
	exit
fi
grep -q '^100 calls of each process: 0 wrong' /tmp/untraced && grep -q '^exit 0' /tmp/untraced
result $? "the guest has both, and runs the programs"
insmod /g/vsyscalls.ko || exit 1
reader_start --stats --whole -P linux_x86_64 -o /tmp/trace
guest >/tmp/traced
reader_stop
diff /tmp/untraced /tmp/traced >/tmp/differences
result $? "traced, they print and return the same"
sed 's/^/# /' /tmp/differences
grep -q ', 0 lost,' /tmp/said
result $? "nothing is lost"
[ "$(grep -c '] sched_yield() = 0' /tmp/trace)" = 200 ]
result $? "the 200 calls of sched_yield are in the trace"
guest --append ibt=off >/tmp/altered
! cmp -s /tmp/untraced /tmp/altered
result $? "a guest without tracking is noticed"
rmmod vsyscalls
result $? "the module unloads"
finish
