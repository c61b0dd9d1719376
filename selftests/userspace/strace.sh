#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# For people who come from strace: sets of calls are strace's, options are known.
# usage: strace.sh VSYSREAD MKEACH MKMANY MKCALLS
set -u

vsysread=$1
mkeach=$2
mkcalls=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=45

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# Make each call that strace of 2022 knows; a seccomp filter answers all of them.
program() {
	cat >"$tmp/all.c" <<'END'
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

static long call(long n, long a, long b, long c)
{
	register long r10 __asm__("r10") = 0, r8 __asm__("r8") = 0, r9 __asm__("r9") = 0;
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10),
			 "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return ret;
}

void _start(void)
{
	struct sock_filter f = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 38);
	struct sock_fprog p = { 1, &f };
	long n;

	if (call(157, PR_SET_NO_NEW_PRIVS, 1, 0) ||
	    call(157, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&p))
		__builtin_trap();
	for (n = 0; n < 335; n++)
		call(n, 0, 0, 0);
	__builtin_trap();
}
END
	gcc -O1 -fno-stack-protector -nostdlib -static -o "$tmp/all" "$tmp/all.c"
}

# Names of our calls of a set, of the numbers that the program makes.
ours() {
	"$vsysread" --json -e "$1" "$tmp/each" 2>/dev/null | awk -F'"' '/"profile":"linux_x86_64"/ {
		match($0, /"abi":"linux_x86_64".*"nr":[0-9]+/)
		found = RSTART
		nr = substr($0, RSTART, RLENGTH)
		sub(/.*:/, "", nr)
		name = $0
		sub(/.*"nr":[0-9]+,"name":"/, "", name)
		sub(/".*/, "", name)
		if (found && nr + 0 < 335 && /"entry":"seen"/) print name }' | sort -u
}

sets() {
	local set

	program || exit 1
	"$mkeach" linux_x86_64 >"$tmp/each"
	for set in desc stat clock creds network; do
		(strace -o "$tmp/log" -e "trace=%$set" "$tmp/all") >/dev/null 2>&1
		sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' "$tmp/log" | grep -v syscall_0x | sort -u >"$tmp/theirs"
		is "%$set" "$(cat "$tmp/theirs")" "$(ours "%$set")"
	done
}

# Options that mean the same, and those that do not exist: each says what to use.
options() {
	local option

	run "$tmp/few"
	cp "$tmp/out" "$tmp/whole"
	for option in -f '-e abbrev=all' '-e signal=none' '-e verbose=all' '-e raw=none'; do
		# shellcheck disable=SC2086 # two words
		run $option "$tmp/few"
		is "$option" "0 " "$status $(cmp "$tmp/out" "$tmp/whole" 2>&1)"
	done
	run -e raw=all "$tmp/few"
	is "-e raw=all is -X raw" "0 $("$vsysread" -X raw "$tmp/few" 2>/dev/null | md5sum)" \
		"$status $(md5sum <"$tmp/out")"
	for option in '-b execve' '-U calls' --trace-path=/etc --syscall-times '-e raw=open' \
		'-e trace-fd=3' --trace-fds=3; do
		# shellcheck disable=SC2086 # two words
		run $option "$tmp/few"
		is "$option" "2 1" "$status $(grep -cE 'use|names|stacks|only' <"$tmp/err")"
	done
	for option in -1 0x 99999999999999999999; do
		run -e "read=$option" "$tmp/few"
		is "-e read=$option" "2 vsysread: -e read=$option: not a number, all or none" \
			"$status $(head -n 1 "$tmp/err")"
	done
	run -s 65537 "$tmp/few"
	is "-s 65537" "2 1" "$status $(grep -c 'the most that the module copies' "$tmp/err")"
	run -N -e read "$tmp/few"
	is "-N" "$("$vsysread" -e read "$tmp/few" 2>/dev/null | head -n 1 |
		sed 's/read(\([^,]*\), \([^,]*\), /read(fd=\1, buf=\2, count=/')" "$(head -n 1 <<<"$out")"
	run -e fault=read:what=1 "$tmp/few"
	is "an error in -e fault=" "2 vsysread: -e fault=read:what=1: 'what=1'" \
		"$status $(head -n 1 "$tmp/err" | cut -d' ' -f1-4)"
	run -o "|cat >$tmp/read" "$tmp/few"
	is "-o to a command" "0 " "$status $(cmp "$tmp/read" "$tmp/whole" 2>&1)"
	run -A -o "$tmp/read" "$tmp/few"
	is "-A adds" "0 " "$status $(cat "$tmp/whole" "$tmp/whole" | cmp - "$tmp/read" 2>&1)"
}

