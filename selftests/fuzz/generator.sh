#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Damaged prototypes.  The generator must accept them, or refuse each with
# FILE:LINE: MESSAGE and write nothing; all awks must agree.
# usage: generator.sh SECONDS [SEED]
set -u

here=$(cd "$(dirname "$0")" && pwd)
scripts=$here/../../scripts
generator=$here/../generator
seconds=$1
seed=${2:-$RANDOM}
export LC_ALL=C		# bytes, not characters
batch=50		# mutants made by one process
least=100		# however slow the machine is
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
awks=()
for awk in mawk "gawk --posix" original-awk "busybox awk"; do
	command -v "${awk%% *}" >/dev/null && awks+=("$awk")
done

# mutants SEED FILE: write mutants 0 to batch-1: lines, words or bytes are dropped, doubled,
# swapped or odd.
mutants() {
	mawk -v seed="$1" -v batch=$batch '
		function pick(n) { return 1 + int(rand() * n) }
		function spoil(	i, j, k, m, t, w, nw, what) {
			i = pick(n)
			what = pick(8)
			nw = split(line[i], w, " ")
			j = pick(nw ? nw : 1)
			if (what == 1) line[i] = ""
			else if (what == 2) line[i] = line[i] "\n" line[i]
			else if (what == 3) { t = line[i]; j = pick(n); line[i] = line[j]; line[j] = t }
			else if (what == 4) line[i] = substr(line[i], 1, pick(length(line[i]) + 1) - 1)
			else if (what == 5) {
				k = pick(length(line[i]) + 1)
				line[i] = substr(line[i], 1, k - 1) substr(bytes, pick(length(bytes)), 1) \
					substr(line[i], k + pick(2) - 1)
			} else {
				w[j] = what == 6 ? odd[pick(nodd)] : what == 7 ? word[pick(words)] : w[j] odd[pick(nodd)]
				t = line[i] ~ /^\t/ ? "\t" : ""
				for (m = 1; m <= nw || m == 1; m++)
					t = t (m > 1 ? " " : "") w[m]
				line[i] = t
			}
		}
		BEGIN {
			srand(seed)
			bytes = "\001\t !\"#$%&\047()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\177\200\377"
			split("@calls @types @numbers @profiles @abis like below + - -> enum flags 0 -1 4294967296 18446744073709551616 0x 08 ( ) , : = * . - : # /*  a_very_long_name_that_no_call_has", odd, " ")
			for (nodd = 0; (nodd + 1) in odd; nodd++)
				;
		}
		{ whole[++n] = $0; nw = split($0, w, " "); for (i = 1; i <= nw; i++) word[++words] = w[i] }
		END {
			for (b = 0; b < batch; b++) {
				for (i = 1; i <= n; i++) line[i] = whole[i]
				for (k = pick(3); k; k--) spoil()
				for (i = 1; i <= n; i++) print line[i] >b ".tbl"
				close(b ".tbl")
			}
		}' "$2"
}

# generate AWK FILE...: sets $status; output in out, errors in err
generate() {
	# shellcheck disable=SC2086 # an awk with options
	$1 -f "$scripts/genswitch.awk" -f "$scripts/genswitch-cases.awk" -f "$scripts/genswitch-entries.awk" -f "$scripts/genswitch-numbers.awk" \
		-f "$scripts/genswitch-types.awk" -f "$scripts/genswitch-check.awk" \
		-f "$scripts/genswitch-lengths.awk" -f "$scripts/genswitch-write.awk" -f "$scripts/genswitch-callbacks.awk" -v mode=user "${@:2}" >out 2>err
	status=$?
}

# Does the result obey the contract?  Sets $where to FILE:LINE of the refusals, without the
# messages: awks print numbers beyond 2^53 differently.
judge() {
	local line

	[ -z "${FUZZ_CONTROL:-}" ] || [ $status = 0 ] || echo odd >>out
	where=$status
	[ $status != 0 ] || [ ! -s err ] || return
	[ $status = 0 ] && return
	[ $status = 1 ] && [ ! -s out ] && [ -s err ] || return
	while IFS= read -r line; do
		case $line in
		*.tbl:[1-9]*": "?* | genswitch.awk:0:* | "genswitch.awk: and "*) ;;
		*) return 1 ;;
		esac
		where+=" ${line%%: *}"
	done <err
}

# agree AWK AWK FILE...: do all give the same result?
agree() {
	local first

	generate "$1" "${@:3}"
	judge || return
	first=$where
	generate "$2" "${@:3}"
	judge && [ "$where" = "$first" ]
}

runs=0
refused=0
# The tables of a folder belong together.
files=("$generator"/good/*.tbl "$generator/entries/entries.tbl")
end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ] || [ $runs -lt $least ]; do
	if ((runs % batch == 0)); then
		file=${files[runs / batch % ${#files[@]}]}
		mutants $((seed * 1000003 + runs)) "$file"
		others=()
		for other in "${files[@]}"; do
			[ "$other" = "$file" ] || [ "${other%/*}" != "${file%/*}" ] || others+=("$other")
		done
	fi
	mutant=./$((runs % batch)).tbl
	awk=${awks[$((1 + runs % (${#awks[@]} - 1)))]}
	if ! agree "${awks[0]}" "$awk" "$mutant" "${others[@]}"; then
		echo "# ${awks[0]}, $awk: seed $seed, run $runs, $file"
		diff "$file" "$mutant" | sed 's/^/# /'
		head -n 5 err | sed 's/^/# /'
		exit 1
	fi
	refused=$((refused + (status != 0)))
	runs=$((runs + 1))
done
echo "# generator: $runs runs, $refused refused, seed $seed"
# Most mutants are invalid; some changes do not matter.
[ $refused -gt $((runs / 2)) ] && [ $refused -lt $runs ]
