#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# vsysread on a device: attach, merge, lose, settle.  The device is fakedev.c.
# usage: live.sh VSYSREAD_FAKE
set -u

vsysread=$1
dev=/fake/vsyscalls
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=52

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

text='[vm 7 vcpu 0] close(5) = 0
[vm 7 vcpu 1] syscall_0x3e8(0x5) = -1 EBADF (Bad file descriptor)
[vm 7 vcpu 0] read(5, NULL, 0) = ? <return not seen>'

# asked OPTIONS...: run it; print the requests that the device got, from $log
asked() {
	rm -f "$tmp/log"
	FAKEDEV_LOG=$tmp/log run --whole "$@" --until-gone $dev
	log=$(cat "$tmp/log")
}

plan
run --whole --until-gone $dev
is "calls of two vCPUs, by time" "$text" "$out"
is "summary" "0 vsysread: 7 events, 0 lost, 2 rings, 3 calls" "$status $err"
run -v --until-gone $dev
is "-v" "[vm 7 vcpu 0] --- attached, profile linux_x86_64 ---" "$(printf '%s\n' "$out" | head -n 1)"
run --whole --timeout 0.2 $dev
is "--timeout" "0 $text" "$status $out"
run --whole --max-events 1 $dev
is "--max-events" "[vm 7 vcpu 0] close(5) = 0" "$out"
is "--max-events: what is not shown is counted" "vsysread: 4 events, 0 lost, 2 rings, 1 calls, 3 not shown" "$err"
run -e close --until-gone $dev
is "-e goes to the kernel" 2 "$(printf '%s\n' "$out" | grep -c 'close(5)')"
run -e clsoe --until-gone $dev
is "-e of no call" "2 vsysread: -e clsoe: no such system call in profile linux_x86_64; do you mean close?" \
	"$status $err"
asked -q --allow-rewrite -e 'inject=read,close,!close:error=EPERM:when=2..9+3:path=*:x'
is "-e inject=: a rule for each ABI" "rule 1 flags 4 2..9+3 '*:x' 0 2@1[0]=0xffffffffffffffff
rule 2 flags 4 2..9+3 '*:x' 0 2@1[0]=0xffffffffffffffff
rule 3 flags 4 2..9+3 '*:x' 3 2@1[0]=0xffffffffffffffff
attach 0 - 0x0" "$log"
asked -q --allow-rewrite -e 'inject=7000:arg0=-1:poke_enter=@arg1=00fF,@arg2=61:poke_exit=@arg0=7a:when=4+'
is "-e inject=: what to change" \
	"rule 0 flags 0 4..0+1 '' 7000 4@1[0]=0xffffffffffffffff 5@1[1]=0x0:00ff 5@1[2]=0x0:61 5@2[0]=0x0:7a
attach 0 - 0x0" "$log"
asked -q --allow-rewrite -e 'inject=7000:retval_exit=-2:delay_enter=1500us:delay_exit=60s:poke_exit=@arg0=7a'
is "-e inject=: a result after the call, delays" \
	"rule 0 flags 0 0..0+0 '' 7000 3@2[0]=0xfffffffffffffffe 1@1[0]=0x0,2ms 1@2[0]=0x0,60000ms 5@2[0]=0x0:7a
attach 0 - 0x0" "$log"
asked -q --allow-rewrite -e 'inject=7000:comm=a:b*,!c:pid=7,8:container=x:y:uid=!0:arg0=1'
is "-e inject=: by whom" \
	"rule 0 flags 0 0..0+0 '' 7000 4@1[0]=0x1 10:'a:b*' 10:'!c' 2:7 2:8 12:'*x:y*' !4:0
attach 0 - 0x0" "$log"
asked -q --allow-rewrite -e 'inject=7000:path=a:error_exit=EBADF' -e 'inject=7000:path=a:delay_enter=.5s:error=EPERM'
is "-e inject=: an error after the call, another after a delay" \
	"rule 0 flags 4 0..0+0 'a' 7000 3@2[0]=0xfffffffffffffff7
rule 0 flags 4 0..0+0 'a' 7000 1@1[1]=0xffffffffffffffff,500ms
attach 0 - 0x0" "$log"
asked -q --allow-rewrite -P windows_test_x64 -e 'inject=NtClose:retval=0xc0000022:path=*\X:when=1'
is "-e inject=: Windows' names in any case" \
	"rule 5 flags 6 1..1+1 '*\X' 12 2@1[0]=0xc0000022
attach 0 windows_test_x64 0x0" "$log"
run --allow-rewrite -p 7 -p 9:other_x86_64 -e inject=close:retval=0 --until-gone $dev
is "-e inject=: not the same in all profiles" \
	"1 vsysread: -e inject=close:retval=0: the profiles have different calls of these names: trace one profile at a time, or give numbers" \
	"$status $err"
run --allow-rewrite -e inject=close:error=ENOTHING --until-gone $dev
is "-e inject=: no such error" \
	"1 vsysread: -e inject=close:error=ENOTHING: linux_x86_64 has no error 'ENOTHING'" "$status $err"
FAKEDEV=locked run --allow-rewrite -e inject=close:error=EPERM --until-gone $dev
is "-e inject=: refused" \
	"1 vsysread: -e inject=close:error=EPERM: a rule: it needs CAP_SYS_ADMIN and the module parameter rewrite=1, and is refused while the kernel is locked down" \
	"$status $err"
run --allow-rewrite -e inject=7000:retval=0 --until-gone $dev
is "-e inject=: how often" "0 vsysread: inject=7000:retval=0: 3 calls matched, 2 changed" \
	"$status $(printf '%s\n' "$err" | tail -n 1)"
