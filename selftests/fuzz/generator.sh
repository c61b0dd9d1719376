#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Prototypes with something wrong.  The generator must accept them or refuse
# each with FILE:LINE: what, and write nothing then; all awks must agree.
# usage: generator.sh SECONDS [SEED]
set -u

here=$(cd "$(dirname "$0")" && pwd)
scripts=$here/../../scripts
good=$here/../generator/good
seconds=$1
seed=${2:-$RANDOM}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp "$good"/*.tbl "$work"
cd "$work" || exit 1
awks=()
for awk in mawk "gawk --posix" original-awk "busybox awk"; do
	command -v "${awk%% *}" >/dev/null && awks+=("$awk")
done

# One of the files with one or more of its lines or words gone, twice, exchanged or odd.
mutate() {
	mawk -v seed="$1" '
		function pick(n) { return 1 + int(rand() * n) }
		BEGIN {
			srand(seed)
			split("@calls @types @numbers @profiles @abis enum flags 0 -1 4294967296 18446744073709551616 0x 08 ( ) , : = * . - : # /*  a_very_long_name_that_no_call_has", odd, " ")
			for (nodd = 0; (nodd + 1) in odd; nodd++)
				;
		}
		{ line[++n] = $0; nw = split($0, w, " "); for (i = 1; i <= nw; i++) word[++words] = w[i] }
		END {
			for (k = pick(3); k; k--) {
				i = pick(n)
				what = pick(7)
				nw = split(line[i], w, " ")
				j = pick(nw ? nw : 1)
				if (what == 1) line[i] = ""
				else if (what == 2) line[i] = line[i] "\n" line[i]
				else if (what == 3) { t = line[i]; j = pick(n); line[i] = line[j]; line[j] = t }
				else if (what == 4) line[i] = substr(line[i], 1, pick(length(line[i]) + 1) - 1)
				else {
					w[j] = what == 5 ? odd[pick(nodd)] : what == 6 ? word[pick(words)] : w[j] odd[pick(nodd)]
					t = line[i] ~ /^\t/ ? "\t" : ""
					for (m = 1; m <= nw || m == 1; m++)
						t = t (m > 1 ? " " : "") w[m]
					line[i] = t
				}
			}
			for (i = 1; i <= n; i++) print line[i]
		}' "$good/$2" >"$work/$2"
}

# run AWK MODE: $status, out, err
generate() {
	# shellcheck disable=SC2086 # an awk with options
	$1 -f "$scripts/genswitch.awk" -f "$scripts/genswitch-check.awk" \
		-f "$scripts/genswitch-write.awk" -v mode="$2" ./*.tbl >out 2>err
	status=$?
}

judge() {
	[ -z "${FUZZ_CONTROL:-}" ] || [ $status = 0 ] || echo odd >>out
	case $status in
	0) [ ! -s err ] ;;
	1) [ ! -s out ] && [ -s err ] && ! grep -qvE '^\./[a-z]+\.tbl:[0-9]+: .|^genswitch.awk(:0:|: and [0-9]+ more errors$)' err ;;
	*) false ;;
	esac
}

# Where, without the words: numbers beyond 2^53 are not written alike.
refusals() {
	cut -d: -f1,2 "$1"
}

agree() {
	local first

	generate "$1" user
	first=$status
	judge && refusals err >err0 && generate "$2" user && judge &&
		[ $status = "$first" ] && refusals err | cmp -s err0
}

runs=0
refused=0
files=("$good"/*.tbl)
end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ]; do
	file=$(basename "${files[$((runs % ${#files[@]}))]}")
	mutate $((seed * 1000003 + runs)) "$file"
	awk=${awks[$((1 + runs % (${#awks[@]} - 1)))]}
	if ! agree "${awks[0]}" "$awk"; then
		echo "# ${awks[0]}, $awk: seed $seed, run $runs, $file"
		diff "$good/$file" "$file" | sed 's/^/# /'
		head -n 5 err | sed 's/^/# /'
		exit 1
	fi
	cp "$good/$file" .
	refused=$((refused + (status != 0)))
	runs=$((runs + 1))
done
echo "# generator: $runs runs, $refused refused, seed $seed"
# Most changes are wrong, and some do not matter.
[ $refused -gt $((runs / 2)) ] && [ $refused -lt $runs ]
