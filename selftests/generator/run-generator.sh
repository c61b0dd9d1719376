#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tests of scripts/genswitch.awk and of the prototypes.  Prints TAP; the exit
# status is 1 if a test failed, 4 if none can run.
#
#	fixture		good/, and what must come of it, written by hand
#	refusals	bad.txt
#	prototypes	against <asm/unistd_64.h>, the headers' constants and
#			structs, and captures.txt
#
# Needs an awk, the more of mawk, gawk, original-awk and busybox the better,
# and for most of it a C compiler.

LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
gen=$top/scripts/genswitch
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

number=0
failures=0
cc=${CC:-cc}

# ok NAME COMMAND...: is true what the command says?  What it prints is shown
# when not.  Status 4 means that it cannot tell.
ok()
{
	name=$1
	shift
	number=$((number + 1))
	"$@" >"$work/log" 2>&1
	case $? in
	0)
		echo "ok $number - $name" ;;
	4)
		echo "ok $number - $name # SKIP $(head -n 1 "$work/log")" ;;
	*)
		echo "not ok $number - $name"
		failures=$((failures + 1))
		sed 's/^/# /' "$work/log" | head -n 30 ;;
	esac
}

not()
{
	"$@"
	[ $? -eq 1 ]
}

# The awks that are here, one a line.
list_awks()
{
	for awk in mawk 'gawk --posix' original-awk 'busybox awk' awk; do
		command -v "${awk%% *}" >/dev/null || continue
		[ "$awk" != awk ] || [ "$number_of_awks" -eq 0 ] || continue
		number_of_awks=$((number_of_awks + 1))
		echo "$awk"
	done
}

generate()
{
	mode=$1
	shift
	$first_awk -f "$gen.awk" -f "$gen-check.awk" -f "$gen-write.awk" -v mode="$mode" "$@"
}

# Do all awks write the same, whatever the order of the files?
same_bytes()
{
	mode=$1
	shift
	generate "$mode" "$@" >"$work/want" || return 1
	[ -s "$work/want" ] || return 1
	backwards=
	for file; do
		backwards="$file $backwards"
	done
	while read -r awk; do
		echo "$awk"
		$awk -f "$gen.awk" -f "$gen-check.awk" -f "$gen-write.awk" -v mode="$mode" "$@" | cmp - "$work/want" || return 1
		# shellcheck disable=SC2086 # a list
		$awk -f "$gen.awk" -f "$gen-check.awk" -f "$gen-write.awk" -v mode="$mode" $backwards | cmp - "$work/want" || return 1
	done <"$work/awks"
}

# ---- the fixture -----------------------------------------------------------

fixture_kernel()
{
	generate kernel "$here"/good/*.tbl | diff "$1" -
}

fixture_user()
{
	build dump "$here"/good/*.tbl || return
	"$work/dump/dump" | diff "$1" -
}

# build PROGRAM FILES...: with the tables and switches of the prototypes FILES
build()
{
	command -v "$cc" >/dev/null || { echo "no C compiler"; return 4; }
	program=$1
	shift
	dir=$work/$program
	mkdir -p "$dir/generated"
	cp "$here/capture.h" "$top/kmod/profile.h" "$top/userspace/lib/tables.h" "$dir" || return 1
	generate user "$@" >"$dir/generated/tables.c" || return 1
	set -- "$here/$program.c" "$dir/generated/tables.c" "$@"
	case $program in
	captures | agree)
		shift 2
		generate kernel "$@" >"$dir/generated/switch.c" || return 1
		set -- "$here/$program.c" "$dir/generated/tables.c" "$dir/generated/switch.c" ;;
	*)
		set -- "$1" "$2" ;;
	esac
	"$cc" -Wall -Werror -I "$top/uapi" -I "$dir" -o "$dir/$program" "$@"
}

# ---- refusals --------------------------------------------------------------

# Files of the case $1 of bad.txt, on those of the first one; what must be
# said in "error".
lay_out()
{
	rm -rf "$work/bad"
	mkdir "$work/bad"
	# shellcheck disable=SC2016 # an awk program
	$first_awk -v want="$1" -v dir="$work/bad/" '
		/^== / { n++; file = ""; next }
		/^-- / {
			close(file)
			file = dir $2
			if (n == 1 || n == want)
				printf "" >file
			next
		}
		/^$/ { next }
		file != "" && (n == 1 || n == want) { print >file }
	' "$2"
}

refuses()
{
	lay_out "$1" "$2"
	cd "$work/bad" || return 1
	while read -r awk; do
		echo "$awk"
		$awk -f "$gen.awk" -f "$gen-check.awk" -f "$gen-write.awk" -v mode=check calls consts numbers profiles types \
			>"$work/out" 2>"$work/err"
		status=$?
		diff error "$work/err" || return 1
		[ ! -s "$work/out" ] || return 1
		[ "$status" -eq "$([ -s error ]; echo $((! $?)))" ] || return 1
		[ "$status" -eq 0 ] && continue
		$awk -f "$gen.awk" -f "$gen-check.awk" -f "$gen-write.awk" -v mode=kernel calls consts numbers profiles types \
			2>/dev/null >"$work/out" && return 1
		[ ! -s "$work/out" ] || return 1
	done <"$work/awks"
}

refuses_mode()
{
	generate kernal "$here"/good/*.tbl >"$work/out" 2>"$work/err" && return 1
	echo "genswitch.awk:0: mode must be kernel, user or check" | diff - "$work/err" || return 1
	[ ! -s "$work/out" ]
}

case_names()
{
	sed -n 's/^== //p' "$here/bad.txt"
}

# ---- the prototypes --------------------------------------------------------

# Lines "NR NAME" of the tables.
names()
{
	build dump "$top"/prototypes/*.tbl || return
	"$work/dump/dump" | sed -n 's/^\([0-9]* [a-z0-9_]*\) .*/\1/p' >"$work/names"
}

