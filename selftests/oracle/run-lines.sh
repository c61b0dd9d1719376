#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The text of calls against strace, without a guest: native/ traces forms/ on this machine
# with the module's captures and the library's text.  Prints TAP.
#
#	run-lines.sh [--list]	--list: print what differs as lines for exceptions.txt
#
# BUILD: where static/lib/libvsyscalls.a is.  STRICT=1: exceptions that nothing needs fail;
# which do may depend on the kernel and on strace.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-$here/../../build}
out=$build/oracle/lines
mkdir -p "$out"
n=0 failed=0

result() {
	n=$((n + 1))
	[ "$1" -eq 0 ] || { failed=1; echo -n "not "; }
	echo "ok $n - $2"
}

# A process number space of its own, and no randomness, so that both runs see the same.
alone() {
	rm -rf /tmp/vsys-forms
	(cd /tmp && timeout -k 1 60 setarch -R unshare -pf --kill-child env -i "$@" </dev/null)
}

if ! alone "$(command -v strace)" /bin/true 2>/dev/null; then
	echo "1..0 # SKIP strace cannot run here"
	exit 4
fi
make -s -C "$here/native" O="$out" LIB="$build/static/lib" || exit 1
alone "$(command -v strace)" -a1 -v -s256 -o "$out/strace.raw" "$out/forms" || exit 1
# Comments on dates, on times and on numbers without a name.
sed -E 's, /\* ([0-9-]+T[^*]*|[0-9.]+ s|[A-Z_0-9]+_\?+) \*/,,g' "$out/strace.raw" >"$out/strace"
# The program has the same number in both.
pid=$(sed -n 's/^set_tid_address.* = //p' "$out/strace" | head -n 1)
alone sh -c "i=2; while [ \$i -lt $pid ]; do /bin/true; i=\$((i + 1)); done
	exec env -i $out/native linux_x86_64 $out/forms" >"$out/trace" || exit 1

# What descriptors are, too; numbers of files without a name, pipes and sockets differ.
plain() {
	sed -E 's, /\* ([0-9-]+T[^*]*|[0-9.]+ s|[A-Z_0-9]+_\?+) \*/,,g; s/<(pipe|socket):(\[[0-9]+\]|#[0-9]+)>/<\1>/g
		s,/#[0-9]+>,/#>,g; s/>\(deleted\)/>/g' "$@"
}

# Its output is a pipe in both.
alone "$(command -v strace)" -y -a1 -v -s256 -o "$out/strace.raw" "$out/forms" | cat
plain "$out/strace.raw" >"$out/strace-y"
alone sh -c "i=2; while [ \$i -lt $pid ]; do /bin/true; i=\$((i + 1)); done
	exec env -i $out/native -y linux_x86_64 $out/forms" | plain >"$out/trace-y"

compare() {
	awk -v strict="${STRICT:-}" -v list="${list:-}" -f "$here/lines.awk" "$@"
}

if [ "${1:-}" = --list ]; then
	list=1 compare /dev/null "$out/strace" "$out/trace" | sort -u
	exit
fi
echo TAP version 13
echo 1..7
compare "$here/exceptions.txt" "$out/strace" "$out/trace"
result $? "each argument and result is strace's, or excepted by name"

compare "$here/exceptions.txt" "$out/strace-y" "$out/trace-y"
result $? "-y: each descriptor is what strace says"

# Controls: each must be noticed.
sed 's/^\(fcntl(3, F_SETFD, \)FD_CLOEXEC/\11/' "$out/trace" >"$out/altered"
! cmp -s "$out/altered" "$out/trace" &&
	! compare "$here/exceptions.txt" "$out/strace" "$out/altered" >/dev/null
result $? "control: an argument that differs fails"
sed '/^rmdir("missing")/d' "$out/trace" >"$out/altered"
! cmp -s "$out/altered" "$out/trace" &&
	! compare "$here/exceptions.txt" "$out/strace" "$out/altered" >/dev/null
result $? "control: a call that is missing fails"
sed 's/^\(stat(.*st_blksize=\)4096/\14097/' "$out/trace" >"$out/altered"
! cmp -s "$out/altered" "$out/trace" &&
	! compare "$here/exceptions.txt" "$out/strace" "$out/altered" >/dev/null
result $? "control: a number that is missing in an excepted argument fails"
{ cat "$here/exceptions.txt"; echo "getpid = weaker"; } >"$out/longer"
! STRICT=1 compare "$out/longer" "$out/strace" "$out/trace" >/dev/null
result $? "control: an exception that nothing needs fails, if asked for"
sed 's,^\(read(3\)<[^>]*>,\1</other>,' "$out/trace-y" >"$out/altered"
! cmp -s "$out/altered" "$out/trace-y" &&
	! compare "$here/exceptions.txt" "$out/strace-y" "$out/altered" >/dev/null
result $? "control: another name of a descriptor fails"
exit $failed
