#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# vsysread on a stream of several profiles and ABIs.
# usage: profiles.sh VSYSREAD MKMIXED
# VSYSREAD has the tables of tooltables.c.
set -u

vsysread=$1
mkmixed=$2
here=$(dirname "$0")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=35

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

link='NtQuerySymbolicLinkObject(LinkHandle=0x44, LinkTarget='
odd='"\<U+0022><U+000A><U+D800>😀ä"'
moved='[vm 1 vcpu 0] --- entry register LSTAR: 0x1 => 0xffffffff81000000 ---'
text="$moved
[vm 1 vcpu 0] read(3, NULL, 1) = 0
[vm 1 vcpu 0] read(3, NULL, 1) = -1 ENOENT (No such file or directory)
[vm 1 vcpu 0] read(3, NULL, 1) = 1
[vm 1 vcpu 0] syscall_0x1(0x3, 0x0) = 2
[vm 1 vcpu 0] syscall_0x1(0x3, 0x0) = 0
[vm 2 vcpu 0] $link$odd) = 0x80000005 STATUS_BUFFER_OVERFLOW
[vm 3 vcpu 0] $link?) = 0xc0000005 STATUS_ACCESS_VIOLATION
[vm 4 vcpu 0] syscall_0x1(0x44, 0x5000) = 0xc0000005"
door="vsysread: calls by sysenter are not seen: this CPU has no way to trap the door"

lines() {
	printf '%s\n' "$out" | grep -c .
}

text() {
	run "$tmp/mixed"
	is "each profile and ABI" "$text" "$out"
	is "a door that cannot be trapped, said once" "$door" "$(printf '%s\n' "$err" | grep door)"
	is "and what was read" "0 vsysread: 19 events, 0 lost, 4 rings, 8 calls" \
		"$status $(printf '%s\n' "$err" | tail -n 1)"
	run -q "$tmp/mixed"
	is "-q: no entry register" "$(printf '%s\n' "$text" | tail -n +2)" "$out"
	run -v "$tmp/mixed"
	is "-v: the door in its place, of each vCPU" 2 "$(printf '%s\n' "$out" |
		grep -c '^\[vm 1 vcpu 0\] --- not traced: .* door sysenter ---$')"
}

selection() {
	run -e read "$tmp/mixed"
	is "-e NAME: each ABI's own number" 4 "$(lines)"
	run -e '!read' "$tmp/mixed"
	is "-e !NAME: all but those" 6 "$(lines)"
	run -e NtQuerySymbolicLinkObject,read "$tmp/mixed"
	is "-e of two systems" 6 "$(lines)"
	run -e 1 "$tmp/mixed"
	is "-e NUMBER: in each ABI" 4 "$(lines)"
	run -e raed "$tmp/mixed"
	is "-e of no profile's call" \
		"2 vsysread: -e raed: no such system call in any of 3 profiles; do you mean read?" \
		"$status $err"
	run -P linux_x86_64 -e NtClose "$tmp/mixed"
	is "-e of another profile than -P" \
		"2 vsysread: -e NtClose: no such system call in profile linux_x86_64" \
		"$status $(printf '%s\n' "$err" | sed 's/; do you mean.*//')"
	run -P windows_test_x86 "$tmp/mixed"
	is "-P" "$(printf '%s\n' "$text" | grep 'vm 3')" "$out"
	run -P windows_test_x8 "$tmp/mixed"
	is "-P of no profile" \
		"2 vsysread: $tmp/mixed: no profile windows_test_x8 was recorded; there are windows_test_x86" \
		"$status $err"
	run -p 1:linux_x86_64 -p 2 -p 3:linux_x86_64 "$tmp/mixed"
	is "-p PID:PROFILE" "$(printf '%s\n' "$text" | grep -v 'vm [34]')" "$out"
	run -p 3:linux_x86_64 "$tmp/mixed"
	is "no door of another machine" "" "$(printf '%s\n' "$err" | grep door)"
	run --doors syscall "$tmp/mixed"
	is "--doors is for the device" "2 vsysread: --doors needs the device, but $tmp/mixed is a recorded stream" \
		"$status $err"
}

command_line() {
	run -p 7:
	is "-p PID: without a profile" 2 "$status"
	run -p 7:0123456789012345678901234567890123
	is "-p with a name that is too long" 2 "$status"
	run --doors syscall,int3
	is "--doors of no door" "2 vsysread: --doors int3: not syscall, sysenter, int80 or int2a to int2e" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
	run --doors ,
	is "--doors of nothing" 2 "$status"
	run --profiles "$tmp/none"
	is "--profiles" "0 linux_x86_64             linux    x86_64      14 calls
other_x86_64             linux    x86_64       2 calls
windows_test_x64         windows  x86_64      11 calls
windows_test_x86         windows  x86         11 calls" "$status $out"
}

