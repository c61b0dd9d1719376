#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# --dump-files: what calls read and write, in files of a folder.
# usage: files.sh VSYSREAD MKCALLS
set -u
shopt -s lastpipe

vsysread=$1
mkcalls=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=23

# shellcheck source=ktap.sh
. "$here/ktap.sh"

call=0
# done_call VM NR ARG1 ARG2 ARG3 STRING RESULT [BYTES]: a call of thread 87, "-" is no STRING
done_call() {
	call=$((call + 1))
	echo "enter $1 0 $((call * 10)) 0x10000 $call $2 $3 $4 $5 ${6#-}"
	echo "leave $1 0 $((call * 10 + 5)) $call $2 $7 1 ${8:-}"
}

openat=257 read=0 write=1 lseek=8
# opened VM PATH FD [FLAGS]
opened() {
	done_call "$1" $openat -100 0x5000 "${4:-66}" "$2" "$3"
}

# dump NAME OPTIONS...: of the calls on standard input, into the folder $tmp/NAME
dump() {
	"$mkcalls" >"$tmp/calls"
	run -q --dump-files="$tmp/$1" "${@:2}" "$tmp/calls"
}

index() {
	tr '\t' ' ' <"$tmp/$1/index"
}

plan

{
	opened 1 /etc/hostname 3
	done_call 1 $read 3 0x6000 64 - 6 'guest\012'
	done_call 1 $read 3 0x6000 64 - 3 abc
	opened 1 /tmp/out 4
	done_call 1 $write 4 0x6000 5 hello 5
	done_call 1 $write 4 0x6000 5 world 5
	done_call 1 $lseek 4 1 0 - 1
	done_call 1 $write 4 0x6000 3 ELL 3
	done_call 1 $write 4 0x6000 3 bad -28
	opened 2 /tmp/out 3
	done_call 2 $write 3 0x6000 5 other 5
} | dump plain
is "a file that was read, piece by piece" $'guest\nabc' "$(cat "$tmp/plain/1,etc,hostname")"
is "one that was written, and then at another place" hELLoworld "$(cat "$tmp/plain/1,tmp,out")"
is "another machine's" other "$(cat "$tmp/plain/2,tmp,out")"
is "the index" "file 1,etc,hostname 1 /etc/hostname
file 1,tmp,out 1 /tmp/out
file 2,tmp,out 2 /tmp/out" "$(index plain)"

# What was not copied: the call wrote 100 bytes.
{
	opened 1 /a 3
	done_call 1 $write 3 0x6000 100 hello 100
	done_call 1 $write 3 0x6000 3 end 3
	opened 1 /log 4 1025	# O_WRONLY|O_APPEND
	done_call 1 $write 4 0x6000 4 one. 4
	done_call 1 $write 4 0x6000 4 two. 4
} | dump holes
is "a hole has its size" "103 hello end" \
	"$(stat -c %s "$tmp/holes/1,a") $(head -c 5 "$tmp/holes/1,a") $(tail -c 3 "$tmp/holes/1,a")"
is "and is in the index" "hole 1,a 5 95" "$(index holes | grep hole)"
is "what is appended has no place" "one.two." "$(cat "$tmp/holes/1,log%+")"

# A capture of which the end comes in a record of its own; a filter keeps it with its call.
{
	opened 1 /long 3
	echo "more 1 0 900 90 $write 8 more"
	echo "enter 1 0 901 0x10000 90 $write 3 0x6000 12 begin..."
	echo "leave 1 0 905 90 $write 12 1"
	echo "more 1 0 910 91 $read 8 none"
	echo "enter 1 0 911 0x10000 91 $read 3 0x6000 1"
} >"$tmp/split"
dump whole <"$tmp/split"
is "a capture that is split" begin...more "$(cat "$tmp/whole/1,long")"
run --whole -e write "$tmp/calls"
is "and in a line" 'write(3, "begin...more", 12) = 12' "${out#*] }"
{
	echo "more 1 0 900 90 $write 248 $(printf 'y%.0s' {1..200})"
	echo "enter 1 0 901 0x10000 90 $write 3 0x6000 448 $(printf 'x%.0s' {1..248})"
} | "$mkcalls" >"$tmp/wide"
run --whole -e write --dump-files="$tmp/line" "$tmp/wide"
is "a line is as short as without it" '"xxxyyyyyyyy"...' "$(sed 's/.*write(3, "x*xxx/"xxx/; s/,.*//' <<<"$out")"
run -q -w "$tmp/copy" -e write,openat "$tmp/calls"
run -q --dump-files="$tmp/copied" "$tmp/copy"
is "and of a copy" begin...more "$(cat "$tmp/copied/1,long")"
run "$tmp/copy"
is "which has nothing of other calls" "5 events" "$(grep -o '[0-9]* events' "$tmp/err")"

