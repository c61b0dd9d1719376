#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# scripts/genswitch.awk on good/, whose expected output is written by hand, and
# on bad.txt, which it must refuse.  Prints TAP; the exit status
# is 1 if a test failed, 4 if none can run.

. "$(dirname "$0")/lib.sh"

# ---- the fixture -----------------------------------------------------------

fixture_kernel()
{
	generate kernel "$here"/good/*.tbl | diff "$1" -
}

fixture_user()
{
	build dump "$here"/good/*.tbl || return
	"$dir/dump" | diff "$1" -
}

# The numberings that are like another one, written out in full.
fixture_numbers()
{
	generate numbers "$here"/good/*.tbl | grep -E '^(winnew|young[a-z]*) ' | diff "$1" -
}

# Cases by the value of an argument: the switches, and the forms of each value.
fixture_cases()
{
	generate kernel "$here"/cases/cases.tbl | sed -n '/^static [bv]o/,/^}/p' |
		diff "$1" - || return 1
	build dump "$here"/cases/cases.tbl || return
	"$dir/dump" | sed -n '/^[0-9c\t]/p' | diff "$2" -
}

# Entries of a queue: what the kernel captures, and what the reader knows of them.
fixture_entries()
{
	generate kernel "$here"/entries/entries.tbl |
		sed -n '/^\(static \)*[bv]o.*[a-z_]*(/,/^}/p; /^\t\[[0-9]*\] = /p' | diff "$1" - || return 1
	build dump "$here"/entries/entries.tbl || return
	"$dir/dump" | grep '^entry' | diff "$2" -
}

# Lines that must be among the output: joined variants, C++ keywords, no return.
fixture_callbacks()
{
	generate callbacks "$here"/good/*.tbl >"$work/out" || return
	awk '/^VSYS_CALLBACK/ { line = $0; next } line { sub(/^\t/, " "); line = line $0 }
		/\)\)$/ { print line; line = "" }' "$work/out" >"$work/lines"
	while read -r line; do
		grep -Fx -- "$line" "$work/lines" || { echo "missing: $line"; return 1; }
	done <"$1"
}

# ---- refusals --------------------------------------------------------------

# Lay out case $1 of bad.txt on top of the first case; the expected messages
# go to "error".
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
		run_awk "$awk" check calls consts numbers profiles types \
			>"$work/out" 2>"$work/err"
		status=$?
		diff error "$work/err" || return 1
		[ ! -s "$work/out" ] || return 1
		[ "$status" -eq "$([ -s error ]; echo $((! $?)))" ] || return 1
		[ "$status" -eq 0 ] && continue
		run_awk "$awk" kernel calls consts numbers profiles types \
			2>/dev/null >"$work/out" && return 1
		[ ! -s "$work/out" ] || return 1
	done <"$work/awks"
}

refuses_mode()
{
	generate kernal "$here"/good/*.tbl >"$work/out" 2>"$work/err" && return 1
	echo "genswitch.awk:0: mode must be kernel, user, callbacks, numbers or check" | diff - "$work/err" || return 1
	[ ! -s "$work/out" ]
}

case_names()
{
	sed -n 's/^== //p' "$here/bad.txt"
}

# ---- the harness itself ----------------------------------------------------

# Each kind of comparison must accept the right output and notice a difference.
control()
{
	case $1 in
	kernel)
		sed 's/vsys_cap_arg(c, 2)/vsys_cap_arg(c, 1)/' "$here/good/kernel.c" >"$work/tampered"
		fixture_kernel "$here/good/kernel.c" && not fixture_kernel "$work/tampered" ;;
	cases)
		sed 's/case 0x10:/case 0x11:/' "$here/cases/kernel.c" >"$work/tampered"
		not fixture_cases "$work/tampered" "$here/cases/user.txt" &&
			sed 's/ 10: / 11: /' "$here/cases/user.txt" >"$work/tampered" &&
			not fixture_cases "$here/cases/kernel.c" "$work/tampered" ;;
	entries)
		sed 's/vsys_sqe_str(s, 16)/vsys_sqe_str(s, 8)/' "$here/entries/kernel.c" >"$work/tampered"
		not fixture_entries "$work/tampered" "$here/entries/user.txt" &&
			sed 's/28:flags/24:flags/' "$here/entries/user.txt" >"$work/tampered" &&
			not fixture_entries "$here/entries/kernel.c" "$work/tampered" ;;
	user)
		sed 's/16:first.sec/24:first.sec/; s/24:first.nsec/16:first.nsec/' \
			"$here/good/user.txt" >"$work/tampered"
		fixture_user "$here/good/user.txt" && not fixture_user "$work/tampered" ;;
	callbacks)
		sed 's/int16_t id/int32_t id/' "$here/good/callbacks.txt" >"$work/tampered"
		fixture_callbacks "$here/good/callbacks.txt" && not fixture_callbacks "$work/tampered" ;;
	numbers)
		sed 's/^youngx 1 0x1 exec/youngx 1 0x1 settimer/' "$here/good/numbers.txt" >"$work/tampered"
		fixture_numbers "$here/good/numbers.txt" && not fixture_numbers "$work/tampered" ;;
	refusal)	# one more message in each case
		sed 's/^-- error/&\ntypes:4: an odd type/' "$here/bad.txt" >"$work/tampered"
		refuses 5 "$here/bad.txt" || return
		case_names >"$work/controls"
		i=0
		while read -r title; do
			i=$((i + 1))
			not refuses "$i" "$work/tampered" || { echo "$title"; return 1; }
		done <"$work/controls" ;;
	bytes)	# an awk that writes one more line
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

cases=$(case_names | wc -l)
echo "TAP version 13"
echo "1..$((cases + 21))"
sed 's/^/# awk: /' "$work/awks"

ok "fixture: switches" fixture_kernel "$here/good/kernel.c"
ok "fixture: tables" fixture_user "$here/good/user.txt"
ok "fixture: numberings that are like another one" fixture_numbers "$here/good/numbers.txt"
ok "fixture: cases by a value" fixture_cases "$here/cases/kernel.c" "$here/cases/user.txt"
ok "fixture: entries of a queue" fixture_entries "$here/entries/kernel.c" "$here/entries/user.txt"
ok "fixture: callbacks" fixture_callbacks "$here/good/callbacks.txt"
ok "fixture: switches are the same from each awk" same_bytes kernel "$here"/good/*.tbl
ok "fixture: tables are the same from each awk" same_bytes user "$here"/good/*.tbl
ok "fixture: cases are the same from each awk" same_bytes kernel "$here"/cases/cases.tbl
ok "fixture: entries are the same from each awk" same_bytes kernel "$here"/entries/entries.tbl
ok "fixture: callbacks are the same from each awk" same_bytes callbacks "$here"/good/*.tbl
ok "fixture: numbers are the same from each awk" same_bytes numbers "$here"/good/*.tbl
case_names >"$work/cases"
i=0
while read -r title; do
	i=$((i + 1))
	ok "refused: $title" refuses "$i" "$here/bad.txt"
done <"$work/cases"
ok "refused: a mode that is not known" refuses_mode
for kind in kernel cases entries user numbers callbacks refusal bytes; do
	ok "control: a wrong expectation fails: $kind" control "$kind"
done
[ "$failures" -eq 0 ]