known_numbers()
{
	names || return
	while read -r line; do
		grep -qx "$line" "$work/names" || { echo "not there: $line"; return 1; }
	done <<-END
		0 read
		1 write
		15 rt_sigreturn
		56 clone
		59 execve
		60 exit
		231 exit_group
		257 openat
		334 rseq
		336 uprobe
		424 pidfd_send_signal
		435 clone3
		451 cachestat
		462 mseal
		471 rseq_slice_yield
	END
	total=$(wc -l <"$work/names")
	[ "$total" -eq 385 ] || { echo "$total calls"; return 1; }
}

# Each number from 0 to the newest is named or reserved: the generator refuses
# anything else.  Here only: which ones are reserved.
reserved_numbers()
{
	names || return
	# shellcheck disable=SC2016 # an awk program
	awk_program='$1 != next_nr { print next_nr "-" $1 - 1 } { next_nr = $1 + 1 }'
	holes=$($first_awk "$awk_program" "$work/names")
	[ "$holes" = "337-423" ] || { echo "$holes"; return 1; }
}

header_numbers()
{
	names || return
	echo '#include <asm/unistd_64.h>' | "$cc" -E -dM - >"$work/unistd" 2>/dev/null
	sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\2 \1/p' "$work/unistd" >"$work/header"
	[ -s "$work/header" ] || { echo "no <asm/unistd_64.h>"; return 4; }
	while read -r line; do
		grep -qx "$line" "$work/names" || { echo "not there: $line"; return 1; }
	done <"$work/header"
}

# name=value of all constants, without those that a header cannot know:
# glibc's O_LARGEFILE is 0 on x86-64, its SIGRTMIN leaves two to itself.
constants()
{
	build dump "$top"/prototypes/*.tbl || return
	cat "$top"/prototypes/*.tbl |
		sed -n 's/^	\([A-Z_][A-Za-z0-9_]*\)	* *\(-\{0,1\}[0-9][0-9a-fx]*\).*/\1 \2/p' |
		grep -v -e '^O_LARGEFILE ' -e '^SIGRTMIN ' | sort -u >"$work/constants"
}

# A program that compares the constants, but those in $work/unknown.
constants_program()
{
	cat "$here/constants.h"
	echo 'int main(void) {'
	grep -v -x -F -f "$work/unknown" "$work/constants" |
		sed 's/^\([^ ]*\) \(.*\)/	COMPARE(\1, \2);/'
	echo "	return result($1); }"
}

header_constants()
{
	constants && compare_constants 1200
}

# compare_constants LEAST: and no less than so many
compare_constants()
{
	echo "none" >"$work/unknown"
	# Names that the headers here do not have are left out, by what the
	# compiler says of them; some only come up when others are gone.
	for round in 1 2 3 4; do
		constants_program "$1" >"$work/constants.c"
		"$cc" -w -fmax-errors=0 -o "$work/compare" "$work/constants.c" 2>"$work/err" && break
		[ "$round" -lt 4 ] || { head "$work/err"; return 1; }
		sed -n "s/.*error: '\([A-Za-z0-9_]*\)' undeclared.*/\1/p" "$work/err" >"$work/more"
		[ -s "$work/more" ] || { head "$work/err"; return 1; }
		grep -w -F -f "$work/more" "$work/constants" >>"$work/unknown"
	done
	"$work/compare"
}