# The same bytes read and written natively: strace's text is the expected one.
hex() {
	local option ours

	printf 'a\tb\n\1\377"\\\0007 and eight more' >"$tmp/bytes"
	"$mkcalls" >"$tmp/calls" <<END
enter 1 0 1000 0x10000 1 0 0 0x6000 131072
leave 1 0 2000 1 0 $(stat -c %s "$tmp/bytes") 1000 $(od -An -vto1 -w99 "$tmp/bytes" | tr " " "\\\\")
END
	for option in -x -xx --strings-in-hex --strings-in-hex=non-ascii --strings-in-hex=non-ascii-chars; do
		strace -a1 "$option" -e trace=read -e read=0 -o "$tmp/log" cat <"$tmp/bytes" >/dev/null
		ours=$("$vsysread" -q "$option" -e read=0 "$tmp/calls" | sed 's/^.*\] //')
		is "$option" "$(grep -A9 '^read(0, "[^"]' "$tmp/log" | sed '/= 0$/,$d')" "$ours"
	done
	is "-e read= of another descriptor" 0 "$("$vsysread" -q -e read=3 "$tmp/calls" | grep -c '^ |')"
	is "-e read=!3" 2 "$("$vsysread" -q -e read='!3' "$tmp/calls" | grep -c '^ |')"
	is "-e write=" 0 "$("$vsysread" -q -e write=all "$tmp/calls" | grep -c '^ |')"
}

# A file for each thread, whose lines nothing interrupts.
apart() {
	(cat "$here/threads.calls" && echo lost 1 9 12) | "$mkcalls" >"$tmp/calls"
	echo old >"$tmp/apart.1.88"
	run -ff -o "$tmp/apart" "$tmp/calls"
	is "-ff" "[vm 1 87 server] read(5, 0x6000, 10) = 0
[vm 1 87/88 worker-thr] openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY) = 3
[vm 1 vcpu 0] getpid() = 87" "$(cat "$tmp"/apart.1.*)"
	is "what is of no call" 1 "$(grep -c lost "$tmp/apart")"
	run --output-separately -A -o "$tmp/apart" "$tmp/calls"
	is "-A adds to each" 2 "$(wc -l <"$tmp/apart.1.88")"
	run -ff "$tmp/calls"
	is "-ff without -o is -f" "$(run "$tmp/calls"; echo "$out")" "$out"
	run -ff -o '|cat' "$tmp/calls"
	is "-ff to a command" 2 "$status"
	awk 'BEGIN { for (i = 1; i <= 600; i++) {
		printf "task 1 0 %d %d %d %d 1 0 many\n", i * 10, i % 300 + 1, i % 300 + 1, i % 300 + 1
		printf "enter 1 0 %d 0x10000 %d 39 0 0 0\n", i * 10 + 1, i
		printf "leave 1 0 %d %d 39 87 1\n", i * 10 + 2, i
	} }' | "$mkcalls" >"$tmp/calls"
	run -ff -o "$tmp/many" "$tmp/calls"
	is "more threads than may be open" "0 300 600" \
		"$status $(find "$tmp" -name 'many.1.*' | wc -l) $(cat "$tmp"/many.1.* | wc -l)"
}

plan
sets
hex
apart
"$3" 200 >"$tmp/few"
options
run -e fault=read "$tmp/few"
is "-e fault= changes calls" "2 1" "$status $(grep -c 'allow-rewrite' <<<"$err")"
run -e file "$tmp/each"
is "-e file" "2 vsysread: -e file: no such system call in any of" "$status ${err%% of *} of"
run --json -e syscall_0x1f4 "$tmp/each"
is "an unknown call as it is shown" 0 "$status"
run -e '?nothing,!?nothing,openat' "$tmp/each"
is "? may be missing" "0 openat" "$status $(grep -o openat <<<"$out" | head -n 1)"
run -e '?nothing,nothing' "$tmp/each"
is "only where it stands" 2 "$status"
end
