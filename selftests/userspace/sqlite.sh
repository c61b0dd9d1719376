#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread convert --to sqlite: the queries of the manual, and hostile names.
# usage: sqlite.sh VSYSREAD MKCALLS MKPROGRAM
set -u

vsysread=$1
mkcalls=$2
mkprogram=$3
here=$(cd "$(dirname "$0")" && pwd)
man=$here/../../userspace/man/vsysread.1.in
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=23

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# A server reads a file; another program fails to, and writes to a socket.  Then there is a loss.
script='name 1 first
clock 500 1000000000000000500
task 1 0 900 77 87 87 1 0 server /usr/sbin/server
enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/hostname
leave 1 0 3000 1 257 3 2000
enter 1 0 4000 0x10000 2 0 3 0x6000 10
leave 1 0 5000 2 0 6 1000 abcdef
enter 1 0 6000 0x10000 3 0 3 0x6000 10
leave 1 0 6900 3 0 2 900 gh
task 1 0 7000 78 99 99 87 1000 e\33[31m'"'"';-- /usr/bin/evil
enter 1 0 8000 0x20000 4 257 -100 0x5000 0 /etc/shadow
leave 1 0 8500 4 257 -13 500
enter 1 0 9000 0x20000 5 41 2 1 0
leave 1 0 9050 5 41 3 50
enter 1 0 2000002000 0x20000 6 1 3 0x6000 4
leave 1 0 2000002300 6 1 4 300
enter 1 0 2000003000 0x20000 7 1 9 0x6000 4
leave 1 0 2000003100 7 1 -9 100
lost 1 16 20'

# query N: the N-th of the manual, as a reader of it sees it
query() {
	awk -v want="$1" '
		/^\.\\" query/ { n++ }
		/^\.fi/ && on { exit }
		on
		/^\.nf/ && n == want { on = 1 }' "$man" | sed "s/\\\\(aq/'/g; s/\\\\-/-/g"
}

# asks N NAME WANT
asks() {
	is "$2" "$3" "$(query "$1" | sqlite3 "$tmp/db" 2>&1)"
}

sql() {
	sqlite3 "$tmp/db" "$1" 2>&1
}

questions() {
	run convert --to sqlite -o "$tmp/db" "$tmp/calls"
	is "it is written" "0 vsysread: 16 events, 5 lost, 1 ring, 7 calls" "$status $err"
	is "the manual has ten queries" 10 "$(grep -c '^\.\\" query' "$man")"
	asks 1 "calls by time" "openat|2|2
read|2|1
socket|1|0
write|2|0"
	asks 2 "errors" "openat|EACCES|1
write|EBADF|1"
	asks 3 "the slowest calls" '2000|server|openat(AT_FDCWD, "/etc/hostname", O_RDONLY|O_CLOEXEC)
1000|server|read(3, "abcdef", 10)
900|server|read(3, "gh", 10)'
	asks 4 "what each program touched" "e\\33[31m';--|file|/etc/shadow|1
e\\33[31m';--|socket|TCP|1
server|file|/etc/hostname|3"
	asks 5 "who named a file" "99|/usr/bin/evil|openat|EACCES"
	asks 6 "bytes by file" "/etc/hostname|8|
TCP||4"
	asks 7 "processes" "1|1|87|/usr/sbin/server
1|87|99|/usr/bin/evil"
	asks 8 "calls by second" "0|5|1
2|2|1"
	asks 9 "the time of day" "2001-09-09 01:46:40|openat|EACCES
2001-09-09 01:46:42|write|EBADF"
	asks 10 "losses" "1|first|5"
}

# All that only indexes make fast has one.
indexes() {
	is "queries by name, caller and object use indexes" 3 "$(sql "
		EXPLAIN QUERY PLAN SELECT * FROM calls WHERE name = 'read' AND error = 'EBADF';
		EXPLAIN QUERY PLAN SELECT * FROM calls WHERE task = 1 AND time > 5000;
		EXPLAIN QUERY PLAN SELECT * FROM args WHERE file = 1" | grep -c 'USING.*INDEX [act]')"
}

windows() {
	"$mkprogram" windows_10_19041_x64 >"$tmp/windows"
	run convert --to sqlite -o "$tmp/db" "$tmp/windows"
	is "keys of Windows, below their root" 'file|\??\C:\secret.txt
key|\Registry\Machine\Software
key|\Registry\Machine\Software\Run
other|process of \??\C:\evil.exe' "$(sql 'SELECT kind, name FROM files')"
	is "and the database is a new one" 0 "$(sql "SELECT count(*) FROM calls WHERE name = 'read'")"
}

# The output is the file of that name.
names() {
	local name program said=

	program=$(realpath "$vsysread")
	for name in :memory: file:x 'file:y?mode=ro'; do
		(cd "$tmp" && "$program" convert --to sqlite -q -o "$name" calls) 2>"$tmp/err" || said+=" failed"
		[ ! -s "$tmp/$name" ] || said+=" $name"
	done
	is "names that SQLite knows" " :memory: file:x file:y?mode=ro" "$said"
}

# has_it VARIABLE...: after make with these, does sink.c know the database?
has_it() {
	make -s -C "$here/../../userspace" O="$tmp/build" STATIC= "$@" "$tmp/build/tool/sink.o" >&2
	nm "$tmp/build/tool/sink.o" | grep -c sink_sqlite
}

# The library was installed after the first build, and removed after the second.
builds() {
	is "a build notices the library" "0 1 0" "$(has_it found=) $(has_it) $(has_it found=)"
}

refusals() {
	run convert --to sqlite "$tmp/calls"
	is "no name" "2 vsysread: --to sqlite: no output is given; use -o" "$status $(head -n 1 "$tmp/err")"
	run convert --to sqlite -o '|cat' "$tmp/calls"
	is "a command" "2 vsysread: --to sqlite: -o |cat is no name" "$status $(head -n 1 "$tmp/err")"
	run convert --to sqlite -A -o "$tmp/db" "$tmp/calls"
	is "-A" "2 vsysread: -A: nothing can be added to sqlite" "$status $(head -n 1 "$tmp/err")"
	run report -A -o "$tmp/db" "$tmp/calls"
	is "-A of a report" "2 vsysread: -A: nothing can be added to a report" "$status $(head -n 1 "$tmp/err")"
	run convert --to sqlite -o "$tmp" "$tmp/calls"
	is "a folder" "1 vsysread: $tmp: Is a directory" "$status $(head -n 1 "$tmp/err")"
	run convert --to sqlite -o /dev/full "$tmp/calls"
	is "a full disk" 1 "$status"
}

"$mkcalls" <<<"$script" >"$tmp/calls" || exit 1
plan
questions
indexes
windows
names
builds
refusals
end
