#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Filters, formats and summaries of vsysread on a recorded stream.
# usage: show.sh VSYSREAD MKCALLS
set -u

vsysread=$1
mkcalls=$2
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=63
TZ=UTC
export TZ

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

# Machine 1: two vCPUs and address spaces; a call that waits while others come.
cat >"$tmp/script" <<'END'
name 1 first
name 2 second
clock 0 1000000000000000000
enter 1 0 1000000000 0x10000 1 0 5 0x6000 10
enter 1 1 1000002000 0x20000 2 257 -100 0x5000 0x80000 /etc/hostname
leave 1 1 1000005000 2 257 3 3000
enter 1 1 1000010000 0x20000 3 3 99 0 0
leave 1 1 1000011000 3 3 -9 1000
leave 1 0 1250000000 1 0 7 250000000 abcdefg
enter 2 0 1300000000 0x31020 1 1 1 0x5000 3
leave 2 0 1300002000 1 1 3 2000
enter 2 0 1300010000 0x31020 2 10 0x1000 4096 5
leave 2 0 1300010100 2 10 0 100
enter 2 0 1400000000 0x31020 3 35 0x1000 0 0
END
"$mkcalls" <"$tmp/script" >"$tmp/file" || exit 1

# lines OPTIONS...: print the output, one call a line unless told otherwise, no headings
lines() {
	run --whole "$@" -i "$tmp/file"
	printf '%s\n' "$out" | sed 's/^\[vm [0-9] vcpu [0-9]\] //'
}

names() {
	lines "$@" | sed 's/(.*//' | tr '\n' ' '
}

pairs() {
	run -i "$tmp/file" -p 1
	is "unfinished and resumed" '[vm 1 vcpu 0] read(5, <unfinished ...>
[vm 1 vcpu 1] openat(AT_FDCWD, "/etc/hostname", O_RDONLY|O_CLOEXEC) = 3
[vm 1 vcpu 1] close(99) = -1 EBADF (Bad file descriptor)
[vm 1 vcpu 0] <... read resumed>"abcdefg", 10) = 7' "$out"
	run -i "$tmp/file" -p 1 --whole
	is "--whole" '[vm 1 vcpu 0] read(5, "abcdefg", 10) = 7' "$(printf '%s\n' "$out" | tail -n 1)"
	run -i "$tmp/file" -p 1 --whole -k
	is "-k: below each call its caller" '[vm 1 vcpu 0] read(5, "abcdefg", 10) = 7
 > 0x401000' "$(printf '%s\n' "$out" | tail -n 2)"
	run convert --to csv -k "$tmp/file"
	is "csv has it" "comm,caller ,\"0x401000\"" "$(printf '%s\n' "$out" | tr -d '\r' |
		sed -n '1s/.*,\(.*,.*\)/\1/p; 2s/.*\(,".*"\)/\1/p' | xargs -d '\n')"
	run convert --to ctf -k -o "$tmp/ctf" "$tmp/file"
	is "so has ctf" 5 "$(babeltrace2 "$tmp/ctf" | grep -c '_caller = "0x401000"')"
	run convert --to sqlite -k -o "$tmp/db" "$tmp/file"
	is "so has sqlite" "6 0x401000" "$(sqlite3 -separator ' ' "$tmp/db" 'SELECT count(*), caller FROM calls WHERE caller IS NOT NULL GROUP BY 2')"
	run convert --to sqlite -o "$tmp/db" "$tmp/file"
	is "without -k there is none" 0 "$(sqlite3 "$tmp/db" 'SELECT count(caller) FROM calls')"
	run report -k -o "$tmp/page.html" "$tmp/file"
	is "so has a report" 6 "$(grep -o '0x401000: [a-z]*(' "$tmp/page.html" | wc -l)"
	run -i "$tmp/file" -p 1 -z
	is "a status makes calls whole" 0 "$(printf '%s\n' "$out" | grep -c unfinished)"
	run -i "$tmp/file" -p 1 --vcpu 1
	is "nothing comes between" 2 "$(printf '%s\n' "$out" | wc -l)"
}

