#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Files recorded with earlier record versions are still readable.
# usage: old.sh VSYSREAD
# VSYSREAD has the tables of tooltables.c.
set -u

vsysread=$1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=7
fixtures=$(dirname "$0")/fixtures

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

# Version 1 called the space cr3 and the entry register msr; the rest is unchanged.
shown() {
	run -v "$1"
	is "$2: text" "0 $(cat "$fixtures/abi1.txt")" "$status $out"
	run --json "$1"
	is "$2: JSON" "0 $(cat "$fixtures/abi1.json")" "$status $out"
}

# as_version N: print the stream with the version of its records set to N
as_version() {
	{
		head -c 16 "$tmp/plain"
		# shellcheck disable=SC2059 # the format is the byte
		printf "\\$(printf %o "$1")"
		tail -c +18 "$tmp/plain"
	} >"$tmp/other"
}

plan
base64 -d <"$fixtures/abi1.base64" >"$tmp/old" || exit 1
shown "$tmp/old" "version 1"
run -w "$tmp/new" -i "$tmp/old"
is "version 1, written anew" 0 $status
shown "$tmp/new" "written anew"

zstd -qdc "$tmp/old" >"$tmp/plain"
for version in 0 3; do
	as_version $version
	run "$tmp/other"
	is "version $version is refused" "1 " "$status $out"
done

end
