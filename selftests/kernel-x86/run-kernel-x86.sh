#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own tests of system-call entry, from Debian's linux-source, in real
# guests: traced, their output and exit code must be the untraced ones.  Prints KTAP.
#
#	run-kernel-x86.sh --host amd|intel [--smp N] [FLAVOUR]...	default: both
#
# FLAVOUR: compat, a 64-bit kernel with programs of 64 and 32 bits; busybox-i386.
# BUILD: where vsyscalls.ko and static/vsysread are.
# PROGRAMS: run these instead of the list below.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091 # of another directory
. "$here/../vm/lib.sh"
build=${BUILD:-$here/../../build}
host='' cpus=1
while [[ ${1:-} == --* && $# -gt 1 ]]; do
	case $1 in
	--host) host=$2 ;;
	--smp) cpus=$2 ;;
	*) break ;;
	esac
	shift 2
done
if [[ $host != amd && $host != intel || ${1:-} == --* ]]; then
	echo "usage: run-kernel-x86.sh --host amd|intel [--smp N] [FLAVOUR]..." >&2
	exit 2
fi
(($#)) || set -- compat busybox-i386

# All except those of the FPU, and syscall_numbering, which makes a million calls.
# ldt_gdt mostly fills tables: too long for the slow host.
[[ $host == intel ]] || slow=ldt_gdt
: "${PROGRAMS:=${slow:-} check_initial_reg_state entry_from_vm86 fsgsbase fsgsbase_restore ioperm
	iopl mov_ss_trap ptrace_syscall sigaltstack sigreturn sigtrap_loop
	single_step_syscall syscall_arg_fault syscall_nt sysret_rip sysret_ss_attrs
	test_mremap_vdso test_syscall_vdso test_vsyscall unwind_vdso vdso_restorer}"

# shellcheck disable=SC2317 # called by cached
programs_make() {
	local tree=$1.tree top=linux-source-6.1
	local tests=$top/tools/testing/selftests

	mkdir -p "$tree" "$1"
	say "building the kernel's tests of system-call entry"
	tar -C "$tree" -xf "/usr/src/$top.tar.xz" "$tests/x86" "$tests/lib.mk" \
		"$top/arch/x86/include/asm/desc_defs.h" || return
	# The FPU tests need more files than these to build.
	make -k -C "$tree/$tests/x86" OUTPUT="$1" >"$1/make.log" 2>&1
	strip "$1"/*_32 "$1"/*_64 2>/dev/null
	rm -r "$tree"
}

# Print the programs of FLAVOUR, one a line, each with its entry of known.list.
list() {
	local flavour=$1 name suffix suffixes=(_64 _32) found

	[[ $flavour == compat ]] || suffixes=(_32)
	for name in $PROGRAMS; do
		found=
		for suffix in _64 _32; do
			[[ -e $programs/$name$suffix ]] || continue
			found=1
			[[ " ${suffixes[*]} " == *" $suffix "* ]] || continue
			awk -v host="$host" -v flavour="$flavour" -v name="$name$suffix" '
				$1 == host && $2 == flavour && $3 == name {
					sub(/^[^ ]+ [^ ]+ /, "")
					line = $0
				}
				END { print line ? line : name }' "$here/known.list"
		done
		[[ $found ]] || die "$name was not built, see $programs/make.log"
	done
}

run() {
	local flavour=$1 profile=$2 dir=$3 name kind add=()

	list "$flavour" >"$dir/list" || exit
	while read -r name kind _; do
		[[ $kind == never ]] && continue
		add+=(--guest-add-bin "$programs/$name")
		echo "$name"
	done <"$dir/list" >"$dir/programs"
	echo "# $host, $flavour"
	"$here/../vm/run" --host "$host" --smp "$cpus" --timeout 900 \
		--real-guest "$flavour" "${add[@]}" \
		--guest-add "$dir/programs:/programs" --add "$dir/list:/t/programs" \
		--add "$here/host.sh:/t/host.sh" --add "$here/guest.sh:/t/guest.sh" \
		--add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
		--add "$build/static/vsysread:/t/vsysread" -- \
		sh /t/host.sh "$cpus" "$profile"
}

need linux-source-6.1 gcc-multilib make xz-utils binutils
programs=$VM_CACHE/kernel-x86/$(dpkg-query -W -f '${Version}' linux-source-6.1)
cached "$programs" programs_make
dir=$(mktemp -d) || exit
trap 'rm -rf "$dir"' EXIT
rc=0
for flavour; do
	case $flavour in
	compat) profile=linux_x86_64 ;;
	busybox-i386) profile=linux_x86 ;;
	*) die "$flavour: not compat or busybox-i386" ;;
	esac
	run "$flavour" "$profile" "$dir" || rc=1
done
exit $rc
