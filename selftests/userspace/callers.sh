#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who makes a call: how it is shown, and calls selected by it.
# usage: callers.sh VSYSREAD MKCALLS VSYSREAD_FAKE
set -u

vsysread=$1
mkcalls=$2
fake=$3
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=29

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# The process 87 with two threads; its child 99 by another user; 200, a child of the child.
cat "$here/threads.calls" - <<'END' | "$mkcalls" >"$tmp/calls"
task 1 0 6000 79 99 99 87 1000 e\33[31m
enter 1 0 7000 0x20000 4 3 3 0 0
leave 1 0 7500 4 3 0 500
task 1 0 8000 80 200 200 99 1000 leaf
enter 1 0 8100 0x20000 5 3 4 0 0
leave 1 0 8200 5 3 0 500
task 1 0 8300 81 300 300 1 0 other
enter 1 0 8400 0x30000 6 3 5 0 0
leave 1 0 8500 6 3 0 500
task 1 0 8600 82 400 400 1 0 grün
enter 1 0 8700 0x40000 7 3 6 0 0
leave 1 0 8800 7 3 0 500
END

# shows NAME WANTED OPTIONS...: the first arguments of the shown calls, in order
shows() {
	is "$1" "$2" "$("$vsysread" -q --whole "${@:3}" "$tmp/calls" 2>&1 | sed 's/^[^(]*(//; s/[,)].*//' | xargs)"
}

refused() {
	is "$1" "vsysread: $2" "$("$vsysread" "${@:3}" "$tmp/calls" 2>&1 | head -n 1)"
}

plan
out=$("$vsysread" -q "$tmp/calls")
is "text" "[vm 1 vcpu 0] getpid() = 87
[vm 1 87 server] read(5, <unfinished ...>
[vm 1 87/88 worker-thr] openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY <unfinished ...>
[vm 1 87 server] <... read resumed>0x6000, 10) = 0
[vm 1 87/88 worker-thr] <... openat resumed>) = 3
[vm 1 99 e\\33[31m] close(3) = 0
[vm 1 200 leaf] close(4) = 0
[vm 1 300 other] close(5) = 0
[vm 1 400 gr\\303\\274n] close(6) = 0" "$out"
is "--show" "[vm 1 87 server vcpu 0 ppid 1 uid 0 program /usr/sbin/server] read(5, 0x6000, 10) = 0" \
	"$("$vsysread" -q --whole --show=vcpu,uid,program,ppid "$tmp/calls" | grep read)"
is "--show of an unknown caller" "[vm 1 vcpu 0] getpid() = 87" \
	"$("$vsysread" -q --show=uid "$tmp/calls" | head -n 1)"
shows "all" "5 AT_FDCWD 3 4 5 6"
shows "pid=" "5 AT_FDCWD" -e pid=87
shows "tid=" "AT_FDCWD" -e tid=88
shows "two of a kind" "AT_FDCWD 3" -e tid=88 -e pid=99,87 -e tid=99
shows "two kinds" "3" -e uid=1000 -e pid=87,99
shows "not" "3 4" -e 'uid=!0'
shows "comm=" "5" -e comm=serv*
shows "comm=, any character" "AT_FDCWD" -e 'comm=work?r-thr'
shows "comm=, brackets are none" "" -e 'comm=[s]erver'
shows "comm=, outside of ASCII" "6" -e 'comm=gr??n' -e 'comm=!größe'
shows "comm=, its bytes" "6" -e 'comm=grün'
shows "tree=" "5 AT_FDCWD 3 4" -e tree=87
shows "tree= of a child" "3 4" -e tree=99
shows "tree= of two" "5 AT_FDCWD 3 4 5" -e tree=87,300
shows "a tree without a branch" "5 AT_FDCWD" -e tree=87 -e 'tree=!99'
shows "not of a tree" "5 AT_FDCWD 5 6" -e 'tree=!99'
shows "container= that nobody has" "" -e container=abc
shows "with calls" "3" -e close -e pid=99
refused "no number" "-e pid=x: not a number" -e pid=x
refused "nothing" "-e comm=: nothing is named" -e comm=
refused "an unknown kind" "-e pids=1: unknown kind pids=" -e pids=1
refused "--show" "--show=color: not vcpu, ppid, uid, session, cgroup, container, program or start" \
	--show=color
refused "without tasks" "-e pid= and the like cannot be combined with --no-tasks" --no-tasks -e pid=1
is "-w of a file" 1 "$("$vsysread" -w "$tmp/copy" -e pid=1 "$tmp/calls" 2>&1 | grep -c 'are for the device')"
FAKEDEV_LOG=$tmp/log "$fake" --until-gone -e pid=7,8 -e 'comm=!a*' -e container=12 /fake/vsyscalls >/dev/null 2>"$tmp/said"
is "the module's filter" "tasks 2:7 2:8 !10:'a*' 12:'*12*'" "$(grep ^tasks "$tmp/log")"
is "calls of no known caller" "vsysread: 3 calls are not shown: who made them was not known" "$(grep 'not shown' "$tmp/said")"
end
