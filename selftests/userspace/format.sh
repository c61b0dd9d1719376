#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# docs/format.md against the headers, and docs/vsyscalls.pk against a stream.
# usage: format.sh VSYSREAD MKRAW
set -u

vsysread=$1
mkraw=$2
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=7

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# agrees PAGE: does the page say what the headers do?
agrees() {
	python3 "$here/format.py" "$1" "$top/userspace/include/vsyscalls/stream.h" \
		"$top/userspace/include/vsyscalls/notes.h" "$top/uapi/linux/vsyscalls_records.h" \
		"$top/uapi/linux/vsyscalls_captures.h" \
		"$top/uapi/linux/vsyscalls_task.h" >"$tmp/format.c" &&
		gcc -fsyntax-only -I"$top/uapi" -I"$top/userspace/include" -I"$top/userspace/lib/generated" \
			"$tmp/format.c"
} 2>"$tmp/said"

page() {
	agrees "$top/docs/format.md"
	is "the page agrees with the headers" "0 " "$? $(head -n 3 "$tmp/said")"
	is "it has all structures and numbers" 1 $(($(grep -c sizeof "$tmp/format.c") > 150))
	sed '0,/^| 16 | 8 | time/s/^| 16 |/| 24 |/' "$top/docs/format.md" >"$tmp/page"
	agrees "$tmp/page"
	is "another offset is noticed" 1 $?
	sed '/^| [0-9]* | 8 | latency/d' "$top/docs/format.md" >"$tmp/page"
	agrees "$tmp/page"
	is "a missing member is noticed" 1 $?
}

# poked STATEMENTS: what they print, r being each record in turn
poked() {
	cat >"$tmp/commands" <<-END
		var f = open ("$tmp/stream", IOS_F_READ);
		var s = Vsys_Stream @ f : 0#B;
		var n = 0;
		for (r in s.records) { $1 }
		printf "%i32d\n", n;
	END
	poke -q -l "$top/docs/vsyscalls.pk" -s "$tmp/commands" 2>&1 </dev/null
}

pickle() {
	"$mkraw" good >"$tmp/stream"
	run --json "$tmp/stream"
	is "GNU poke reads entries" "$(grep -c '"entry":"seen"' "$tmp/out")" \
		"$(poked 'if (r.entry ?! E_elem) n++;')"
	is "and returns" "$(grep -c '"return":"seen"' "$tmp/out")" "$(poked 'if (r.back ?! E_elem) n++;')"
	is "and the first byte of a path" "$(printf '%d' "'/")" \
		"$(poked 'if ((r.entry ?! E_elem) && r.entry.ncaptures > 0 && n == 0) n = r.entry.captures[0].data[0] as int<32>;')"
}

plan
page
pickle
end