summary() {
	run -c "$tmp/mixed"
	is "-c: profile and ABI" "$(printf '%s\n' \
		"NtQuerySymbolicLinkObject (windows_test_x64 windows_x64)" \
		"NtQuerySymbolicLinkObject (windows_test_x86 windows_x86) 1" \
		"read (linux_x86_64 linux_i386) 1" \
		"read (linux_x86_64 linux_x32)" \
		"read (linux_x86_64 linux_x86_64)" \
		"syscall_0x1 (linux_x86_64 linux_i386)" \
		"syscall_0x1 (linux_x86_64 linux_x86_64)" \
		"syscall_0x1 (unknown windows_x86)" | sort)" \
		"$(printf '%s\n' "$out" | awk '/_/ {
			errors = $5 ~ /^[0-9]+$/ ? " " $5 : ""
			sub(/^ *([0-9.]+ +)+/, "")
			print $0 errors
		}' | sort)"
	run -c -p 1 "$tmp/mixed"
	is "-c: the ABI alone" "read (linux_i386)
read (linux_x32)
read (linux_x86_64)
syscall_0x1 (linux_i386)
syscall_0x1 (linux_x86_64)" "$(printf '%s\n' "$out" | sed -n 's/.* \([a-z].*_.*\)/\1/p' | sort)"
	run -c -p 2 "$tmp/mixed"
	is "-c: neither" "NtQuerySymbolicLinkObject" \
		"$(printf '%s\n' "$out" | sed -n 's/.* \(Nt.*\)/\1/p')"
}

# Read values of the JSON lines with an independent parser.
json() {
	if ! command -v python3 >/dev/null || ! python3 -c 'import json' 2>/dev/null; then
		for what in door register abi value string unread; do
			result ok "--json: $what # SKIP no python3"
		done
		return
	fi
	run --json "$tmp/mixed"
	python3 - "$tmp/out" >"$tmp/json" <<'END'
import json, sys
for line in open(sys.argv[1]):
    o = json.loads(line)
    if o["type"] == "refused":
        print("refused", o["reason"], o["door"])
    elif o["type"] == "entry_register":
        print("register", o["register"], o["name"], o["was"], o["value"])
    else:
        print("call", o["profile"], o["abi"], o["door"], o["name"], o.get("error"))
        for a in o["args"]:
            if "string" in a:
                print("string", " ".join("%x" % ord(c) for c in a["string"]))
                print("text", " ".join("%x" % ord(c) for c in a["text"]))
            if a["value"] is None:
                print("unread", a["name"], a["text"])
END
	is "--json: doors" "refused 5 sysenter
refused 5 sysenter" "$(grep refused "$tmp/json")"
	is "--json: entry register" "register 3221225602 LSTAR 0x1 0xffffffff81000000" \
		"$(grep register "$tmp/json")"
	is "--json: ABI, door, error" "call linux_x86_64 linux_x86_64 syscall read None
call linux_x86_64 linux_i386 int80 read ENOENT
call linux_x86_64 linux_x32 syscall read None
call linux_x86_64 linux_i386 int80 syscall_0x1 None
call linux_x86_64 linux_x86_64 syscall syscall_0x1 None
call windows_test_x64 windows_x64 syscall NtQuerySymbolicLinkObject None
call windows_test_x86 windows_x86 int2e NtQuerySymbolicLinkObject STATUS_ACCESS_VIOLATION
call alien windows_x86 sysenter syscall_0x1 None" "$(grep ^call "$tmp/json")"
	is "--json: a string, unit by unit" "string 5c 22 a d800 1f600 e4" \
		"$(grep ^string "$tmp/json")"
	is "--json: its text, character by character" \
		"text 22 5c$(printf '<U+0022><U+000A><U+D800>' | od -An -tx1 -v | tr -d '\n') 1f600 e4 22" \
		"$(grep ^text "$tmp/json")"
	is "--json: an argument that was not read" "unread LinkTarget ?" \
		"$(grep ^unread "$tmp/json")"
}

"$mkmixed" >"$tmp/mixed" || exit 1
# Debian's module, whatever python3 is.
validate() {
	/usr/bin/python3 -c '
import json, sys, jsonschema

lines = [json.loads(line) for line in sys.stdin]
schema = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
schema.check_schema(schema.schema)
for line in lines:
    schema.validate(line)
print(len(lines))' "$here/../../userspace/vsysread.schema.json"
}

schema() {
	"$vsysread" --json "$tmp/mixed" 2>/dev/null |
		python3 "$(dirname "$0")/schema.py" "$(dirname "$0")/../../userspace/man/vsysread.1.in" >"$tmp/out" 2>&1
	is "--json: objects as the manual has them" 11 "$(cat "$tmp/out")"
	is "the schema file is the manual's" "" "$(python3 "$here/schema.py" --schema \
		"$here/../../userspace/man/vsysread.1.in" | diff - "$here/../../userspace/vsysread.schema.json")"
	base64 -d <"$here/fixtures/abi2.base64" >"$tmp/kinds"
	is "--json: objects as the schema file has them" 37 "$(for f in mixed kinds; do
		"$vsysread" --json "$tmp/$f" 2>/dev/null
	done | validate 2>&1 | tail -n 1)"
	is "io_urings, too" 2 "$("$(dirname "$vsysread")/test_uring" lines | validate 2>&1 | tail -n 1)"
	is "which refuses others" 1 "$("$vsysread" --json "$tmp/mixed" 2>/dev/null |
		sed 's/"vcpu"/"cpu"/' | validate 2>&1 | grep -c ValidationError)"
}

plan
text
selection
command_line
summary
json
schema
end