FAKEDEV=error run -q --allow-rewrite -e inject=7000:arg0=0 --until-gone $dev
is "-e inject=: one that failed" \
	"1 vsysread: inject=7000:arg0=0: 3 calls matched, 1 changed, 1 failed: Read-only file system" \
	"$status $(printf '%s\n' "$err" | tail -n 1)"
run -p 8 --until-gone $dev
is "-p of no machine" "1 vsysread: pid 8: runs no virtual machine" "$status $err"
run -p 11 --until-gone $dev
is "-p of one twice" "1 vsysread: pid 11: is attached already" "$status $err"
run -p 12 --until-gone $dev
is "-p when there are too many sessions" "1 vsysread: pid 12: no more sessions can be attached" \
	"$status $err"
run -P none --until-gone $dev
is "-P of no profile" "2 vsysread: the module has no profile none" "$status $err"
run -p 7:windows_test_x8 --until-gone $dev
is "-p of no profile" "2 vsysread: the module has no profile windows_test_x8; there are windows_test_x86" \
	"$status $err"
asked -p 7 -p 9:windows_test_x64 -P linux_x86_64 --doors sysenter
is "a profile for each machine, doors for all" "attach 7 linux_x86_64 0x2
attach 9 windows_test_x64 0x2" "$log"
asked
is "neither" "attach 0 - 0x0" "$log"
asked -e close,read -e 7000
is "-e: numbers for all ABIs, names for each" "filter 0 7000
filter 1 0,3,7000
filter 2 0,7000
filter 3 3,7000
attach 0 - 0x0" "$log"
asked -y -e read
names=$log
rm -f "$tmp/log"
FAKEDEV_LOG=$tmp/log run report -o /dev/null -e read --until-gone $dev
is "a report needs what -y does" "$names" "$(cat "$tmp/log")"
asked --dump-files="$tmp/files" -e close
is "--dump-files needs read, write and writev, too" "0,1,3,20," \
	"$(printf '%s\n' "$log" | sed -n 's/^filter 1 \(0,1,3,20,\).*/\1/p')"
asked -e '!close'
is "-e: all but" "filter 0 !-
filter 1 !3
filter 2 !-
filter 3 !-
attach 0 - 0x0" "$log"
asked -p 7 -p 9:windows_test_x64 -e close,NtClose
is "-e: for several systems" "filter 0 -
filter 1 3
filter 2 -
filter 3 -
filter 5 12
attach 7 - 0x0
attach 9 windows_test_x64 0x0" "$log"
asked -p 7 -p 9:other_x86_64 -e close
is "-e: what either system calls so" "filter 0 -
filter 1 1,3
filter 2 -
filter 3 -
attach 7 - 0x0
attach 9 other_x86_64 0x0" "$log"
is "-e: and then each its own" 2 "$(printf '%s\n' "$out" | grep -c 'close(5)')"
asked -p 7 -p 9:other_x86_64 -e '!close'
is "-e: all but what both call so" "filter 0 !-
filter 1 !-
filter 2 !-
filter 3 !-
attach 7 - 0x0
attach 9 other_x86_64 0x0" "$log"
is "-e: and then each but its own" "[vm 7 vcpu 0] read(5, NULL, 0) = ? <return not seen>" "$out"
asked -P windows_test_x86 -e NtClose
is "-e: no calls of other profiles" "" "$out"
run --until-gone --doors syscall,int80,int2e $dev
is "--doors of doors that the host has not" \
	"1 vsysread: all machines: this host cannot trap int80,int2e, but syscall,sysenter" "$status $err"
run --until-gone -p 7 --doors syscall,sysenter $dev
is "--doors of doors that the profile has not" \
	"1 vsysread: pid 7: not all of these are doors of its profile: syscall,sysenter" "$status $err"
run --profiles $dev
is "--profiles: those of the module" \
	"0 linux_x86_64             linux    x86_64     385 calls" "$status $(printf '%s\n' "$out" | head -n 1)"
FAKEDEV=old run --profiles $dev
is "--profiles: one without a table" \
	"windows_3                windows  x86          7 calls, unknown to vsysread" \
	"$(printf '%s\n' "$out" | tail -n 1)"
run -p 7:linux_x86_64 -e close --until-gone $dev
is "-p PID:PROFILE -e" 2 "$(printf '%s\n' "$out" | grep -c 'close(5)')"
run --ready-file "$tmp/ready" --until-gone $dev
is "--ready-file" ready "$(cat "$tmp/ready")"
"$vsysread" --ready-fd 3 --until-gone $dev 3>"$tmp/ready3" >/dev/null 2>&1
is "--ready-fd" ready "$(cat "$tmp/ready3")"
run -w "$tmp/kept" --until-gone $dev
is "-w" 0 $status
run --whole -i "$tmp/kept"
is "-w is read back" "$text" "$out"
# live: run vsysread in the background, as $pid, until it prints; SIGHUP is default or
# ignored, independent of the caller's setting
live() {
	: >"$tmp/live"
	env --${1:-default}-signal=HUP "$vsysread" --whole $dev >"$tmp/live" 2>/dev/null &
	pid=$!
	tries=0
	while [ ! -s "$tmp/live" ] && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
live
kill -INT $pid
kill -TERM $pid
wait $pid
is "a signal ends it in order" "0 $text" "$? $(cat "$tmp/live")"
live
kill -HUP $pid
wait $pid
is "so does a hangup" "0 $text" "$? $(cat "$tmp/live")"
live ignore
kill -HUP $pid
sleep 0.3
kill -0 $pid 2>/dev/null
is "but not after nohup" 0 $?
kill -TERM $pid
wait $pid
FAKEDEV=version run $dev
is "another version" "1 vsysread: $dev: the module has another version of the interface than 2" \
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
