#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread convert --to drakvuf and ecs: lines for programs that read others' formats.
# usage: lines.sh VSYSREAD MKCALLS MKPROGRAM MKEACH
set -u

vsysread=$1
mkcalls=$2
mkprogram=$3
mkeach=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=16

# shellcheck source=ktap.sh
. "$here/ktap.sh"

script='name 1 first
clock 500 1000000000000000500
task 1 0 900 77 87 88 1 1000 wor"ker\33 /usr/sbin/server
enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/"hostname
leave 1 0 3000 1 257 3 2000
enter 1 0 8000 0x10000 4 0 3 0x6000 10
leave 1 0 8500 4 0 -13 500
unpaired 1 0 9000 5
lost 1 6 10'

# valid FORM: the lines in $tmp/out are as its schema says
valid() {
	python3 "$here/lines.py" "$here/$1.schema.json" <"$tmp/out" 2>&1
}

# member NAMES [SELECT]: values of these members, by line
member() {
	jq -r "select(${2:-true}) | [$1] | join(\" \")" "$tmp/out"
}

drakvuf() {
	run convert --to drakvuf "$tmp/calls"
	is "drakvuf: two calls, a file's open and read, a loss" "7 lines" "$(valid drakvuf)"
	is "drakvuf: what it tells" 'syscall 1000000000.000001 88 /usr/sbin/server openat x64 257 /etc/\"hostname
sysret 1000000000.000003 88 /usr/sbin/server openat x64 257 
filetracer 1000000000.000001 88 /usr/sbin/server openat  openat 
syscall 1000000000.000008 88 /usr/sbin/server read x64 0 
sysret 1000000000.000008 88 /usr/sbin/server read x64 0 
filetracer 1000000000.000008 88 /usr/sbin/server read  read ' \
		"$(member '.Plugin, .TimeStamp, .TID, .ProcessName, .Method, .Module, .Syscall, .pathname // .filename' '.Plugin != "vsyscalls"' |
			sed '3s/ [^ ]*$/ /')"
	is "drakvuf: a descriptor is its file" '/etc/\"hostname' "$(member .fd '.Plugin == "syscall" and .Method == "read"')"
	is "drakvuf: an error" "0xfffffffffffffff3 EACCES" "$(member '.Ret, .Info' '.Info != null and .Info != ""')"
	sed 's/^task.*/task 1 0 900 0 0 0 0 0 x/' <<<"$script" | "$mkcalls" >"$tmp/nobody"
	run convert --to drakvuf "$tmp/nobody"
	is "drakvuf: callers that nobody knows" "0 7 lines" "$status $(valid drakvuf)"
	run convert --to drakvuf "$tmp/windows"
	is "drakvuf: Windows" "$(wc -l <"$tmp/out") lines" "$(valid drakvuf)"
	is "drakvuf: a key below another" '\Registry\Machine\Software\Run' "$(member .ObjectAttributes '.Method == "NtCreateKey"' | grep .)"
	is "drakvuf: files" 'NtCreateFile \??\C:\secret.txt GENERIC_READ|SYNCHRONIZE 0x0' \
		"$(member '.Method, .FileName, .DesiredAccess, .Status' '.Plugin == "filetracer"' | head -n 1)"
	run convert --to drakvuf "$tmp/each"
	is "drakvuf: each prototype" "$(wc -l <"$tmp/out") lines" "$(valid drakvuf)"
}

ecs() {
	run convert --to ecs "$tmp/calls"
	is "ecs: two calls, a return, a loss" "4 lines" "$(valid ecs)"
	is "ecs: what it tells" '2001-09-09T01:46:40.000001000Z first 87 88 1 1000 file openat success 2000 /etc/\"hostname 
2001-09-09T01:46:40.000008000Z first 87 88 1 1000 file read failure 500 /etc/\"hostname EACCES
2001-09-09T01:46:40.000009000Z first 87 88 1 1000 process call that was not seen unknown   ' \
		"$(member '."@timestamp", .host.name, .process.pid, .process.thread.id, .process.parent.pid, .user.id, .event.category[0], .event.action, .event.outcome, .event.duration, .file.path, .error.code' '.process')"
	run convert --to ecs "$tmp/windows"
	is "ecs: Windows" "$(wc -l <"$tmp/out") lines" "$(valid ecs)"
	is "ecs: a key" '\Registry\Machine\Software\Run' "$(member .registry.path '.event.action == "NtSetValueKey"' | head -n 1)"
	run convert --to ecs "$tmp/each"
	is "ecs: each prototype" "$(wc -l <"$tmp/out") lines" "$(valid ecs)"
}

# What the schemas do not allow is noticed.
controls() {
	run convert --to drakvuf "$tmp/calls"
	sed -i 's/"PID":87/"PID":"87"/' "$tmp/out"
	is "a text for a number is noticed" 0 "$(valid drakvuf | grep -c lines)"
	run convert --to ecs "$tmp/calls"
	sed -i 's/"path":/"pathe":/' "$tmp/out"
	is "an unknown field is noticed" 0 "$(valid ecs | grep -c lines)"
}

"$mkcalls" <<<"$script" >"$tmp/calls" && "$mkprogram" windows_10_19041_x64 >"$tmp/windows" &&
	"$mkeach" >"$tmp/each" || exit 1
plan
drakvuf
ecs
controls
end
