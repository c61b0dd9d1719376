# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Shared by the tests of the generator and of the prototypes.  Needs
# an awk, the more of mawk, gawk, original-awk and busybox the better, and for
# most a C compiler.

LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
gen=$top/scripts/genswitch
prototypes=$top/prototypes
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

number=0
failures=0
cc=${CC:-cc}
cflags=

# ok NAME COMMAND...: does the command succeed?  Its output is shown if not;
# status 4 means that it cannot tell.
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

# The prototypes under $prototypes, one a line; no path has blanks.
tables()
{
	find "$prototypes" -name '*.tbl' | sort
}

not()
{
	"$@"
	[ $? -eq 1 ]
}

# Print the installed awks, one a line.
list_awks()
{
	for awk in mawk 'gawk --posix' original-awk 'busybox awk' awk; do
		command -v "${awk%% *}" >/dev/null || continue
		[ "$awk" != awk ] || [ "$number_of_awks" -eq 0 ] || continue
		number_of_awks=$((number_of_awks + 1))
		echo "$awk"
	done
}

# run_awk AWK MODE FILES...
run_awk()
{
	any_awk=$1
	mode=$2
	shift 2
	$any_awk -f "$gen.awk" -f "$gen-cases.awk" -f "$gen-entries.awk" -f "$gen-numbers.awk" -f "$gen-types.awk" -f "$gen-check.awk" \
		-f "$gen-lengths.awk" -f "$gen-write.awk" -f "$gen-callbacks.awk" \
		-v mode="$mode" "$@"
}

generate()
{
	run_awk "$first_awk" "$@"
}

# Do all awks write the same, also with the files in reverse order (first awk only)?
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
	# shellcheck disable=SC2086 # a list
	generate "$mode" $backwards | cmp - "$work/want" || return 1
	while read -r awk; do
		echo "$awk"
		[ "$awk" = "$first_awk" ] && continue
		run_awk "$awk" "$mode" "$@" | cmp - "$work/want" || return 1
	done <"$work/awks"
}

# build PROGRAM FILES...: build $dir/PROGRAM with the tables and switches of the
# prototypes FILES.  Each list of files becomes tables only once.
build()
{
	command -v "$cc" >/dev/null || { echo "no C compiler"; return 4; }
	program=$1
	shift
	dir=$work/$(echo "$cflags $*" | cksum | tr ' ' .)
	[ ! -x "$dir/$program" ] || return 0
	mkdir -p "$dir/generated"
	cp "$here/capture.h" "$top/kmod/profile.h" "$dir" || return 1
	object tables user "$@" || return 1
	objects=$dir/tables.o
	case $program in
	captures | agree)
		object switch kernel "$@" || return 1
		objects="$objects $dir/switch.o" ;;
	esac
	# shellcheck disable=SC2086 # lists
	compile -o "$dir/$program" "$here/$program.c" $objects
}

# object NAME MODE FILES...
object()
{
	object=$1
	mode=$2
	shift 2
	[ ! -s "$dir/$object.o" ] || return 0
	generate "$mode" "$@" >"$dir/generated/$object.c" &&
		compile -c -o "$dir/$object.o" "$dir/generated/$object.c"
}

compile()
{
	# shellcheck disable=SC2086 # none or one
	"$cc" $cflags -Wall -Werror -I "$top/uapi" -I "$top/userspace/include" \
		-I "$dir" "$@"
}

number_of_awks=0
list_awks >"$work/awks"
first_awk=$(head -n 1 "$work/awks")
[ -n "$first_awk" ] || { echo "1..0 # SKIP no awk"; exit 4; }
