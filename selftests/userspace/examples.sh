#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The output of the watchers among the examples for the program of program.h.
# usage: examples.sh FOLDER MKPROGRAM
set -u

examples=$1
mkprogram=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=15

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

xp=windows_xpsp3_x86
seven=windows_7_x64
ten=windows_10_19041_x64
linux=linux_x86_64
lost="vm 7: 17 events were lost"

# watch NAME PROFILE ARGS...: print its lines without the machine's prefix
watch() {
	name=$1
	profile=$2
	shift 2
	"$examples/$name" "$@" "$tmp/$profile" 2>&1 | sed 's/^vm 7 0x12345000: //'
}

plan
for profile in $xp $seven $ten $linux; do
	"$mkprogram" "$profile" >"$tmp/$profile" || exit 1
done

file='0x7c \??\C:\secret.txt: read 21, written 5, 1 pending'
is "files on XP" "$lost
$file
0x90 \\??\\C:\\evil.exe: read 0, written 0, 0 pending" "$(watch files $xp)"
is "files on 7" "$lost
$file" "$(watch files $seven)"
is "files on 10" "$lost
$file" "$(watch files $ten)"
is "files on Linux" "0x3 /etc/secret.txt: read 16, written 5, 0 pending
$lost" "$(watch files $linux)"

is "processes on XP" 'creates process 0x98, image \??\C:\evil.exe
process 0x98 is 4711
ends process 0x98, image \??\C:\evil.exe, status 0x1
ends, status 0xc0000005
'"$lost" "$(watch processes $xp)"
ends='creates process 0x98, image \??\C:\evil.exe
ends process 0x98, image \??\C:\evil.exe, status 0x1
ends, status 0xc0000005
'"$lost"
is "processes on 7" "$ends" "$(watch processes $seven)"
is "processes on 10" "$ends" "$(watch processes $ten)"
is "processes on Linux" "creates process 4712
becomes /bin/evil
ends, status 3
$lost" "$(watch processes $linux)"

keys='opens \Registry\Machine\Software
creates \Registry\Machine\Software\Run
sets \Registry\Machine\Software\Run (type 1, 10 bytes), value "evil"
deletes from \Registry\Machine\Software\Run, value "good"
reads \Registry\Machine\Software\Run, value "good": failed, 0xc0000034
'"$lost"
for profile in $xp $seven $ten; do
	is "registry of $profile" "$keys" "$(watch registry "$profile")"
done

bytes='0x5000+10 <- \??\C:\secret.txt@0
0x5000+4 <- \??\C:\secret.txt@100
0x5000+7 <- \??\C:\secret.txt@100
'"$lost"
is "taint on XP" "$bytes" "$(watch taint $xp '*\secret.txt')"
is "taint of a file that nobody reads" "$lost" "$(watch taint $ten '*\other.txt')"
is "taint on Linux" "0x5000+10 <- /etc/secret.txt@0
0x5000+4 <- /etc/secret.txt@100
0x5000+2 <- /etc/secret.txt@10
$lost" "$(watch taint $linux '/etc/*')"

"$examples/files" /nonexistent 2>"$tmp/err"
is "no source" "1 /nonexistent: No such file or directory" "$? $(cat "$tmp/err")"
end
