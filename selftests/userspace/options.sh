#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The table of options: --help, the manual, the completions; errors in a table.
# usage: options.sh VSYSREAD
set -u

vsysread=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=26

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

table=$top/userspace/vsysread/options.tbl
awks=(mawk gawk original-awk "busybox awk")

# made AWK MODE [FRAME]
made() {
	$1 -f "$top/scripts/genoptions.awk" -v mode="$2" "$table" ${3:+"$top/userspace/$3"}
}

# The names of all options, found without the generator.
long=$(grep -o '^\(-[A-Za-z] \)\?--[a-z-]*' "$table" | grep -o -- '--.*' | sort)

short=$(grep -o '^-[A-Za-z] --' "$table" | grep -o '^-[A-Za-z]' | sort)

texts() {
	local a

	for a in "${awks[@]}"; do
		is "$a" "$(made mawk c; made mawk header; made mawk man man/vsysread.1.in
			made mawk zsh completions/_vsysread.in)" \
			"$(made "$a" c; made "$a" header; made "$a" man man/vsysread.1.in
			made "$a" zsh completions/_vsysread.in)"
	done
	run --help
	is "--help has all of them" "$long" "$(grep -o -- '^  \(-., \)\? *--[a-z-]*' <<<"$out" |
		grep -o -- '--.*' | sort)"
	made mawk man man/vsysread.1.in >"$tmp/man"
	is "the manual, too" "$long" \
		"$(grep '^\\fB\\-' "$tmp/man" | sed 's/\\f[BIR]//g; s/^\\-., //; s/\\//g; s/\[*=.*//' |
			sort)"
	if command -v man >/dev/null && command -v groff >/dev/null; then
		is "which has no warnings" "" "$(man --warnings -l "$tmp/man" 2>&1 >/dev/null)"
		is "manuals have 80 columns" "" "$(for page in "$tmp/man" "$top"/userspace/man/*.[1-9]; do
			MANWIDTH=80 man -l "$page" 2>/dev/null | col -bx | grep -E '.{81}'
		done)"
	else
		result ok "which has no warnings # SKIP no man or groff"
		result ok "manuals have 80 columns # SKIP no man or groff"
	fi
}

# complete WORD...: bash's proposals for the last one
complete_words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_vsysread
	echo "${COMPREPLY[*]}"
}

completion() {
	made mawk bash completions/vsysread.bash.in >"$tmp/bash"
	# Only the functions defined there are tested.
	complete() { :; }
	# shellcheck source=/dev/null
	. "$tmp/bash"
	PATH=$tmp:$PATH
	ln -s "$vsysread" "$tmp/vsysread"
	is "completion: each option" "$(sort <<<"$long"$'\n'"$short")" \
		"$(complete_words vsysread - | tr ' ' '\n' | sed 's/=$//' | sort)"
	is "completion: options" "--summary --summary-only --summary-sort-by= --summary-wall-clock" \
		"$(complete_words vsysread --su | xargs -n 1 | grep summ | sort | xargs)"
	is "a word" "abbrev" "$(complete_words vsysread -X a)"
	is "a word after =" "always auto" "$(complete_words vsysread --color = a)"
	is "a list" "call,vm call,space call,process call,call" \
		"$(complete_words vsysread --by call, | tr ' ' '\n' | sort -r | tr '\n' ' ' | sed 's/ $//')"
	is "a command" "doctor" "$(complete_words vsysread doc)"
	mkdir -p "$tmp/root/proc/7/fd"
	ln -s anon_inode:kvm-vm "$tmp/root/proc/7/fd/3"
	ln -s anon_inode:kvm-vcpu:0 "$tmp/root/proc/7/fd/4"
	printf '%s\0' qemu -name web >"$tmp/root/proc/7/cmdline"
	is "a name" "web" "$(VSYSREAD_ROOT=$tmp/root complete_words vsysread -d w)"
	is "kinds of -e" "trace= status= space= pid= tid= uid= comm= tree= container= inject= fault= read= write=" "$(complete_words vsysread -e '')"
	is "what follows one" "successful" "$(complete_words vsysread -e status = s)"
	is "profiles" "windows_7_x64 windows_7_x86" "$(complete_words vsysread -P windows_7)"
	is "of a process" "windows_7_x64 windows_7_x86" "$(complete_words vsysread -p 7 : windows_7)"
	if command -v zsh >/dev/null; then
		made mawk zsh completions/_vsysread.in >"$tmp/zsh"
		is "zsh: each option" "$(sort <<<"$long"$'\n'"$short")" \
			"$(zsh -fc '_arguments() { print -l -- "$@" }; . "$1"' zsh "$tmp/zsh" 2>&1 |
				sed -n 's/^\*\(-[a-zA-Z-]*\).*/\1/p' | sort)"
	else
		result ok "zsh: each option # SKIP no zsh"
	fi
}

# wrong LINES WANT: the table is refused with an error, and nothing is written
wrong() {
	printf '%b' "$1" >"$tmp/bad.tbl"
	out=$(mawk -f "$top/scripts/genoptions.awk" -v mode=c "$tmp/bad.tbl" 2>"$tmp/err")
	is "$2" "1 $tmp/bad.tbl:$2 " "$? $(head -n 1 "$tmp/err") $out"
}

errors() {
	wrong '-a --all\n\tx\n-b --all\n\tx\n' "3: all is there twice"
	wrong '-a --all\n\tx\n-a --any\n\tx\n' "3: -a is there twice"
	wrong '-a --all color\n\tx\n' "1: color: no such completion"
	wrong '--all\n' " all has no text"
	wrong 'all\n' "1: not a line of an option table: all"
	wrong '@expr trace\n' "1: not @expr KIND=ARG [COMPLETION]"
}

plan
texts
completion
errors
end
