#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Files recorded with earlier record versions are still readable.
# usage: old.sh VSYSREAD
# VSYSREAD has the tables of tooltables.c.
set -u

vsysread=$1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=11
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

# with_byte AT N: print the stream with a byte of its header set to N
with_byte() {
	{
		head -c "$1" "$tmp/plain"
		# shellcheck disable=SC2059 # the format is the byte
		printf "\\$(printf %o "$2")"
		tail -c +$(($1 + 2)) "$tmp/plain"
	} >"$tmp/other"
}

plan
base64 -d <"$fixtures/abi1.base64" >"$tmp/old" || exit 1
shown "$tmp/old" "version 1"
run -w "$tmp/new" -i "$tmp/old"
is "version 1, written anew" 0 $status
shown "$tmp/new" "written anew"
base64 -d <"$fixtures/abi2.base64" >"$tmp/whole" || exit 1
shown "$tmp/whole" "version 2, without differences"

zstd -qdc "$tmp/old" >"$tmp/plain"
for version in 0 3; do
	with_byte 16 $version
	run "$tmp/other"
	is "version $version is refused" "1 " "$status $out"
	with_byte 12 $version
	run "$tmp/other"
	is "version $version of the stream, too" "1 " "$status $out"
done

end