filters() {
	is "%file" "openat " "$(names -e %file)"
	is "%memory, read" "read mprotect " "$(names -e %memory,read)"
	is "a glob" "mprotect " "$(names -e 'm*t')"
	is "a regular expression" "openat close " "$(names -e '/^(open|clos)')"
	is "with a comma" "read " "$(names -e '/^re.{1\,2}$')"
	is "one of them not" "close read write mprotect nanosleep " "$(names -e 'all,!openat')"
	is "none of them" "read write mprotect nanosleep " "$(names -e '!openat,close')"
	is "more than one" "close " "$(names -e '%file,close' -e '!%file')"
	run -i "$tmp/file" -e %fiel
	is "no such set" "2 vsysread: -e %fiel: there is no such set" "$status $err"
	run -i "$tmp/file" -e %registry
	is "a set without calls" "2 vsysread: -e %registry: no such system call in profile linux_x86_64" \
		"$status $err"
	run -i "$tmp/file" -e '/('
	is "a bad expression" "2 vsysread: -e /(:" "$status $(printf '%s' "$err" | cut -d' ' -f1-3)"
	is "-z" "openat read write mprotect " "$(names -z)"
	is "-Z" "close " "$(names -Z)"
	is "unfinished, failed" "close nanosleep " "$(names -e status=unfinished,failed)"
	is "!successful" "close nanosleep " "$(names -e 'status=!successful')"
	is "space=" "openat close " "$(names -e space=0x20000)"
	is "space=!" "read write mprotect nanosleep " "$(names -e 'space=!0x20000')"
	is "space= of Windows: no bit of it is left out" "write mprotect nanosleep " "$(names -e space=0x31020)"
	is "--vcpu" "openat close " "$(names --vcpu 1-3)"
	is "-d" "write mprotect nanosleep " "$(names -d second)"
	run -i "$tmp/file" --explain -e '%file,!openat' -z -e space=0x20000 --vcpu 0,2
	is "--explain" "vsysread: all machines
vsysread: calls of 2 vCPUs
vsysread: calls of address space 0x20000
vsysread: calls that are successful" "$(printf '%s\n' "$out" | grep -v numbers)"
}

looks() {
	is "-t" "01:46:41 write(1, 0x5000, 3) = 3" "$(lines -t -e write)"
	is "-tt" "01:46:41.300000 write(1, 0x5000, 3) = 3" "$(lines -tt -e write)"
	is "-ttt" "1000000001.300000 write(1, 0x5000, 3) = 3" "$(lines -ttt -e write)"
	is "-r" "0.000000 write(1, 0x5000, 3) = 3
0.000010 mprotect(0x1000, 4096, PROT_READ|PROT_EXEC) = 0" \
		"$(lines -r -e write,mprotect | sed 's/^ *//; s/\] */] /')"
	is "-t -r" "01:46:41 (+     0.000000) write(1, 0x5000, 3) = 3" "$(lines -t -r -e write)"
	is "-T" "write(1, 0x5000, 3) = 3 <0.000002>" "$(lines -T -e write)"
	is "-n" "[   1] write(1, 0x5000, 3) = 3" "$(lines -n -e write)"
	is "-X raw" "mprotect(0x1000, 4096, 0x5) = 0" "$(lines -X raw -e mprotect)"
	is "-X verbose" "mprotect(0x1000, 4096, 0x5 /* PROT_READ|PROT_EXEC */) = 0" \
		"$(lines -X verbose -e mprotect)"
	is "-X raw: the directory" 'openat(-100, "/etc/hostname", 0x80000) = 3' \
		"$(lines -X raw -e openat)"
	is "-s" 'openat(AT_FDCWD, "/etc"..., O_RDONLY|O_CLOEXEC) = 3' "$(lines -s 4 -e openat)"
	is "-s: what comes back" 'read(5, "abcd"..., 10) = 7' "$(lines -s 4 -e read)"
	is "no colour to a file" 0 "$(lines | grep -c "$(printf '\033')")"
	is "--color" 'close(99) = [31m-1 EBADF (Bad file descriptor)[0m' \
		"$(lines --color=always -e close | tr -d '\033' | sed 's/.*close\[0m/close/')"
	is "NO_COLOR on a terminal" 0 "$(NO_COLOR=1 script -qec "$vsysread -i $tmp/file" /dev/null \
		</dev/null | grep -c "$(printf '\033\\[')")"
	is "colour on a terminal" 1 "$(NO_COLOR='' TERM=xterm script -qec "$vsysread -i $tmp/file -e close" \
		/dev/null </dev/null | grep -c "$(printf '\033\\[31m')")"
	run -q -i "$tmp/file"
	is "-q" "0 " "$status $err"
}

sums() {
	run -c -S calls --by=vm -i "$tmp/file"
	is "by machine" "vm 1 first 3 1
vm 2 second 3" "$(printf '%s\n' "$out" | awk '/vm/ { print $(NF - 2), $(NF - 1), $NF, $4, $5 ~ /^[0-9]+$/ ? $5 : "" }' |
		sed 's/ $//')"
	{ printf 'name 1 a\33b\n'; echo "enter 1 0 1000 0x10000 1 3 3 0 0"; } | "$mkcalls" >"$tmp/named"
	run -c --by=vm "$tmp/named"
	is "with its name, escaped" "vm 1 a\\33b" "$(printf '%s\n' "$out" | sed -n 's/.*\(vm 1 .*[^ ]\) *$/\1/p')"
	run -c -S name --by=call,space -i "$tmp/file"
	is "by space and call, by name" "vm 1 first space 0x20000 close
vm 2 second space 0x31020 mprotect
vm 2 second space 0x31020 nanosleep
vm 1 first space 0x20000 openat
vm 1 first space 0x10000 read
vm 2 second space 0x31020 write" "$(printf '%s\n' "$out" | sed -n 's/.*\(vm .* space\)/\1/p')"
	run -C --whole -S none -i "$tmp/file"
	is "-C: lines, and a table" "6 6" "$(printf '%s\n' "$out" | grep -c '^\[vm') $(printf '%s\n' "$out" |
		awk '/total/ { print $4 }')"
	: >"$tmp/script"
	i=0
	while [ $i -lt 100 ]; do
		# 98 calls of 1500 ns, one of 5000, one of 70000.
		ns=1500
		[ $i -eq 50 ] && ns=5000
		[ $i -eq 70 ] && ns=70000
		echo "enter 1 0 $((i * 100000)) 0x1000 $i 3 1 0 0
