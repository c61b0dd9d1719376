#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recorded files: complete, truncated, damaged, large, in parts.
# usage: file.sh VSYSREAD MKMANY VSYSREAD_FAKE
set -u

vsysread=$1
mkmany=$2
fake=$3
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=33
calls=20000

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

size() {
	stat -c %s "$1"
}

# The lines of a truncated stream must be the first of the whole one, except calls
# whose return is missing: those are at the end, and fewer than there are CPUs.
begins_whole() {
	local n

	n=$(grep -vc 'return not seen' "$tmp/out")
	cmp -s <(grep -v 'return not seen' "$tmp/out") <(head -n "$n" "$tmp/whole") && echo "$n"
}

keep() {
	"$mkmany" $calls >"$tmp/plain"
	"$vsysread" "$tmp/plain" >"$tmp/whole" 2>/dev/null
	run -w "$tmp/kept" "$tmp/plain"
	is "-w of a stream" "0 vsysread: 40002 events, 0 lost, 2 rings, $calls calls" "$status $err"
	is "for the owner alone" 600 "$(stat -c %a "$tmp/kept")"
	run -i "$tmp/kept"
	is "-i" "0 vsysread: 40002 events, 0 lost, 2 rings, $calls calls" "$status $err"
	is "shows what the stream has" "" "$(cmp "$tmp/out" "$tmp/whole")"
	# shellcheck disable=SC2002 # a pipe is wanted
	cat "$tmp/kept" | "$vsysread" -w - -i - 2>/dev/null | "$vsysread" - 2>/dev/null | cmp - "$tmp/whole"
	is "through pipes" "0 0 0 0" "${PIPESTATUS[*]}"
	zstd -qdc "$tmp/kept" | head -c 7 | cmp - <(printf vsysrec)
	is "any zstd decompresses it" "0 0" "${PIPESTATUS[*]:1}"
	is "to 13 bytes a record" 1 $(($(size "$tmp/kept") <= 13 * (2 * calls + 2)))
	run -i "$tmp/kept" "$tmp/kept"
	is "-i and a file" 2 $status
	run -w "$tmp/none/x" -i "$tmp/kept"
	is "-w into nowhere" "1 vsysread: $tmp/none/x: No such file or directory" "$status $err"
	run -w "$tmp/kept" -i "$tmp/kept"
	is "-w onto -i" "1 vsysread: -w $tmp/kept: this file is the input" "$status $err"
	run -w /dev/full -i "$tmp/kept"
	is "-w to a full disk" "1 vsysread: /dev/full: No space left on device" "$status $(head -n 1 "$tmp/err")"
}

select_some() {
	run -w "$tmp/some" -e openat "$tmp/kept"
	run -i "$tmp/some"
	is "-w with a filter" "0 $(grep -c openat "$tmp/whole")" "$status $(grep -c openat "$tmp/out")"
	is "leaves no gap" "" "$(printf '%s\n' "$err" | grep -E 'MISSING|BUG')"
	run -w "$tmp/some" --max-events 5 "$tmp/kept"
	run -i "$tmp/some"
	is "-w with --max-events" 5 "$(wc -l <"$tmp/out")"
}

# cut BYTES: truncate the file; print the message and the number of good lines
cut_at() {
	head -c "$1" "$tmp/kept" >"$tmp/cut"
	run -i "$tmp/cut"
	printf '%s %s %s\n' $status "$(head -n 1 "$tmp/err" | sed 's/.*: damaged at byte/at/')" \
		"$(wc -l <"$tmp/err")"
}


