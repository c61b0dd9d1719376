#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module's life on one host: load, attach, detach, unload, and readers of
# every kind.  Prints KTAP: a report from the host, then one of the controls.
#
#	run-module.sh --host amd|intel [TEST...]	only these, without controls
#
# BUILD: where vsyscalls.ko, static/vsysread and guests/ are; they are built if
# that is not given.  VSYS_TAMPER=1 changes an expectation in each test: all must
# fail.
set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"

# NAME:fail: with an expectation changed it must fail.
# shellcheck disable=SC2034 # see all
amd_tests=(load:fail ioctl:fail load profile idle before middle cycles
	reader-killed guest-killed two-readers busy no-vm pick list profiles rights
	task regs filter32 ioctl mmap position read poll fork ended stuck storm quiet loss unread memory leak vendor taken
	foreign)
# Bochs is slow: run only tests that depend on VMX: hooks come and go, under running guests
# and without; VMX's state is armed and disarmed; a traced vCPU ends; L1TF.  The device's interface
# (profile, two-readers, mmap and the others), the end of sessions (reader-killed,
# guest-killed, busy, storm) and the control are the same for both vendors: AMD has them.
# shellcheck disable=SC2034 # see all
intel_tests=(load idle before middle cycles l1tf vendor taken)
# Run these only by name: faults (needs fault injection), freed (KASAN), random, often (slow).

# Build foreign.ko and reader.ko for the kernel of the host.
foreign_build() {
	local kernel=${VSYS_KERNEL:-} kdir

	kdir=$("$here/../vm/kernel" ${kernel:+--kernel "$kernel"} --headers) &&
		${kernel:+"$here/../vm/kernels" "$kernel"} \
			make -s -C "$(tail -n 1 <<<"$kdir")" M="$build/module/foreign" modules
}

# Fill the host's /t with stripped files, for its slow CPU.
fill_stage() {
	rm -rf "$stage"
	mkdir -p "$stage"/{guests,module}
	make -s -C "$here" O="$build/module" GUESTS="$build/guests" &&
		cp -r "$here/foreign" "$build/module/" &&
		foreign_build >&2 &&
		strip -g -o "$stage/foreign.ko" "$build/module/foreign/foreign.ko" &&
		strip -g -o "$stage/reader.ko" "$build/module/foreign/reader.ko" &&
		strip -g -o "$stage/vsyscalls.ko" "$build/vsyscalls.ko" &&
		LC_ALL=C sed 's/vsyscalls/vsyscallz/g' "$stage/vsyscalls.ko" >"$stage/copy.ko" &&
		LC_ALL=C sed 's/kvm_amd/kvm_amx/g; s/kvm_intel/kvm_intex/g' "$stage/vsyscalls.ko" \
			>"$stage/builtin.ko" &&
		strip -o "$stage/vsysread" "$build/static/vsysread" &&
		strip -o "$stage/guests/minivm" "$build/guests/minivm" &&
		strip -o "$stage/module/hostile" "$build/module/hostile" &&
		cp "$build"/guests/x86_64/{calls.bin,calls.expect,asleep.bin,task.bin} "$stage/guests/" &&
		cp "$build/guests/i386/costs32.bin" "$stage/guests/" &&
		cp -r "$build/module/busy.bin" "$here"/{host.sh,lib.sh,tests} "$stage/module/"
}

run_host() {
	"$here/../vm/run" --host "$host" --add "$stage:/t" "$@"
}

# These tests need the module and KVM: without them they must fail.  On AMD only.
controls() {
	echo 'KTAP version 1'
	echo '1..2'
	control 1 'a host without virtualization fails' true --cpu qemu64,-svm
	control 2 'a host without the module fails' 'rm /t/vsyscalls.ko'
}

# control NUMBER NAME COMMAND OPTION...: does the test load fail after COMMAND, in a host with
# these options?
control() {
	local output status number=$1 name=$2 command=$3
	shift 3

	output=$(run_host "$@" -- "$command; sh /t/module/host.sh load")
	status=$?
	if ((status == 1)) && grep -q '^not ok 1 - load ' <<<"$output"; then
		echo "ok $number - control: $name"
		return
	fi
	echo "not ok $number - control: $name"
	printf 'exit code %s\n%s\n' "$status" "$output" | sed 's/^/# /'
	failed=1
}

host=
[[ ${1:-} == --host ]] && host=${2:-} && shift 2
case $host in
amd | intel) declare -n all=${host}_tests ;;
*) echo "usage: run-module.sh --host amd|intel [TEST...]" >&2; exit 2 ;;
esac
if [[ ${BUILD:-} ]]; then
	build=$BUILD
else
	mkdir -p "$build"
	build_all >&2
fi
tests=("$@")
(($#)) || tests=("${all[@]}")
stage=$(mktemp -d) || exit 1
trap 'rm -rf "$stage"' EXIT
# Other suites build there, too.
(flock 9 && fill_stage) 9>"$build/module.lock" >&2 || exit 1

failed=0
run_host --smp 2 --timeout 1500 -- \
	"VSYS_TAMPER=${VSYS_TAMPER:-} sh /t/module/host.sh ${tests[*]}" || failed=1
(($#)) || [[ $host != amd ]] || controls
((failed == 0))
