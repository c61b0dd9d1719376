#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Another operating system is data: a numbering file and a line in profiles/
# make a module and a vsysread that trace a guest with it.  Prints KTAP.
#
# BUILD: where guests/ is.
set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
build=${BUILD:-$build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
count=0 failed=0

result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
		return
	fi
	echo "not ok $count - $2"
	failed=1
	tail -n 20 "$work/log" | sed 's/^/# /'
}

# Copy the sources and make the additions that CONTRIBUTING.md describes.
(cd "$top" && git ls-files -z -- Kbuild Makefile kmod uapi prototypes scripts userspace |
	xargs -0 cp --parents -t "$work")
cat >"$work/prototypes/linux/numbers/newos_x86.tbl" <<'END'
# SPDX-License-Identifier: GPL-2.0
@numbers newos_x86
@reserved 0-3
4 read getuid write
@reserved 7-19
20 gettid
END
echo 'newos_x86 linux x86 int80,sysenter linux_i386=newos_x86' >>"$work/prototypes/profiles/linux.tbl"
touched=$(diff -rq "$top/kmod" "$work/kmod"; diff -rq "$top/scripts" "$work/scripts"
	diff -rq "$top/uapi" "$work/uapi")
[ -z "$touched" ]
result $? "no C and no awk is touched"

kdir=$("$top/selftests/vm/kernel" --headers | tail -n 1)
make -C "$work" module KDIR="$kdir" BUILD="$work/build" >"$work/log" 2>&1
result $? "the module builds"
make -C "$work/userspace" STATIC=1 O="$work/user" >"$work/log" 2>&1
result $? "vsysread builds"
"$work/user/vsysread" --profiles >"$work/log" 2>&1 &&
	grep -qE '^newos_x86 +linux +x86 +4 calls$' "$work/log"
result $? "it lists the profile"

cat >"$work/host" <<'END'
. /vm/reader.sh
insmod /n/vsyscalls.ko profile=newos_x86 || exit 1
vsysread=/n/vsysread
reader_start -o /tmp/trace
sh /g/run-guests.sh /g calls-i386 >/tmp/guest || exit 1
reader_stop
cat /tmp/trace
END
"$top/selftests/vm/run" --host amd --add "$build/guests:/g" --add "$work/host:/n/host" \
	--add "$work/build/vsyscalls.ko:/n/vsyscalls.ko" \
	--add "$work/user/vsysread:/n/vsysread" -- 'sh /n/host' >"$work/log" 2>&1
result $? "a guest is traced with it"
# In Linux's numbers these are getpid() and write(1, "hello", 5).
grep -q '\] gettid() = 4711$' "$work/log"
result $? "number 20 is what the new file says"
grep -q '\] read(1, ' "$work/log" && ! grep -q 'write(1' "$work/log"
result $? "so is number 4"
grep -q '\] syscall_0x1fff(' "$work/log"
result $? "and others are unknown"
echo "1..$count"
exit $failed
