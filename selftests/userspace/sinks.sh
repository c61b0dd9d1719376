#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every output of vsysread has the same calls and losses: see sinks.py.
# usage: sinks.sh VSYSREAD MKRAW MKCALLS MKPROGRAM VSYSREAD_OWN MKMIXED VSYSREAD_FAKE
set -u

vsysread=$1
mkraw=$2
mkcalls=$3
mkprogram=$4
own=$5
mkmixed=$6
fake=$7
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
forms=(text lines csv folded summary record sqlite perfetto ctf)
any=$(IFS='|'; echo "${forms[*]}")
dev=/fake/vsyscalls
planned=$((12 * ${#forms[@]} + 6))

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# A call that waits, one that never returns, a return without its entry, one of an unknown call.
script='name 1 first
enter 1 0 1000000000 0x10000 1 0 5 0x6000 10
enter 1 1 1000002000 0x20000 2 257 -100 0x5000 0x80000 /etc/hostname
leave 1 1 1000005000 2 257 3 3000
lost 1 5 9
enter 1 1 1000010000 0x20000 3 3 99 0 0
leave 1 1 1000011000 3 3 -9 1000
leave 1 0 1250000000 1 0 7 250000000 abcdefg
enter 2 0 1300000000 0x31020 1 10 0x1000 4096 5
leave 2 0 1300010100 1 10 0 100
leave 2 0 1300010200 77 3 0 100
unpaired 2 0 1300010300 5
lost 2 9 9
enter 1 1 1300020000 0x20000 9 4000 1 2 3
leave 1 1 1300020900 9 4000 -38 900
enter 1 1 1300030000 0x20000 10 4000 1 2 3
enter 2 0 1400000000 0x31020 3 35 0x1000 0 0'

# Threads that share a vCPU, one that moves, a name that would colour the terminal, one that
# changes; after a loss and after a failed read it is not known who calls.
threads='enter 1 0 1000 0x10000 1 39 0 0 0
task 1 0 1500 77 87 87 1 0 server /usr/sbin/server
enter 1 0 2000 0x10000 2 0 5 0x6000 10
leave 1 0 2500 1 39 87 1500
task 1 0 3000 78 87 88 1 0 worker-thr
enter 1 0 4000 0x10000 3 257 -100 0x5000 0x80000 /etc/hostname
task 1 1 4500 78 87 88 1 0 worker-thr
leave 1 1 5000 3 257 3 1000
enter 1 1 5500 0x10000 4 3 3 0 0
task 1 0 6000 79 99 99 1 1000 e\33[31m"; /usr/bin/evil;x
enter 1 0 7000 0x20000 5 3 3 0 0
leave 1 1 7100 4 3 0 1600
leave 1 0 7500 5 3 0 500
task 1 0 7600 77 87 87 1 0 renamed /usr/sbin/server
enter 1 0 7700 0x10000 6 231 0 0 0
lost 1 12 13
enter 1 0 8000 0x10000 7 3 3 0 0
leave 1 0 8500 7 3 0 500
task 1 1 8600 0 0 0 1 0 x
enter 1 1 8700 0x10000 8 3 3 0 0
leave 1 1 8800 8 3 0 100'

# outputs PROGRAM INPUT OPTIONS...: write all outputs, to $tmp/all
outputs() {
	local program=$1 input=$2 form

	shift 2
	set -- "$@" "$input"
	rm -rf "$tmp/all"
	mkdir "$tmp/all"
	"$program" --json "$@" >"$tmp/all/json"
	"$program" --whole -n -T "$@" >"$tmp/all/text"
	"$program" "$@" >"$tmp/all/lines"
	"$program" -c "$@" >"$tmp/all/summary" 2>"$tmp/all/summary.said"
	"$program" -w "$tmp/all/kept" "$@"
	[ "$input" = "$dev" ] && set -- "$dev"
	"$program" --json "${@:1:$#-1}" "$tmp/all/kept" >"$tmp/all/record"
	[ "$input" = "$dev" ] && set -- --until-gone "$dev"
	for form in csv folded sqlite perfetto ctf; do
		"$program" convert --to $form -o "$tmp/all/$form" "$@"
	done
} 2>/dev/null

# compare NAME PROGRAM INPUT OPTIONS...
compare() {
	local name=$1 form

	outputs "${@:2}"
	python3 "$here/sinks.py" "$tmp/all" >"$tmp/report" 2>&1 || echo "sinks.py failed" >>"$tmp/report"
	for form in "${forms[@]}"; do
		is "$name: $form" "" "$(grep -Ev "^($any): " "$tmp/report"
			grep "^$form: " "$tmp/report")"
	done
}

# Each output without its last call or loss, or cut in half, must be noticed.
control() {
	local form

	outputs "$vsysread" "$tmp/calls"
	for form in text lines csv folded record; do
		sed -i '$d' "$tmp/all/$form"
	done
	sed -i '/<lost 1 /d' "$tmp/all/summary.said"
	sqlite3 "$tmp/all/sqlite" 'DELETE FROM calls WHERE id = 3'
	for form in "$tmp/all/perfetto" "$tmp/all/ctf/vm_1_vcpu_1"; do
		truncate -s -100 "$form"
	done
	is "what one output leaves out is noticed" "${forms[*]}" \
		"$(python3 "$here/sinks.py" "$tmp/all" | sed 's/:.*//' | awk '!seen[$0]++' | xargs)"
}

"$mkraw" good >"$tmp/good" && "$mkcalls" <<<"$script" >"$tmp/calls" &&
	"$mkcalls" <<<"$threads" >"$tmp/threads" && "$mkmixed" >"$tmp/mixed" || exit 1
plan
compare "two machines" "$vsysread" "$tmp/good"
compare "odd calls" "$vsysread" "$tmp/calls"
compare "odd calls, raw" "$vsysread" "$tmp/calls" -v -X raw -s 4
compare "threads" "$vsysread" "$tmp/threads"
compare "several systems" "$own" "$tmp/mixed"
for os in linux_x86_64 windows_xpsp3_x86 windows_7_x64 windows_10_19041_x64; do
	"$mkprogram" $os >"$tmp/program"
	compare $os "$vsysread" "$tmp/program"
done
compare "two machines, some calls" "$vsysread" "$tmp/good" -e 'openat,close'
FAKEDEV=lost compare "the device" "$fake" "$dev" --until-gone
FAKEDEV=hole compare "the device, which loses" "$fake" "$dev" --until-gone
control
# A recording limited to so many calls gives the same in all outputs, too.
"$vsysread" --json --max-events 2 "$tmp/calls" 2>/dev/null >"$tmp/json"
"$vsysread" convert --to csv --max-events 2 "$tmp/calls" 2>/dev/null >"$tmp/csv"
is "--max-events: calls" 2 "$(grep -c '"type":"call"' "$tmp/json")"
is "JSON of threads has the members of the manual" 8 "$("$vsysread" --json "$tmp/threads" 2>/dev/null |
	grep '"type":"call"' | python3 "$here/schema.py" "$here/../../userspace/man/vsysread.1.in" 2>&1)"
# A thread that is told once is known in each part of a recording.
{
	echo 'task 1 0 1500 77 87 88 1 0 worker-thr'
	seq 60000 | awk '{ t = 2000 + 10 * $1; s = t * 7919 % 1000003
		print "enter 1 0", t, "0x10000", $1, 257, s, s * 31 % 65521, s * 17 % 9973, "/tmp/" s
		print "leave 1 0", t + 5, $1, 257, s % 4096, 5 }'
} | "$mkcalls" | "$vsysread" -w "$tmp/part" --max-size 1M --rotate 99 - 2>/dev/null
is "parts of a recording" yes "$(stat "$tmp/part.1" >/dev/null 2>&1 && echo yes)"
is "each part knows the thread" 60000 "$(for f in "$tmp"/part*; do "$vsysread" -q "$f"; done 2>/dev/null |
	grep -c '^\[vm 1 87/88 worker-thr\] openat')"
is "--max-events: of csv" 2 "$(tail -n +2 "$tmp/csv" | grep -vc '<lost>')"
end
