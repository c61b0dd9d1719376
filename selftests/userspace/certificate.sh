# SPDX-License-Identifier: GPL-2.0
# Certificates for servers of the tests.
# shellcheck shell=bash disable=SC2154 # the test sets tmp

# certificate FILE NAME: make one that vouches for itself, and its key, FILE.key
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$2" \
		-addext "subjectAltName=DNS:$2" -keyout "$1.key" -out "$1" 2>"$tmp/openssl" || cat "$tmp/openssl" >&2
}
