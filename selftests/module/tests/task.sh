# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Which task of the guest makes a call: changes, reuse, lies.
. ./lib.sh

load
task_guest() {
	$minivm --timeout 600 --arg 1 /t/guests/task.bin >$tmp/guest-1 2>&1 &
	guest=$!
	ln -sf guest-1 $tmp/guest.$guest
	await in_kvm_or_gone $guest
}

for which in pid name either both not tree none; do
	task_guest
	/t/module/hostile task-filter $guest $which >$tmp/filter-$which 2>&1 || {
		cat $tmp/filter-$which
		kill $guest
		wait $guest
		unload
		exit 1
	}
	wait $guest
done
task_guest
whole_test task $guest