leave 1 0 $((i * 100000 + ns)) $i 3 0 $ns" >>"$tmp/script"
		i=$((i + 1))
	done
	"$mkcalls" <"$tmp/script" >"$tmp/many"
	run -c --histogram -i "$tmp/many"
	is "percentiles" "close: 100 calls, p50 2.048, p99 8.192, max 70.000 usecs" \
		"$(printf '%s\n' "$out" | grep p50)"
	is "histogram" "1.024 .. 2.048 98
4.096 .. 8.192 1
65.536 .. 131.072 1" "$(printf '%s\n' "$out" | awk '$2 == ".." && $4 { print $1, $2, $3, $4 }')"
}

descriptors() {
	"$mkcalls" >"$tmp/fds" <<'END2'
enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/hostname
leave 1 0 2000 1 257 3 3000
enter 1 0 3000 0x10000 2 0 3 0x6000 10
leave 1 0 4000 2 0 2 1000 ab
enter 1 0 5000 0x10000 3 3 3 0 0
leave 1 0 6000 3 3 0 1000
lost 1 6 7
enter 1 0 8000 0x10000 4 0 3 0x6000 10
leave 1 0 9000 4 0 0 1000
END2
	run -q -y -i "$tmp/fds"
	is "-y" '[vm 1 vcpu 0] openat(AT_FDCWD, "/etc/hostname", O_RDONLY|O_CLOEXEC) = 3</etc/hostname>
[vm 1 vcpu 0] read(3</etc/hostname>, "ab", 10) = 2
[vm 1 vcpu 0] close(3</etc/hostname>) = 0' "$(printf '%s\n' "$out" | head -n 3)"
	is "nothing after a loss" '[vm 1 vcpu 0] read(3, 0x6000, 10) = 0' "$(printf '%s\n' "$out" | tail -n 1)"
	run -q -y -e read -i "$tmp/fds"
	is "by calls that are not shown" '[vm 1 vcpu 0] read(3</etc/hostname>, "ab", 10) = 2' \
		"$(printf '%s\n' "$out" | head -n 1)"
	is "which are not" 3 "$(printf '%s\n' "$out" | wc -l)"
	run -q -y --json -e read -i "$tmp/fds"
	is "JSON has it, too" 1 "$(printf '%s\n' "$out" | grep -c '"text":"3</etc/hostname>"')"
}

# Processes by number, with their names; threads are one; who is not known is a row.
processes() {
	"$mkcalls" >"$tmp/processes" <<-END
		task 1 0 900 77 87 87 1 0 server /usr/sbin/server
		enter 1 0 1000 0x10000 1 3 3 0 0
		leave 1 0 3000 1 3 0 2000
		task 1 0 3500 78 88 89 1 0 worker
		enter 1 0 4000 0x10000 2 3 3 0 0
		leave 1 0 5000 2 3 -9 1000
		task 1 0 5500 0 0 0 0 0 x
		enter 1 0 6000 0x10000 3 3 3 0 0
		leave 1 0 6100 3 3 0 100
		task 1 0 6500 79 4294967295 89 1 0 ééééééé
		enter 1 0 7000 0x10000 4 3 3 0 0
		leave 1 0 7100 4 3 0 100
	END
	run -c -S none --by=process,call "$tmp/processes"
	is "--by=process,call" "vm 1 87 server close
vm 1 88 worker close
vm 1 process ? close
vm 1 4294967295 \\303\\251\\303\\251\\303\\251\\303\\251\\303\\251\\303\\251\\303\\251 close" "$(printf '%s\n' "$out" | sed -n 's/.*\(vm 1 .*\)/\1/p')"
}

losses() {
	printf 'lost 1 0 4\n' | "$mkcalls" >"$tmp/lost"
	run --fail-on-lost -i "$tmp/lost"
	is "--fail-on-lost" 3 $status
	run -q -i "$tmp/lost"
	is "losses are said with -q" "0 vsysread: 0 events, 5 lost, 1 ring, 0 calls" "$status $err"
	run --fail-on-lost -i "$tmp/file"
	is "nothing was lost" 0 $status
}

plan
pairs
filters
looks
sums
descriptors
processes
losses
end
