#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command line of vsysread, without the device.
# usage: vsysread.sh VSYSREAD MKRAW
set -u

vsysread=$1
mkraw=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=115

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

# refused WHAT SAYS: -e inject=WHAT is refused with the message SAYS
refused() {
	run -e "inject=$1"
	is "-e inject=$1" "2 vsysread: -e inject=$1$2" "$status $(printf '%s\n' "$err" | head -n 1)"
}

injects() {
	refused read:retval=1 ' changes what guests do and needs --allow-rewrite'
	items='error=, retval=, error_exit=, retval_exit=, argN=, delay_enter=, delay_exit=, poke_enter=, poke_exit='
	refused read ": no action given; expected one of $items"
	refused :retval=1 ': no system call is named'
	refused read:retval=1:error=EPERM ": 'error=EPERM' sets a second result"
	refused read:retval=1:error_exit=EPERM ": 'error_exit=EPERM' sets a second result"
	refused read:error_exit= ": 'error_exit=' names no error"
	refused read:retval_exit=x ": 'retval_exit=x' is not a number"
	for more in arg0=1 delay_exit=1 delay_enter=1:arg0=1; do
		refused "read:retval=1:$more" \
			": error= and retval= skip the call; only delay_enter= can be combined with them"
	done
	for delay in '' 0 -1 1h 1..2 0x10 inf 61s 1:delay_exit=1; do
		refused "read:delay_exit=$delay" \
			": 'delay_exit=${delay##*=}' is not one NUMBER[s|ms|us|ns], of 60 seconds at most"
	done
	for when in 0 x 3..2 3- +2 1+0 1..; do
		refused "read:retval=1:when=$when" \
			": 'when=$when' is not FIRST[..LAST][+[STEP]], counted from 1, once"
	done
	for arg in arg32=1 arg=1 arg1= arg1=x arg1=0x10000000000000000; do
		refused "read:$arg" ": '$arg' is not argN=NUMBER, N from 0 to 31"
	done
	for poke in arg1=00 @arg1= @arg1=0 @arg1=0g "@arg1=00," @argx=00; do
		refused "read:poke_exit=$poke" \
			": 'poke_exit=$poke' is not @argN=HEX[,@argN=HEX]..., of 4096 bytes at most"
	done
	refused read:signal=9 ": 'signal=9' cannot be done from outside of the guest"
	refused read:syscall=getpid ": 'syscall=getpid' cannot be done from outside of the guest"
	refused read:signals=9 ": 'signals=9' is not $items, when=, path=, pid= or the like"
	refused read:pid ": 'pid' is not $items, when=, path=, pid= or the like"
	run -e inject=read:pid=x:retval=1
	is "-e inject= of no process" "2 vsysread: -e pid=x: not a number" "$status $(printf '%s\n' "$err" | head -n 1)"
	run -e inject=read:comm=a:retval=1 --allow-rewrite --no-tasks
	is "-e inject= by process without tasks" \
		"2 vsysread: pid= and the like cannot be combined with --no-tasks" "$status $(printf '%s\n' "$err" | head -n 1)"
	run -e inject=read:comm=a:retval=1 --allow-rewrite -e uid=0
	is "-e inject= beside a filter by process" "2 vsysread: -e inject= has callers of its own: give it pid= and the like, as in inject=CALLS:pid=87:error=EPERM" "$status $(printf '%s\n' "$err" | head -n 1)"
	refused read:retval=1:path= ": 'path=' is not one pattern of 1 to 1024 bytes"
	run --allow-rewrite -e inject=read:retval=1 "$tmp/good"
	is "-e inject= of a file" "2 vsysread: -e inject= needs the device, but $tmp/good is a recorded stream" "$status $err"
}

