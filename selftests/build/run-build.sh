#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Static checks of the sources and of the built module.  Prints KTAP.
#
#	run-build.sh [--quick]		without building the module for sparse and W=1
set -u
quick=${1:-}
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/house.sh"
cd "$top" || exit 1
n=0
failures=0

# check NAME COMMAND...: show its output if it fails
check() {
	local name=$1 out

	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		head -n 30 <<<"$out" | sed 's/^/# /'
		failures=$((failures + 1))
	fi
}

kdir=$("$top/selftests/vm/kernel" --headers | tail -n 1)

# shellcheck disable=SC2016 # for that shell
homeless='. selftests/lib.sh && . selftests/vm/lib.sh && touch "$HOME/file" &&
	mkdir -p "$VM_CACHE" && [ "$TERM$LC_ALL" = dumbC ]'

not() {
	! "$@"
}

# git_files COMMAND PATTERN...: run COMMAND with the matching files as arguments
git_files() {
	git ls-files -z -- "${@:2}" | xargs -0 bash -c '. selftests/build/house.sh; "$@"' bash "$1"
}

# Any compiler or sparse message about our files is a failure.
module_clean() {
	local log

	log=$(make module KDIR="$kdir" BUILD="$build/w1" KFLAGS='W=1 C=2' 2>&1) || {
		echo "$log"
		return 1
	}
	! grep -E 'warning|error' <<<"$log" | grep -v 'Skipping BTF'
}

sources() {
	git ls-files -- '*.c' '*.h' '*.awk' '*.sh' selftests/check selftests/demo \
		selftests/bench selftests/bench-reader selftests/vm
}

short_files() {
	sources | xargs wc -l | awk '$2 != "total" && $1 > 500 { print; bad = 1 }
		END { exit bad }'
}

