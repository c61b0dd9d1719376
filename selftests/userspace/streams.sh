# SPDX-License-Identifier: GPL-2.0
# Shared by the tests of --to URL, after ktap.sh.
# shellcheck shell=bash disable=SC2154 # the test sets tmp, run sets status

# wrong_urls SCHEME: lines of standard input are a URL without its scheme, and what is wrong with it
wrong_urls() {
	local u why

	while read -r u why; do
		run --to "$1$u" "$tmp/some"
		is "no URL: $1$u" "2 vsysread: --to $1$u: $why" "$status $(head -n 1 "$tmp/err")"
	done
}

# halves: the first half of the calls, the others once $tmp/go is there
halves() {
	local bytes

	bytes=$(($(stat -c %s "$tmp/some") / 2))
	head -c $bytes "$tmp/some"
	until [ -e "$tmp/go" ]; do
		sleep 0.1
	done
	tail -c +$((bytes + 1)) "$tmp/some"
}

# certificate FILE NAME: make one that vouches for itself, and its key, FILE.key
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$2" \
		-addext "subjectAltName=DNS:$2" -keyout "$1.key" -out "$1" 2>"$tmp/openssl" || cat "$tmp/openssl" >&2
}