usage_errors() {
	run --no-such-option
	is "unknown option" 2 $status
	run -p 0
	is "-p 0 is named" "2 vsysread: -p 0: not a process id" "$status $(printf '%s\n' "$err" | head -n 1)"
	run -p abc
	is "-p abc" 2 $status
	run --max-events 0
	is "--max-events 0" 2 $status
	run --timeout never
	is "--timeout never" 2 $status
	run -s 65537
	is "-s out of range" 2 $status
	run --ring-size 5000
	is "--ring-size not a power of two" 2 $status
	run -c --json
	is "-c with --json" 2 $status
	run one two
	is "two files" 2 $status
	run --read --until-gone
	is "--read with --until-gone" 2 $status
	run --stats "$tmp/good"
	is "--stats of a file" 2 $status
	run --list "$tmp/good"
	is "--list of a file" "2 vsysread: --list needs the device, but $tmp/good is a recorded stream" "$status $err"
	run top "$tmp/good"
	is "top of a file is one table" "0 $("$vsysread" -c "$tmp/good" 2>/dev/null)" "$status $out"
	run -C --json
	is "-C with --json" 2 $status
	for sums in -c -C; do
		run $sums -w "$tmp/out.vsys" "$tmp/good"
		is "$sums with strace's -w" "2 vsysread: -w records calls and cannot be combined with -c or -C, whose times are wall-clock times in any case, as with strace -w" \
			"$status $(printf '%s\n' "$err" | head -n 1)"
	done
	run --summary-wall-clock "$tmp/good"
	is "--summary-wall-clock of no sums" "2 vsysread: --summary-wall-clock needs -c or -C" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
	run -a -p 7
	is "-a with -p" 2 $status
	run -X nice
	is "-X" 2 $status
	run -S first
	is "-S" 2 $status
	run --by=time
	is "--by" 2 $status
	run --color=red
	is "--color" 2 $status
	run --vcpu 3-1
	is "--vcpu" 2 $status
	run -e status=good
	is "-e status=" 2 $status
	run -e space=x
	is "-e space=" 2 $status
	run -e wrong=x=y
	is "-e of no kind" "2 vsysread: -e wrong=x=y: unknown kind wrong=" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
	injects
	run --max-size 1M "$tmp/good"
	is "--max-size of no file" 2 $status
	run -w "$tmp/out" --rotate 2 "$tmp/good"
	is "--rotate without --max-size" 2 $status
	run --help
	is "--help" "0 Usage: vsysread [OPTION]... [DEVICE|FILE]" "$status $(printf '%s\n' "$out" | head -n 1)"
	run --version
	is "--version" "0 vsysread" "$status $(printf '%s\n' "$out" | cut -d' ' -f1)"
	run --profiles
	is "--profiles" "0 linux_x86_64 linux x86_64" \
		"$status $(printf '%s\n' "$out" | grep '^linux_x86_64 ' | tr -s ' ' | cut -d' ' -f1-3)"
}

missing() {
	run "$tmp/none"
	is "no such file" "1 vsysread: $tmp/none: No such file or directory" "$status $err"
	run /dev/null
	is "another device" "1 vsysread: /dev/null: not the device of vsyscalls.ko" "$status $err"
	echo "hello, this is no stream at all, but it is long enough" >"$tmp/text"
	run "$tmp/text"
	is "not a stream" "1 vsysread: $tmp/text: not a file that vsysread -w recorded" \
		"$status $err"
	run -o "$tmp/none/x" "$tmp/good"
	is "-o into nowhere" "1 vsysread: $tmp/none/x: No such file or directory" "$status $err"
}

good_text='[vm 1 vcpu 0] openat(AT_FDCWD, "/etc/hostname", O_RDONLY|O_CLOEXEC) = 3
[vm 2 vcpu 0] openat(AT_FDCWD, "/\33[31m\"\\\n\377", O_RDONLY) = -1 ENOENT (No such file or directory)
[vm 1 vcpu 0] <lost 17 events, seq 3-19>
[vm 1 vcpu 0] close(3) = 0
[vm 1 vcpu 0] syscall_0x3e8(0x1, 0x2, 0x3) = -1 ENOSYS (Function not implemented)
[vm 2 vcpu 0] exit_group(0) = ?
[vm 1 vcpu 0] read(0, 0x6000, 10) = ? <return not seen>'

replay() {
	run --whole "$tmp/good"
	is "a recorded stream" "$good_text" "$out"
	is "its summary" "0 vsysread: 13 events, 17 lost, 2 rings, 6 calls" "$status $err"
	"$vsysread" --whole - <"$tmp/good" >"$tmp/out" 2>/dev/null
	is "standard input" "$good_text" "$(cat "$tmp/out")"
	# shellcheck disable=SC2002 # a pipe is wanted
	cat "$tmp/good" | "$vsysread" --whole -o "$tmp/file" - 2>/dev/null
	is "a pipe, to a file" "$good_text" "$(cat "$tmp/file")"
	run -v "$tmp/good"
	is "-v" "[vm 1 vcpu 0] --- attached, profile linux_x86_64 ---" "$(printf '%s\n' "$out" | head -n 1)"
	run -p 2 -e exit_group "$tmp/good"
	is "-p and -e" "[vm 2 vcpu 0] exit_group(0) = ?" "$out"
	run --whole -T -e close "$tmp/good"
	is "-T" "[vm 1 vcpu 0] close(3) = 0 <0.000001>" "$(printf '%s\n' "$out" | tail -n 1)"
	run --whole --max-events 1 "$tmp/good"
	is "--max-events" "$(printf '%s\n' "$good_text" | head -n 1)" "$out"
	"$vsysread" "$tmp/good" 2>"$tmp/err" | true
	is "nobody reads" "" "$(grep -v ' events, ' "$tmp/err")"
	for form in -c "-w -" "convert --to csv"; do
		# shellcheck disable=SC2086 # words
		{ sleep 0.2; "$vsysread" $form "$tmp/good" 2>"$tmp/err"; echo $? >"$tmp/status"; } | true
		is "nobody reads $form" "0 " "$(cat "$tmp/status") $(grep -v ' events, ' "$tmp/err")"
	done
	for form in --help --profiles --list "--explain $tmp/good"; do
		# shellcheck disable=SC2086 # words
		"$vsysread" -q $form >/dev/full 2>"$tmp/err"
		is "a full disk, ${form%% *}" "1 vsysread: standard output: No space left on device" \
			"$? $(tail -n 1 "$tmp/err")"
	done
	run -o /dev/full "$tmp/good"
	is "a full disk" "1 vsysread: /dev/full: No space left on device" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
}

