# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Which task of the guest makes a call: changes, reuse, lies.
. ./lib.sh

load rewrite=1
task_guest() {
	# shellcheck disable=SC2086 # an option or none
	$minivm --timeout 600 --arg "${1:-1}" ${absent:-} /t/guests/task.bin >$tmp/guest-1 2>&1 &
	guest=$!
	ln -sf guest-1 $tmp/guest.$guest
	await in_kvm_or_gone $guest
}

# Give the guest its page once it has asked for it.  If it ends without, the test fails.
wake() {
	await asleep_or_gone
	kill -HUP $guest 2>/dev/null
}

asleep_or_gone() {
	grep -q asleep $tmp/guest-1 || ! alive $guest
}

# quiet TEST [ARGUMENT]: end this test if TEST fails, beside a guest of its own.
quiet() {
	test=$1
	shift
	task_guest "${waits:-1}"
	[ -z "${absent:-}" ] || wake &
	/t/module/hostile "$test" $guest "$@" >$tmp/quiet 2>&1 || {
		cat $tmp/quiet
		kill $guest
		wait $guest
		unload
		exit 1
	}
	wait $guest
}

quiet task-filter many
for which in pid name either both not tree none; do
	quiet task-filter $which
	quiet task-rule $which
done
waits=2 quiet task-regs
waits=2 quiet task-removed
waits=3 absent=--absent quiet task-asleep
quiet task claimed
task_guest
whole_test task $guest