damage() {
	local end mid at good

	end=$(size "$tmp/kept")
	mid=$((end / 2))
	is "cut off in the middle" 1 "$(cut_at $mid | grep -c '^1 at [0-9]*: the file ends within a frame 2$')"
	at=$(sed -n 's/.*at byte \([0-9]*\):.*/\1/p' "$tmp/err")
	is "the offset is the frame's" 28b52ffd "$(tail -c +$((at + 1)) "$tmp/kept" | head -c 4 | od -An -tx1 | tr -d ' \n')"
	good=$(begins_whole)
	is "what comes before is shown" 1 $((good > 1000))
	is "cut off between frames" "1 at $at: the file ends without its end mark, it was cut off 2" "$(cut_at "$at")"
	is "shows as much" "$good" "$(begins_whole)"
	is "the last byte is gone" 1 "$(cut_at $((end - 1)) | grep -c '^1 at [0-9]*: the file ends within a frame 2$')"
	is "nearly all is shown" 1 $(($(begins_whole) > calls * 9 / 10))
	cp "$tmp/kept" "$tmp/bad"
	printf '\377\377\377\377' | dd of="$tmp/bad" bs=1 seek=$((at + 1000)) conv=notrunc status=none
	run -i "$tmp/bad"
	is "a frame with other bytes" "1 vsysread: $tmp/bad: damaged at byte $at: a damaged frame 2" \
		"$status $(head -n 1 "$tmp/err") $(wc -l <"$tmp/err")"
	is "what comes before it is shown" "$good" "$(begins_whole)"
	{ head -c "$at" "$tmp/kept"; head -c 100000 /dev/zero; } >"$tmp/bad"
	run -i "$tmp/bad"
	is "zeros behind, as after a power loss" "1 vsysread: $tmp/bad: damaged at byte $at: no frame begins here" \
		"$status $(head -n 1 "$tmp/err")"
	cat "$tmp/kept" "$tmp/kept" >"$tmp/two"
	run -i "$tmp/two"
	is "two files in one" "1 vsysread: $tmp/two: damaged at byte $end: another recording begins here: read each by itself" \
		"$status $(head -n 1 "$tmp/err")"
	run -i "$tmp/plain.none"
	is "a file that is not there" "1 vsysread: $tmp/plain.none: No such file or directory" "$status $err"
}

# 70 GiB of frames to skip, in a sparse file that uses no space.
large() {
	local i

	for ((i = 0; i < 17; i++)); do
		printf '\120\052\115\030\370\377\377\377' |
			dd of="$tmp/large" bs=1 seek=$((i << 32)) conv=notrunc status=none
	done
	truncate -s $((17 << 32)) "$tmp/large"
	cat "$tmp/kept" >>"$tmp/large"
	run -i "$tmp/large"
	is "beyond 64 GiB" "0 " "$status $(cmp "$tmp/out" "$tmp/whole")"
	truncate -s -1 "$tmp/large"
	run -i "$tmp/large"
	is "and damage there" 1 "$(grep -c "damaged at byte 7301[0-9]\{7\}: the file ends" "$tmp/err")"
	rm "$tmp/large"
}

parts() {
	local part sum=0 most=0

	"$mkmany" 200000 | "$vsysread" -w "$tmp/part" --max-size 1M --rotate 9 - 2>/dev/null
	for part in "$tmp"/part*; do
		[ "$(size "$part")" -gt "$most" ] && most=$(size "$part")
		"$vsysread" -i "$part" >/dev/null 2>"$tmp/err" || echo "# $part: $(cat "$tmp/err")"
		sum=$((sum + $(sed -n 's/^vsysread: \([0-9]*\) events, 0 lost.*/\1/p' "$tmp/err")))
	done
	is "--rotate loses nothing" 400002 $sum
	is "and no part is larger" 1 $((most <= 1048576 && most > 900000))
	"$mkmany" 200000 | "$vsysread" -w "$tmp/few" --max-size 1M --rotate 1 - 2>/dev/null
	is "--rotate keeps no more" "$tmp/few $tmp/few.1" "$(echo "$tmp"/few*)"
	"$mkmany" 200000 | "$vsysread" -w "$tmp/one" --max-size 1M - 2>/dev/null
	run -i "$tmp/one"
	is "--max-size ends it in order" "0 1" "$status $(($(size "$tmp/one") <= 1048576))"
}

# Killed, it loses at most the records of the last second.
killed() {
	local tries=0

	"$fake" -w "$tmp/killed" /fake/vsyscalls 2>/dev/null &
	while [ "$(size "$tmp/killed" 2>/dev/null || echo 0)" = 0 ] && [ $tries -lt 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill -KILL $!
	wait $! 2>/dev/null
	"$fake" -i "$tmp/killed" >"$tmp/out" 2>"$tmp/err"
	is "killed: what came before is shown" "1 1" \
		"$? $(($(grep -c '^\[vm' "$tmp/out") > 1))"
}

plan
keep
select_some
damage
large
parts
killed
end