filters() {
	run --whole -e '!openat,read,exit_group' "$tmp/good"
	is "all but some" 3 "$(printf '%s\n' "$out" | wc -l)"
	run -e trace=close,1000 "$tmp/good"
	is "trace= and numbers" 3 "$(printf '%s\n' "$out" | wc -l)"
	run -e close -e 1000 "$tmp/good"
	is "more than one -e" 3 "$(printf '%s\n' "$out" | wc -l)"
	run --whole -e all "$tmp/good"
	is "all" 7 "$(printf '%s\n' "$out" | wc -l)"
	run -e none "$tmp/good"
	is "none" 1 "$(printf '%s\n' "$out" | wc -l)"
	run -e opnat "$tmp/good"
	is "a name that is not" "2 vsysread: -e opnat: no such system call in profile linux_x86_64; do you mean openat?" \
		"$status $err"
	run -e close -e '!close' "$tmp/good"
	is "show and hide" "0 1" "$status $(printf '%s\n' "$out" | wc -l)"
}

damage() {
	run "$tmp/gap"
	is "a gap is a bug" "1 vsysread: vm 1 vcpu 0: BUG: events 22 to 24 are missing and no lost record explains it" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
	is "and counted" "vsysread: 13 events, 17 lost, 2 rings, 6 calls, 3 MISSING" \
		"$(printf '%s\n' "$err" | tail -n 1)"
	run --whole "$tmp/cut"
	is "a stream cut off" "1 vsysread: $tmp/cut: damaged at byte $(($(stat -c %s "$tmp/cut") - 4)): the file ends within a record" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
	is "is read up to there" "$good_text" "$out"
	run "$tmp/endless"
	is "a stream without its end" "1 vsysread: $tmp/endless: damaged at byte $(stat -c %s "$tmp/endless"): the file ends without its end mark, it was cut off" \
		"$status $(printf '%s\n' "$err" | head -n 1)"
	run "$tmp/unknown"
	is "a record of unknown type" "0 vsysread: 13 events, 17 lost, 2 rings, 6 calls, 1 of unknown type" \
		"$status $(printf '%s\n' "$err" | tail -n 1)"
}

summary() {
	run -c "$tmp/good"
	is "-c: head" "% time     seconds  usecs/call     calls    errors syscall" \
		"$(printf '%s\n' "$out" | head -n 1)"
	is "-c: a call that failed once" " 50.00    0.000003           1         2         1 openat" \
		"$(printf '%s\n' "$out" | grep openat)"
	run -c --summary-wall-clock "$tmp/good"
	is "-c: sums" "100.00    0.000006           1         6         2 total" \
		"$(printf '%s\n' "$out" | tail -n 1)"
}

json() {
	if command -v python3 >/dev/null && python3 -c 'import json' 2>/dev/null; then
		parse() { python3 -c '
import json, sys
for line in sys.stdin:
    o = json.loads(line)
    print(o["type"], o["vm"], o.get("name", "-"), o.get("error", "-"), o.get("count", "-"))
' ; }
	elif command -v jq >/dev/null; then
		parse() { jq -r '[.type, .vm, .name // "-", .error // "-", .count // "-"] | map(tostring) | join(" ")'; }
	else
		result ok "--json # SKIP neither python3 nor jq"
		return
	fi
	run --json "$tmp/good"
	is "--json" "attach 1 - - -
attach 2 - - -
call 1 openat - -
call 2 openat ENOENT -
lost 1 - - 0x11
call 1 close - -
call 1 syscall_0x3e8 ENOSYS -
call 2 exit_group - -
detach 2 - - -
call 1 read - -" "$(parse <"$tmp/out")"
}

for kind in good gap cut endless unknown; do
	"$mkraw" $kind >"$tmp/$kind" || exit 1
done
plan
usage_errors
missing
replay
filters
damage
summary
json
end
