# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# In the emulated host: a real guest whose kernel tracks indirect branches, with programs
# that have shadow stacks, untraced and traced; one is the kernel's own test of them.
# /g has the module and vsysread.
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
[ ! -e /test_shadow_stack ] || { /test_shadow_stack; echo test_shadow_stack $?; } |
	sed 's/[0-9a-f]\{12\}/ADDRESS/g'
ls /nonexistent 2>&1; echo ls $?
echo one two three | tr ' ' '\n' | sort -r; echo pipe $?
trap 'echo caught' USR1; kill -USR1 $$; echo trap $?
GUEST

# guest [KERNEL_ARGUMENT]: what it prints.  The kernel's test writes to /proc/self/mem.  Bochs'
# XRSTOR gets CET's state wrong if it restores that and not AVX's: the end of a signal's handler.
guest() {
	realguest --init /tmp/programs --append "proc_mem.force_override=always clearcpuid=avx $*"
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
if grep -q '^test_shadow_stack' /tmp/untraced; then
	# Its children print again what its buffer has.
	[ "$(grep '^\[OK\]' /tmp/untraced | sort -u | wc -l)" = 10 ] &&
		grep -q '^test_shadow_stack 0' /tmp/untraced
	result $? "and the kernel's test of shadow stacks passes"
	sed -n 's/^\[[OFS]/# &/p; s/^test_shadow/# &/p' /tmp/untraced | sort -u
else
	result 0 "the kernel's test of shadow stacks # SKIP linux-source-6.12 cannot be had"
fi
insmod /g/vsyscalls.ko rewrite=1 || exit 1
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
reader_start --allow-rewrite --stats -P linux_x86_64 -o /tmp/held.trace \
	-e inject=sched_yield,tgkill,wait4:delay_enter=1us \
	-e inject=getppid,rt_sigreturn:delay_exit=1us
guest >/tmp/held
reader_stop
diff /tmp/untraced /tmp/held >/tmp/differences
result $? "and so they do if calls and returns are held"
sed 's/^/# /' /tmp/differences
slow=$(sed -n 's/^slow //p' /tmp/said)
[ "$slow" -ge 600 ]
result $? "$slow exits are on the slow path"
guest ibt=off >/tmp/altered
! cmp -s /tmp/untraced /tmp/altered
result $? "a guest without tracking is noticed"
rmmod vsyscalls
result $? "the module unloads"
finish
