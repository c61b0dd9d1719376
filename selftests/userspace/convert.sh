#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread convert: other programs must understand its output.
# usage: convert.sh VSYSREAD MKRAW MKMANY VSYSREAD_FAKE MKEACH
set -u

vsysread=$1
mkraw=$2
mkmany=$3
fake=$4
mkeach=$5
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=28
calls=5000

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

command_line() {
	run convert "$tmp/good"
	is "no --to" "2 vsysread: convert: no format is given; use --to" "$status $(head -n 1 "$tmp/err")"
	run convert --to xml "$tmp/good"
	is "--to something else" "2 vsysread: --to xml: not ctf, perfetto, folded, csv, sqlite, drakvuf or ecs" \
		"$status $(head -n 1 "$tmp/err")"
	run --to csv "$tmp/good"
	is "--to without convert" 2 $status
	run convert --to ctf "$tmp/good"
	is "--to ctf without a folder" "2 vsysread: --to ctf: no output is given; use -o" \
		"$status $(head -n 1 "$tmp/err")"
	run convert --to csv -o /dev/full "$tmp/good"
	is "a full disk" "1 vsysread: /dev/full: No space left on device" "$status $(head -n 1 "$tmp/err")"
	"$vsysread" convert --to csv "$tmp/many" 2>"$tmp/err" | head -n 1 >/dev/null
	is "nobody reads" "" "$(cat "$tmp/err")"
	script -qec "$vsysread convert --to csv -o /dev/null $tmp/large" /dev/null >"$tmp/out" </dev/null
	is "on a terminal it says how far it is" 1 "$(grep -c '^.*[0-9] %.*%' "$tmp/out")"
}

csv() {
	run convert --to csv "$tmp/good"
	is "csv: lines" "0 8" "$status $(wc -l <"$tmp/out")"
	is "csv: hostile bytes" '1003,2,0,linux_x86_64,linux_x86_64,0x12345000,257,openat,"AT_FDCWD, ""/\33[31m\""\\\n\377"", O_RDONLY",0xfffffffffffffffe,"-1 ENOENT (No such file or directory)",ENOENT,1500,,,""' \
		"$(tr -d '\r' <"$tmp/out" | sed -n 3p)"
	run convert --to csv -e close "$tmp/good"
	is "csv: filtered" 1 "$(grep -c ',close,' "$tmp/out")"
}

folded() {
	run convert --to folded "$tmp/good"
	is "folded" "vm 1;<lost 17 events> 0
vm 1;space 0x12345000;close 1500
vm 1;space 0x12345000;openat 1500
vm 1;space 0x12345000;syscall_0x3e8;ENOSYS 1500
vm 2;space 0x12345000;openat;ENOENT 1500" "$out"
}

ctf() {
	run convert --to ctf -o "$tmp/ctf" "$tmp/good"
	is "ctf" "0 vsysread: 13 events, 17 lost, 2 rings, 6 calls" "$status $err"
	babeltrace2 "$tmp/ctf" >"$tmp/text" 2>"$tmp/err"
	is "ctf: events that babeltrace2 sees" "0 14" "$? $(wc -l <"$tmp/text")"
	is "ctf: and what was lost" 1 "$(grep -c 'discarded 17 events' "$tmp/err")"
	is "ctf: an entry" 1 "$(grep -c 'syscall_entry_openat: { vm = 1, cpu_id = 0 }, .*_nr = 257, .*_space = 0x12345000, _pid = 0, _tid = 0, _comm = "", dfd = 0xFFFFFFFFFFFFFF9C, filename = 0x5000, flags = 0x80000' "$tmp/text")"
	is "ctf: an exit" 1 "$(grep -c 'syscall_exit_openat: { vm = 2, .*_result = 0xFFFFFFFFFFFFFFFE, _latency = 1500, _error = "ENOENT"' "$tmp/text")"
	run convert --to ctf -o "$tmp/ctf" "$tmp/good"
	is "ctf: a folder that is there" "1 vsysread: $tmp/ctf: File exists" "$status $err"
	run convert --to ctf -o "$tmp/ctf2" "$tmp/many"
	babeltrace2 "$tmp/ctf2" >"$tmp/text" 2>"$tmp/err"
	is "ctf: many" "0 $((2 * calls + 2)) 0" "$? $(wc -l <"$tmp/text") $(wc -l <"$tmp/err")"
	is "ctf: in order of time" "" "$(sed 's/ .*//' "$tmp/text" | sort -c 2>&1)"
}

