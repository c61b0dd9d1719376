#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# For people who come from strace: sets of calls are strace's, options are known.
# usage: strace.sh VSYSREAD MKEACH MKMANY
set -u

vsysread=$1
mkeach=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=22

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

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
	for option in '-e decode-fds=all' -k --trace-path=/etc '-e read=3' '-e raw=open'; do
		# shellcheck disable=SC2086 # two words
		run $option "$tmp/few"
		is "$option" "2 1" "$status $(grep -cE 'use|names|stacks|only' <"$tmp/err")"
	done
	run -o "|cat >$tmp/read" "$tmp/few"
	is "-o to a command" "0 " "$status $(cmp "$tmp/read" "$tmp/whole" 2>&1)"
	run -A -o "$tmp/read" "$tmp/few"
	is "-A adds" "0 " "$status $(cat "$tmp/whole" "$tmp/whole" | cmp - "$tmp/read" 2>&1)"
}

plan
sets
"$3" 200 >"$tmp/few"
options
run -e file "$tmp/each"
is "-e file" "2 vsysread: -e file: no such system call in any of" "$status ${err%% of *} of"
run --json -e syscall_0x1f4 "$tmp/each"
is "an unknown call as it is shown" 0 "$status"
run -e '?nothing,!?nothing,openat' "$tmp/each"
is "? may be missing" "0 openat" "$status $(grep -o openat <<<"$out" | head -n 1)"
run -e '?nothing,nothing' "$tmp/each"
is "only where it stands" 2 "$status"
end
