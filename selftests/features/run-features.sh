#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Hosts with other CPU and KVM features than the default ones: mini guests,
# traced.  Prints KTAP, a report for each feature.
#
#	run-features.sh --host amd|intel [FEATURE...]
#
# BUILD: where vsyscalls.ko and guests/ are.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091 # of another directory
. "$here/../vm/lib.sh"
build=${BUILD:-$here/../../build}

# shellcheck disable=SC2034 # see all
amd_features=(no-npt smp2 smp4 la57 nested avic vnmi)
# shellcheck disable=SC2034
intel_features=(no-ept pcid-nested)

# Is a bit of CPUID 8000000Ah EDX set?  Kernels do not name all of them.
# shellcheck disable=SC2016 # for the host
svm_bit='svm_bit() {
	modprobe cpuid
	edx=$(dd if=/dev/cpu/0/cpuid iflag=skip_bytes bs=16 count=1 skip=$((0x8000000a)) \
		2>/dev/null | od -An -tu4 | awk "{ print \$4 }")
	[ $((edx >> $1 & 1)) = 1 ]
}'

# The kernel's own test of shadow stacks, without its part of userfaultfd, which fails in
# an untraced guest, too.
# shellcheck disable=SC2317 # called by cached
shadow_stack_make() {
	local source=linux-source-6.12

	tar --occurrence=1 -xOf "/usr/src/$source.tar.xz" \
		"$source/tools/testing/selftests/x86/test_shadow_stack.c" |
		sed 's/if (test_userfaultfd())/if (0)/' | gcc -O2 -w -static -x c -o "$1" -
}

# shadow_stack: print where it is.
shadow_stack() {
	local program

	need linux-source-6.12 xz-utils gcc >&2 || return
	program=$VM_CACHE/kernel-x86/shadow-stack-$(dpkg-query -W -f '${Version}' linux-source-6.12)
	cached "$program" shadow_stack_make
	echo "$program"
}

# feature NAME: sets the options of run, a command that proves the feature in the host,
# untraced; the guests; more scripts to run; whether the emulator is known to lack the feature.
feature() {
	local program
	options=() proof='' lacks=0 more=()
	guests='registers straddle kpti calls calls-i386-pae own-faults'
	# shellcheck disable=SC2016 # proofs are for the host
	case $1 in
	no-npt)
		options=(--qemu own --append kvm_amd.npt=0)
		proof='grep -qx N /sys/module/kvm_amd/parameters/npt'
		guests+=' stale-tlb fetch-fault int-n-pae nt-x64-syscall'
		;;
	smp2)
		options=(--smp 2)
		proof='[ $(nproc) = 2 ]'
		guests='flip'
		;;
	smp4)
		options=(--smp 4)
		proof='[ $(nproc) = 4 ]'
		guests='stress-smp registers kpti calls at-once'
		;;
	la57)
		proof='grep -qw la57 /proc/cpuinfo && /g/minivm --la57 /g/x86_64/registers.bin >/dev/null'
		guests='sysret-la57 straddle-la57 stress-la57'
		;;
	nested)
		proof='/g/minivm /g/x86_64/nested.bin >/tmp/said && ! grep SKIP /tmp/said'
		guests='nested calls'
		;;
	avic) options=(--append kvm_amd.avic=1) proof='svm_bit 13' lacks=1 ;;
	vnmi) proof='svm_bit 25' lacks=1 ;;
	no-ept)
		options=(--cpu core2_penryn_t9600)
		proof='! grep -qw ept /proc/cpuinfo'
		guests='registers sysret straddle kpti trap-flag sysenter-pg2'
		;;
	ibt)	# Bochs reports a wrong state size for these two.
		options=(--cpu tigerlake --append clearcpuid=pku,avx512f --allow-oops parse_legacy)
		proof='dmesg | grep -q "Indirect Branch Tracking enabled"'
		guests+=' sysenter-pg2 nt-x64-int2e'
		;;
	cet)	# KVM gives it to guests from 6.18 on; no other emulated CPU has it.
		gcc -O1 -static -o "$build/shstk" "$here/shstk.c" || exit
		options=(--cpu arrow_lake --mem 768 --add "$here/cet.sh:/g/cet.sh"
			--add "$here/cet-linux.sh:/g/cet-linux.sh"
			--qemu newest --real-guest busybox --guest-kernel "${VSYS_KERNEL:-7.3}"
			--guest-add "$build/shstk:/shstk")
		program=$(shadow_stack) && options+=(--guest-add "$program:/test_shadow_stack")
		proof='/g/minivm /g/x86_64/cet.bin >/tmp/said && ! grep SKIP /tmp/said'
		guests='cet registers'
		more=(cet cet-linux)
		;;
	pcid-nested)	# both in one host
		proof='for image in kpti nested; do /g/minivm /g/x86_64/$image.bin; done >/tmp/said
			[ $? = 0 ] && ! grep SKIP /tmp/said'
		guests='kpti nested calls'
		;;
	*)
		echo "no feature is called $1" >&2
		return 1
		;;
	esac
}

host=
[ "${1:-}" = --host ] && host=${2:-} && shift 2
case $host in
amd | intel) declare -n all=${host}_features ;;
*) echo "usage: run-features.sh --host amd|intel [FEATURE...]" >&2; exit 2 ;;
esac
(($#)) || set -- "${all[@]}"
rc=0
for name; do
	feature "$name" || exit 2
	verdict="not ok 1 - $name: the host has it"
	((!lacks)) || verdict="ok 1 - $name # SKIP the emulator lacks it"
	echo "# $host, $name"
	"$here/../vm/run" --host "$host" --timeout 900 \
		--add "$build/guests:/g" --add "$build/vsyscalls.ko:/g/vsyscalls.ko" "${options[@]}" -- \
		"$svm_bit
		: >/tmp/said
		$proof || { sed 's/^/# /' /tmp/said; echo '$verdict'; echo 1..1; exit $((!lacks)); }
		rc=0
		sh /g/run-traced.sh /g $guests || rc=1
		for script in ${more[*]}; do sh /g/\$script.sh || rc=1; done
		exit \$rc" || rc=1
done
exit $rc