# The decoded packets: slices must end, in time order, on a described track.
slices() {
	awk '
		/^packet/ { time = type = track = uuid = 0 }
		$1 == "timestamp:" && !time { time = $2 }
		$1 == "type:" { type = $2 }
		$1 == "track_uuid:" { track = $2 }
		$1 == "uuid:" { known[$2] = 1 }
		/^}/ && type {
			if (!(track in known) || time < last[track])
				bad++
			if (type == "TYPE_SLICE_BEGIN") { bad += open[track]++; n++ }
			if (type == "TYPE_SLICE_END") { bad += !open[track]--; last[track] = time }
			if (type == "TYPE_INSTANT") instants++
		}
		END {
			for (t in open) bad += open[t]
			print n + 0, "slices,", instants + 0, "instants,", bad + 0, "bad"
		}'
}

decode() {
	protoc --proto_path="$here" --decode=Trace perfetto.proto <"$1"
}

perfetto() {
	run convert --to perfetto -o "$tmp/perfetto" "$tmp/good"
	is "perfetto" 0 $status
	decode "$tmp/perfetto" >"$tmp/text"
	is "perfetto: a decoder reads it" "0 4 slices, 6 instants, 0 bad" "$? $(slices <"$tmp/text")"
	is "perfetto: with nothing unknown" 0 "$(grep -c '^ *[0-9][0-9]*[:{ ]' "$tmp/text")"
	run convert --to perfetto -o "$tmp/perfetto" "$tmp/kept"
	decode "$tmp/perfetto" >"$tmp/text"
	is "perfetto: many, on lanes" "$calls slices, 2 instants, 0 bad" "$(slices <"$tmp/text")"
	"$fake" -w "$tmp/live" --until-gone /fake/vsyscalls 2>/dev/null
	"$fake" convert --to perfetto -i "$tmp/live" 2>/dev/null | cat >"$tmp/perfetto"
	decode "$tmp/perfetto" >"$tmp/text"
	is "perfetto: the time of day, that of the device" 2001-09-09 \
		"$(date -d "@$(sed -n '/clock_id: 1$/,/}/s/.*timestamp: \(.*\)[0-9]\{9\}$/\1/p' "$tmp/text")" +%Y-%m-%d)"
}

# Each prototype: other programs must accept the names of all calls and parameters.
each() {
	local entries exits

	"$mkeach" >"$tmp/each"
	run --json "$tmp/each"
	entries=$(grep -c '"entry":"seen"' "$tmp/out")
	exits=$(grep -c '"return":"seen"' "$tmp/out")
	is "each prototype is written" 1 $((entries > 2000 && exits > 2000))
	run convert --to ctf -o "$tmp/ctf3" "$tmp/each"
	babeltrace2 "$tmp/ctf3" >"$tmp/text" 2>"$tmp/err"
	is "each: babeltrace2" "0 $((entries + exits)) " "$? $(wc -l <"$tmp/text") $(cat "$tmp/err")"
	run convert --to perfetto -o "$tmp/perfetto" "$tmp/each"
	decode "$tmp/perfetto" >"$tmp/text"
	is "each: perfetto" "0 $exits 0" \
		"$? $(grep -c TYPE_SLICE_BEGIN "$tmp/text") $(grep -c '^ *[0-9][0-9]*[:{ ]' "$tmp/text")"
	run convert --to csv "$tmp/each"
	is "each: csv" "0 $entries" "$status $(python3 -c 'import csv, sys
print(sum(1 for _ in csv.DictReader(sys.stdin)))' <"$tmp/out")"
}

"$mkraw" good >"$tmp/good" && "$mkmany" $calls >"$tmp/many" && "$mkmany" 70000 >"$tmp/large" || exit 1
"$vsysread" -w "$tmp/kept" "$tmp/many" 2>/dev/null
plan
command_line
csv
folded
ctf
perfetto
each
end
