#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# vsysread on a device: attach, merge, lose, settle.  The device is fakedev.c.
# usage: live.sh VSYSREAD_FAKE
set -u

vsysread=$1
dev=/fake/vsyscalls
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=19

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

text='[vm 7 vcpu 0] close(5) = 0
[vm 7 vcpu 1] syscall_0x3e8(0x5) = -1 EBADF (Bad file descriptor)
[vm 7 vcpu 0] read(5, NULL, 0) = ? <return not seen>'

plan
run --until-gone $dev
is "calls of two vCPUs, by time" "$text" "$out"
is "summary" "0 vsysread: 7 events, 0 lost, 2 rings, 3 calls" "$status $err"
run -v --until-gone $dev
is "-v" "[vm 7 vcpu 0] --- attached, profile linux_x86_64 ---" "$(printf '%s\n' "$out" | head -n 1)"
run -t 0.2 $dev
is "-t" "0 $text" "$status $out"
run -n 1 $dev
is "-n" "[vm 7 vcpu 0] close(5) = 0" "$out"
is "-n: what is not shown is counted" "vsysread: 4 events, 0 lost, 2 rings, 1 calls, 3 not shown" "$err"
run -e close --until-gone $dev
is "-e goes to the kernel" 2 "$(printf '%s\n' "$out" | grep -c 'close(5)')"
run -e clsoe --until-gone $dev
is "-e of no call" "1 vsysread: -e clsoe: no such system call in profile linux_x86_64; do you mean close?" \
	"$status $err"
run -p 8 $dev
is "-p of no machine" "1 vsysread: pid 8: runs no virtual machine" "$status $err"
run -P none $dev
is "-P of no profile" "1 vsysread: the module has no profile none" "$status $err"
run --ready-file "$tmp/ready" --until-gone $dev
is "--ready-file" ready "$(cat "$tmp/ready")"
"$vsysread" --ready-fd 3 --until-gone $dev 3>"$tmp/ready3" >/dev/null 2>&1
is "--ready-fd" ready "$(cat "$tmp/ready3")"
run --raw -o "$tmp/raw" --until-gone $dev
is "--raw" 0 $status
run "$tmp/raw"
is "--raw is read back" "$text" "$out"
"$vsysread" $dev >"$tmp/live" 2>/dev/null &
pid=$!
tries=0
while [ ! -s "$tmp/live" ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
kill -INT $pid
kill -TERM $pid
wait $pid
is "a signal ends it in order" "0 $text" "$? $(cat "$tmp/live")"
FAKEDEV=version run $dev
is "another version" "1 vsysread: $dev: the module has another version of the interface than 1" \
	"$status $err"
FAKEDEV=lost run --until-gone $dev
is "losses at the end" "[vm 7 vcpu 0] <lost 3 events, seq 4-6>" \
	"$(printf '%s\n' "$out" | grep lost)"
is "are no error" "0 vsysread: 7 events, 3 lost, 2 rings, 3 calls" "$status $err"
FAKEDEV=gap run --until-gone $dev
is "an event that nothing explains is" \
	"1 vsysread: vm 7 vcpu 0: BUG: 5 events emitted and 0 lost, says the writer; 4 were read and 0 were told to be lost" \
	"$status $(printf '%s\n' "$err" | head -n 1)"
end