versions_in_compat() {
	! git grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION\(' -- kmod userspace |
		grep -v '^kmod/compat/'
}

no_markers() {
	# In two parts, so that the check does not find this line.
	! git grep -nE '\b(TO''DO|FIX''ME|XX''X)\b' -- '*.c' '*.h' '*.awk' '*.sh' '*.tbl'
}

# nothing_built DIRECTORY: a file with a NUL byte outside of the corpus is a build product.
nothing_built() {
	! git -C "$1" ls-files | grep -E '\.(o|ko|so|a|bin|cmd)$|/generated/' &&
		! git -C "$1" ls-files -z | grep -zv '^selftests/fuzz/corpus/' |
		(cd "$1" && xargs -0r grep -lPa '\x00' --)
}

# Negative control: a program built under selftests must be noticed.
program_noticed() {
	local tree rc

	tree=$(mktemp -d) || return
	git init -q "$tree" && mkdir -p "$tree/selftests/x/build" &&
		cp "$(type -P true)" "$tree/selftests/x/build/program" &&
		git -C "$tree" add -f . && ! nothing_built "$tree"
	rc=$?
	rm -rf "$tree"
	return $rc
}

# tail_call FILE INSTRUCTION: our frames must be gone while KVM handles the exit or frees
# the vCPU
tail_call() {
	objdump -dr --no-show-raw-insn "$1" | awk -v how="$2" '
		/^[0-9a-f]+ <.*>:/ { in_it = $2 }
		/^ +[0-9a-f]+:/ { insn = $2 }
		in_it == "<vsys_exit_handle>:" && /__SCT__vsys_kvm_handle_exit/ { n++; bad += insn != how }
		in_it == "<vsys_exit_vcpu_free>:" && /__SCT__vsys_kvm_vcpu_free/ { m++; bad += insn != how }
		END { exit bad || !n || !m }'
}

uapi_alone() {
	local lang

	for lang in c c++; do
		echo '#include <linux/vsyscalls.h>' |
			gcc -x $lang -fsyntax-only -Wall -Wextra -Wpadded -Werror -pedantic -Iuapi - ||
			return 1
	done
}

# Each structure has its size asserted, each enum its NR.  uapi_complete FILE...
uapi_complete() {
	awk '
		/^struct vsys_[a-z_]+ \{/ { asserted[$2] += 0 }
		/^VSYS_ASSERT_SIZE\(/ { split($0, part, /[(,]/); asserted[part[2]]++ }
		/^enum vsys_[a-z0-9_]+ \{/ { name = toupper($2) "_NR," }
		name && $1 == name { name = "" }
		name && /^}/ { print name " is missing"; bad = 1; name = "" }
		END {
			for (s in asserted)
				if (asserted[s] != 1) { print s ": " asserted[s]; bad = 1 }
			exit bad
		}' "$@"
}

incomplete_noticed() {
	! uapi_complete <(grep -hv 'VSYS_ASSERT_SIZE(vsys_rule,' uapi/linux/*.h) &&
		! uapi_complete <(grep -hv 'VSYS_DOOR_NR' uapi/linux/*.h)
}

# A value added to an enum of the uapi must not fall into an existing range.
uses_range() {
	grep -E '[^<>][<>]=? *VSYS_(ABI|ARCH|DOOR|MODE|OS|REC|REFUSED|VENDOR)_[A-Z0-9]' |
		grep -vE '_(NR|MAX)\b|VSYS_ABI_VERSION'
}

no_ranges() {
	! git grep -nE 'VSYS_' -- 'kmod/*.[ch]' 'userspace/*.[ch]' | uses_range
}

# Check indentation and blanks by clang-format; ignore where it breaks lines, and
# blanks before comments, where it cannot keep tabs.  formatted TREE
formatted() {
	local tmp rc

	tmp=$(mktemp -d) || return
	mkdir "$tmp/is" "$tmp/should"
	(cd "$1" && git ls-files -z -- 'kmod/*.[ch]' 'uapi/*.h' 'userspace/*.[ch]' |
		xargs -0 cp --parents -t "$tmp/is") &&
		cp -r "$tmp/is/." "$tmp/should" && cp "$1/.clang-format" "$tmp" &&
		find "$tmp/should" -type f -exec clang-format -i {} + &&
		find "$tmp" -name '*.[ch]' -exec sed -Ei \
			's/([^[:space:]])[[:space:]]+/\1 /g; s/^[[:space:]]+\*/ */' {} + &&
		(cd "$tmp" && diff -r is should) | awk '
			function flush() { if (old && old == new) { print file; printf "%s", hunk; bad = 1 } }
			/^diff/ { flush(); file = $NF; old = new = 0; next }
			/^[0-9]/ { flush(); hunk = ""; old = new = 0 }
			/^</ { old++ }
			/^>/ { new++ }
			{ hunk = hunk $0 "\n" }
			END { flush(); exit bad }'
	rc=$?
	rm -rf "$tmp"
	return $rc
}

# Blanks that do not belong there.
unformatted_noticed() {
	local tree rc

	tree=$(mktemp -d) || return
	git init -q "$tree" && mkdir "$tree/kmod" && cp .clang-format "$tree" &&
		printf 'int a(void)\n{\n\treturn 0;\n}\n' >"$tree/kmod/a.c" &&
		git -C "$tree" add . && formatted "$tree" &&
		printf 'int a(void)\n{\n\treturn  0 ;\n}\n' >"$tree/kmod/a.c" &&
		! formatted "$tree" >/dev/null
	rc=$?
	rm -rf "$tree"
	return $rc
}

# Print the structures, functions and constants that files declare.
declared_names() {
	cat "$@" | awk '
		/^(struct|enum|union) vsys_[a-z0-9_]+ [{]/ { print $2 }
		/^[a-z].*[ *]vsys_[a-z0-9_]+[(]/ {
			match($0, /[ *]vsys_[a-z0-9_]+[(]/)
			print substr($0, RSTART + 1, RLENGTH - 2)
		}
		match($0, /^(#define |\t)VSYS_[A-Z0-9_]+/) && !/_H$/ {
			print substr($0, RSTART, RLENGTH)
		}' | sed 's/^#define //; s/\t//' | sort -u
}

# names_differ TREE: one name has one meaning: the library must not declare a name
# that the module or the uapi declares.
names_differ() {
	local lib module

	lib=$(cd "$1" && find userspace/include userspace/lib -name '*.[ch]')
	module=$(cd "$1" && find kmod uapi -name '*.[ch]')
	# shellcheck disable=SC2086 # lists
	(cd "$1" && ! comm -12 <(declared_names $lib) <(declared_names $module) | grep .)
}

# A shared structure, function or constant: each alone must be noticed.
clash_noticed() {
	local tree line rc=0

	tree=$(mktemp -d) || return
	mkdir -p "$tree"/{kmod,uapi,userspace/{include,lib}}
	for line in 'struct vsys_thing {' 'int vsys_thing(void);' $'\tVSYS_THING = 1,'; do
		echo "$line" | tee "$tree/kmod/a.h" >"$tree/userspace/lib/a.c"
		names_differ "$tree" >/dev/null && rc=1
	done
	echo 'int vsys_other(void);' >"$tree/kmod/a.h"
	names_differ "$tree" || rc=1
	rm -rf "$tree"
	return $rc
}

no_stray_blanks() {
	! git grep -nIE '[[:blank:]]+$|^ {8}' -- 'kmod/*' 'uapi/*' 'userspace/*.[ch]' 'selftests/*.c'
}

[[ $quick ]] || check "module: W=1 and sparse have nothing to say" module_clean
check "files have 500 lines at most" short_files
check "kernel versions are in kmod/compat only" versions_in_compat
check "no markers of unfinished work" no_markers
check "nothing built is in git" nothing_built .
check "and a program there would be noticed" program_noticed
check "handle_exit and vcpu_free are left by a jump" tail_call "$build/vsyscalls.ko" jmp
for ko in "$build"/kernels/*/vsyscalls.ko; do
	[ ! -e "$ko" ] || check "$ko, too" tail_call "$ko" jmp
done
check "and a call there would be noticed" not tail_call "$build/vsyscalls.ko" call
check "the uapi header stands alone in C and C++" uapi_alone
check "each structure there has its size asserted, each enum its NR" uapi_complete uapi/linux/*.h
check "and one without would be noticed" incomplete_noticed
check "doors, ABIs and their like are compared for equality only" no_ranges
check "and a range would be noticed" uses_range <<<'	return call->door >= VSYS_DOOR_INT80;'
check "library and module share no names" names_differ .
check "and a shared one would be noticed" clash_noticed
check "the modules of kmod/ include each other in no circle" no_circles .
check "and a circle would be noticed" circle_noticed
check "functions have 60 lines at most" \
	git_files short_functions 'kmod/*.[ch]' 'userspace/*.[ch]'
check "and a longer one would be noticed" long_function_noticed
check "CONTRIBUTING's table of places names files that exist" places_exist .
check "and a wrong place would be noticed" wrong_place_noticed
check "nothing names the place where it was written" nothing_of_workplace .
check "and a path of it would be noticed" workplace_noticed
check "each file and function exists that the documents name" \
	selftests/build/documents.sh ./*.md docs/*.md
check "and a missing one would be noticed" not selftests/build/documents.sh \
	<(echo 'See `kmod/none.c`, not `ring.c`.')
check "and so would a missing function" not selftests/build/documents.sh \
	<(echo 'See `vsys_no_''such()`, not `event_lose()`.')
check "DESIGN.md is an overview: 250 lines" test "$(wc -l <DESIGN.md)" -le 250
check "without environment and home, tests find a home and a cache" \
	env -i HOME=/nonexistent PATH="$PATH" "$BASH" -c "$homeless"
check "user space builds without warnings" flock "$build/user.lock" make -s -C userspace O="$build/user"
check "clang-format agrees" formatted .
check "and what it would change is noticed" unformatted_noticed
check "indented with tabs, no blanks at the ends of lines" no_stray_blanks
echo "1..$n"
exit $((failures > 0))