# Paths are the guest's.
{
	opened 1 /../../../../../escape 3
	done_call 1 $write 3 0x6000 1 x 1
	opened 1 /..,index 3
	done_call 1 $write 3 0x6000 1 y 1
	opened 1 "/$(printf 'n%.0s' {1..250})" 3
	done_call 1 $write 3 0x6000 1 z 1
	opened 1 "/$(printf 'n%.0s' {1..249})m" 3
	done_call 1 $write 3 0x6000 1 Z 1
} | dump hostile
is "no path leads out of the folder" "1,..%2Cindex
1,..,..,..,..,..,escape
index" "$(cd "$tmp/hostile" && LC_ALL=C ls -A | grep -v nnn)"
is "nor did one" "" "$(find "$tmp" / -maxdepth 1 -name '*escape*')"
is "long names do not meet" "Z z" \
	"$(cd "$tmp/hostile" && cat ./*nnn* | fold -w 1 | LC_ALL=C sort | xargs)"

{
	opened 1 '/a\012file\0111,etc,passwd\0111\011/etc/passwd' 3
	done_call 1 $write 3 0x6000 1 x 1
} | dump forged
is "no path makes a line of the index" "1 0" \
	"$(wc -l <"$tmp/forged/index") $(grep -c "^file	1,etc" "$tmp/forged/index")"

mkdir "$tmp/taken" && ln -s "$tmp/victim" "$tmp/taken/1,a"
{
	opened 1 /a 3
	done_call 1 $write 3 0x6000 5 hello 5
} | dump taken
is "no link is followed" "1 no" "$status $([ -e "$tmp/victim" ] && cat "$tmp/victim" || echo no)"
is "the error is told" "vsysread: --dump-files $tmp/taken: File exists" "$err"
run -q --dump-files="$tmp/taken" "$tmp/calls"
is "nor is a trace mixed with another" \
	"2 vsysread: --dump-files $tmp/taken: it has files of another trace" \
	"$status $(head -n 1 "$tmp/err")"

# A limit holds for files, bytes and holes, whatever the guest does.
for n in $(seq 1 40); do
	opened 1 "/f$n" 3
	done_call 1 $lseek 3 $((n * 10000000)) 0 - $((n * 10000000))
	done_call 1 $write 3 0x6000 5 hello 5
done | dump limited:64K
is "files end at the limit" "yes full 65536" \
	"$(n=$(find "$tmp/limited" -name '1,*' | wc -l); [ "$n" -gt 2 ] && [ "$n" -lt 17 ] && echo yes) $(index limited | tail -n 1)"
is "the trace goes on" "0 40" "$status $(grep -c '^\[.*write' "$tmp/out")"
{
	opened 1 /a 3
	done_call 1 $lseek 3 0x7fffffffffffffff 0 - 0x7fffffffffffffff
	done_call 1 $write 3 0x6000 5 hello 5
} | dump far
is "a place that no file has here" "hole 1,a 9223372036854775807 5" "$(index far | tail -n 1)"
run --dump-files="$tmp/both" -w "$tmp/recorded" "$tmp/calls"
is "-w does not decode" "2 vsysread: --dump-files cannot be combined with -w" "$status $(head -n 1 "$tmp/err")"

end
