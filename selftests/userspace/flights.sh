#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread --to otlp://: several requests on the way, compressed, to a receiver that fails.
# usage: flights.sh VSYSREAD MKMANY
set -u

vsysread=$1
mkmany=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
mine=
trap '{ kill -9 $mine; wait; } 2>/dev/null; rm -rf "$tmp"' EXIT
planned=9
calls=3000

# shellcheck source=ktap.sh
. "$here/ktap.sh"
# shellcheck source=receiver.sh
. "$here/receiver.sh"

options() {
	run --to nats://host/calls --no-gzip file
	is "NATS has no gzip" "2 vsysread: --no-gzip needs --to otlp://" "$status $(head -n 1 "$tmp/err")"
}

# The vCPUs of the file go in requests of their own; each failure meets one of them.
failures() {
	touch "$tmp/otlp/early"
	plans 200 "503 1" 200 cut 200 drop 502
	run --to "$url" --spool "$tmp/spool:64M" "$tmp/some"
	is "a receiver that fails, under load" "0 0 missing yes" \
		"$status $(compared "$tmp/some" | sed 's/, [1-9][0-9]* twice/ yes/')"
	is "with all failures" "502 503 cut drop" "$(grep -v 200 "$tmp/otlp/log" | sort | xargs)"
	is "two requests are there at once" 2 "$(tail -n 1 "$tmp/otlp/most")"
	is "the spool is empty" 0 "$(grep -la vsyscalls.call "$tmp"/spool/*.seg | wc -l)"
}

partial() {
	plans 200 200 "partial 2"
	run --to "$url" "$tmp/some"
	is "two events are rejected" "4 vsysread: $url: $calls events stored, 2 dropped" \
		"$status $(grep ' stored' "$tmp/err")"
	is "the others are there" $calls "$(wc -l <"$tmp/otlp/events")"
}

plain() {
	touch "$tmp/otlp/plain"
	plans 200
	run --to "$url" --no-gzip "$tmp/some"
	is "--no-gzip" "0 0 missing, 0 twice" "$status $(compared "$tmp/some")"
	run --to "$url" "$tmp/one"
	is "the receiver sees the difference" "4 encoding" "$status $(sort -u "$tmp/otlp/wrong")"
}

plan
options
"$mkmany" $calls >"$tmp/some" || exit 1
"$mkmany" 1 >"$tmp/one" || exit 1
receiver
failures
partial
plain
end