header_structs()
{
	build structs "$top"/prototypes/*.tbl || return
	"$work/structs/structs"
}

real_captures()
{
	build captures "$top"/prototypes/*.tbl || return
	"$work/captures/captures" >"$work/captured"
	while read -r line; do
		case $line in
		\#*) continue ;;
		esac
		grep -qxF "$line" "$work/captured" && continue
		echo "want $line"
		grep -w "^${line%% *}" "$work/captured"
		return 1
	done <"$1"
}

real_agree()
{
	build agree "$@" && "$work/agree/agree"
}

# ---- the harness itself ----------------------------------------------------

# Each kind of comparison must accept what is right and see a difference.
control()
{
	case $1 in
	kernel)
		sed 's/vsys_cap_arg(c, 2)/vsys_cap_arg(c, 1)/' "$here/good/kernel.c" >"$work/tampered"
		fixture_kernel "$here/good/kernel.c" && not fixture_kernel "$work/tampered" ;;
	user)
		sed 's/32:first.nsec/24:first.nsec/; s/24:first.nsec/32:first.nsec/' \
			"$here/good/user.txt" >"$work/tampered"
		fixture_user "$here/good/user.txt" && not fixture_user "$work/tampered" ;;
	refusal)
		sed 's/^types:4: type int is/types:3: type int is/' "$here/bad.txt" >"$work/tampered"
		refuses 5 "$here/bad.txt" && not refuses 5 "$work/tampered" ;;
	captures)
		sed 's/^write 1:buf long:1002/write 1:buf long:1001/' "$here/captures.txt" >"$work/tampered"
		real_captures "$here/captures.txt" && not real_captures "$work/tampered" ;;
	constants)
		header_constants && {
			sed -i 's/^O_CREAT .*/O_CREAT 0x41/' "$work/constants"
			not compare_constants 1
		} ;;
	bytes)	# an awk of its own kind
		printf '#!/bin/sh\n%s "$@"\necho\n' "$first_awk" >"$work/odd"
		chmod +x "$work/odd"
		same_bytes kernel "$here"/good/*.tbl && {
			cp "$work/awks" "$work/awks.good"
			echo "$work/odd" >>"$work/awks"
			not same_bytes kernel "$here"/good/*.tbl
			result=$?
			cp "$work/awks.good" "$work/awks"
			return "$result"
		} ;;
	esac
}

# ----------------------------------------------------------------------------

number_of_awks=0
list_awks >"$work/awks"
first_awk=$(head -n 1 "$work/awks")
[ -n "$first_awk" ] || { echo "1..0 # SKIP no awk"; exit 4; }

cases=$(case_names | wc -l)
echo "TAP version 13"
echo "1..$((cases + 20))"
sed 's/^/# awk: /' "$work/awks"

ok "fixture: switches" fixture_kernel "$here/good/kernel.c"
ok "fixture: tables" fixture_user "$here/good/user.txt"
ok "fixture: switches are the same from each awk" same_bytes kernel "$here"/good/*.tbl
ok "fixture: tables are the same from each awk" same_bytes user "$here"/good/*.tbl
case_names >"$work/cases"
i=0
while read -r title; do
	i=$((i + 1))
	ok "refused: $title" refuses "$i" "$here/bad.txt"
done <"$work/cases"
ok "refused: a mode that is not known" refuses_mode
ok "prototypes: switches are the same from each awk" same_bytes kernel "$top"/prototypes/*.tbl
ok "prototypes: tables are the same from each awk" same_bytes user "$top"/prototypes/*.tbl
ok "prototypes: numbers that are known" known_numbers
ok "prototypes: numbers that are reserved" reserved_numbers
ok "prototypes: numbers of the headers" header_numbers
ok "prototypes: constants of the headers" header_constants
ok "prototypes: structs of the headers" header_structs
ok "prototypes: what is captured" real_captures "$here/captures.txt"
ok "prototypes: switches and tables agree" real_agree "$top"/prototypes/*.tbl
for kind in kernel user refusal captures constants bytes; do
	ok "control: a wrong expectation fails: $kind" control "$kind"
done
[ "$failures" -eq 0 ]
