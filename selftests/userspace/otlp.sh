#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread --to otlp://: a receiver that takes only what the schema has, is away, busy, or wrong.
# usage: otlp.sh VSYSREAD MKMANY MKCALLS VSYSREAD_FAKE
set -u

vsysread=$1
mkmany=$2
mkcalls=$3
fake=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
mine=
trap '{ kill -9 $mine; wait; } 2>/dev/null; rm -rf "$tmp"' EXIT
planned=43
dev=/fake/vsyscalls

# shellcheck source=ktap.sh
. "$here/ktap.sh"
# shellcheck source=streams.sh
. "$here/streams.sh"
# shellcheck source=receiver.sh
. "$here/receiver.sh"

stop() {
	kill -9 "$1"
	wait "$1"
} 2>/dev/null

urls() {
	wrong_urls "" <<-END
		otlp:// a host is missing
		otlp://host:0 not a port number
		otlp://host/v1/logs not otlp://HOST[:PORT]
		otlp://user@host not the name or address of a host
		http://host not nats://, otlp:// or kafka://
	END
}

default_port() {
	ASAN_OPTIONS=detect_leaks=0 strace -fqo "$tmp/calls" -e trace=connect \
		"$vsysread" --to otlp://127.0.0.1 "$tmp/few" 2>"$tmp/err"
	is "the default port" 4318 "$(grep -o 'htons([0-9]*)' "$tmp/calls" | sort -u | tr -cd 0-9)"
}

messages() {
	"$mkcalls" >"$tmp/few" <<-END
		name 1 web.$(printf '\303\251')
		clock 500 1700000000000000000
		task 1 0 600 7 87 88 1 1000 worker /usr/bin/Worker c0ffee
		enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/passwd
		leave 1 0 5000 1 257 3 3000
		lost 1 3 9
		enter 2 0 6000 0x10000 2 4000 1 2 3
		leave 2 0 7000 2 4000 -38 900
	END
	mkdir -p "$tmp/root/etc"
	echo 0123456789abcdef0123456789abcdef >"$tmp/root/etc/machine-id"
	VSYSREAD_ROOT=$tmp/root run --to "$url" "$tmp/few"
	is "events are sent" "0 vsysread: $url: 3 events stored, 0 dropped" "$status $(head -n 1 "$tmp/err")"
	is "they are the lines of --json" "0 missing, 0 twice" "$(compared "$tmp/few")"
	is "the host has its id" 0123456789abcdef0123456789abcdef \
		"$(jq -r '.resource["host.id"]' "$tmp/otlp/events" | sort -u)"
	is "of two machines of this host" "$(uname -n) 1 web.\\303\\251
$(uname -n) 1 web.\\303\\251
$(uname -n) 2 null" "$(jq -r '.resource | "\(.["host.name"]) \(.["vsyscalls.machine.pid"]) \(.["vsyscalls.machine.name"])"' \
		"$tmp/otlp/events")"
	is "time, severity and text" "1700000000000000500 9 INFO vsyscalls.call: openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) = 3
null 13 WARN vsyscalls.lost: [vm 1 vcpu 0] <lost 7 events, seq 3-9>
1700000000000005500 9 INFO vsyscalls.call: syscall_0xfa0(0x1, 0x2, 0x3) = -1 ENOSYS (Function not implemented)" \
		"$(sed 's/_nano": \([0-9]*\)/_nano": "\1"/g' "$tmp/otlp/events" |
			jq -r '"\(.time_unix_nano) \(.severity_number) \(.severity_text) \(.event_name): \(.body)"')"
	is "the name of a program is the end of its path" Worker \
		"$(jq -r '.attributes["process.executable.name"] // empty' "$tmp/otlp/events")"
	is "ids" "S-1.0.1.3e8
S-1.0.3.0l
S-2.0.0.1770" "$(jq -r '.attributes["log.record.uid"]' "$tmp/otlp/events" | sed 's/^[0-9a-f]\{16\}-/S-/')"
	run --to "$url" -k "$tmp/few"
	is "-k: the caller" "0x401000 0x401000" "$(jq -r '.attributes["vsyscalls.caller"] // empty' "$tmp/otlp/events" | xargs)"
	is "what is sent again has the same ids" "0 0 missing, 3 twice" "$status $(compared "$tmp/few")"
}

# together: send the few events in one request
together() {
	if [ ! -e "$tmp/waiting" ]; then
		"$mkcalls" </dev/null >"$tmp/none"
		"$vsysread" -q --to otlp://127.0.0.1:1 --spool "$tmp/waiting:1M" "$tmp/few" 2>"$tmp/err"
	fi
	rm -rf "$tmp/together"
	cp -r "$tmp/waiting" "$tmp/together"
	run --to "$url" --spool "$tmp/together:1M" "$tmp/none"
}

# A request that is nearly right must be found wrong.
control() {
	local body=$tmp/otlp/body

	plans 200
	together
	is "a request" "3 records" "$(otlp judge "$body")"
	head -c -1 "$body" >"$tmp/body"
	is "one that is cut" "wrong: resource_logs is cut" "$(otlp judge "$tmp/body")"
	{ cat "$body" && printf '\x98\x06\x01'; } >"$tmp/body"
	is "one with a field that is unknown" "wrong: REQUEST has no field 99" "$(otlp judge "$tmp/body")"
	sed 's/process\.pid/process.abc/' "$body" >"$tmp/body"
	is "an attribute that is unknown" "wrong: attribute process.abc=87" "$(otlp judge "$tmp/body")"
	sed 's/vsyscalls\.seq/vsyscalls.abi/' "$body" >"$tmp/body"
	is "one that is there twice" "wrong: vsyscalls.abi is there twice" "$(otlp judge "$tmp/body")"
	head -n 2 "$tmp/otlp/events" >"$tmp/less"
	is "an event that is missing" "1 missing" "$(otlp check "$tmp/lines" "$tmp/less" | sed "s/,.*//")"
	sed 's/latency": 900/latency": 901/' "$tmp/otlp/events" >"$tmp/other"
	is "one that is another" want "$(otlp check "$tmp/lines" "$tmp/other" | sed -n '1s/ .*//p')"
	sed 's/worker/work\xff\xfe/' "$body" >"$tmp/body"
	is "a string that is not UTF-8" "wrong: 'utf-8' codec" "$(otlp judge "$tmp/body" | cut -c -20)"
}

device() {
	plans 200
	FAKEDEV=hole "$fake" -q --to "$url" --until-gone $dev 2>"$tmp/err"
	FAKEDEV=hole "$fake" --json --until-gone $dev 2>/dev/null >"$tmp/lines"
	is "events of the device" "0 missing, 0 twice" "$(otlp check "$tmp/lines" "$tmp/otlp/events")"
	is "none is wrong" "" "$(cat "$tmp/otlp/wrong" 2>/dev/null)"
}

# answers NAME LOG TWICE ANSWER...
answers() {
	local name=$1 log=$2 twice=$3

	shift 3
	plans "$@"
	together
	is "$name" "0 $log 0 missing, $twice twice" "$status $(xargs <"$tmp/otlp/log") $(compared "$tmp/few")"
}

busy() {
	# The receiver finds a request wrong that comes too early.
	answers "a receiver that is busy" "429 503 200" 0 "429 1" "503 1"
	answers "one that is out of order" "500 502 401 403 404 408 200" 0 500 502 401 403 404 408
	is "which is told once" "vsysread: $url: HTTP 500; events wait
vsysread: $url: events are stored again" "$(grep wait -A 1 "$tmp/err")"
	answers "one that stores and does not answer" "drop 200" 3 drop
}

partial() {
	plans "partial 2"
	together
	is "two events are rejected" "4 vsysread: $url: 2 of 3 events are rejected: \"no\\33[31m room\"
vsysread: $url: 1 events stored, 2 dropped" "$status $(grep ' rejected\|stored' "$tmp/err")"
}

# One event is wrong to the receiver: the others are stored.
poisoned() {
	plans 200
	printf /etc/passwd >"$tmp/otlp/poison"
	run --to "$url" "$tmp/few"
	is "an event that is refused is dropped" "4 vsysread: $url: 3 events stored, 1 dropped" \
		"$status $(grep stored "$tmp/err")"
	is "and named as missing" "vsyscalls.gap S-1.0.1.3e8g refused 1 1 1
vsyscalls.lost S-1.0.3.0l null 3 9 7
vsyscalls.call S-2.0.0.1770 null null null null" "$(jq -r '.attributes as $a | "\(.event_name) \($a["log.record.uid"]) " +
		([$a["vsyscalls.missing." + ("reason", "first", "last", "count")]] | map(tostring) | join(" "))' \
		"$tmp/otlp/events" | sed 's/ [0-9a-f]\{16\}-/ S-/')"
	is "of the same machine" "1 1 2" "$(jq '.resource["vsyscalls.machine.pid"]' "$tmp/otlp/events" | xargs)"
}

# The receiver is killed under load, and comes back.
killed() {
	local reader

	plans 200
	halves | "$vsysread" --to "$url" --spool "$tmp/spool:64M" - 2>"$tmp/err" &
	reader=$!
	mine="$mine $reader"
	until [ -s "$tmp/otlp/events" ]; do
		sleep 0.1
	done
	cp "$tmp/otlp/events" "$tmp/before"
	stop $receiver
	touch "$tmp/go"
	# Some wait.
	until [ "$(du -bc "$tmp"/spool/*.seg 2>/dev/null | tail -n 1 | cut -f1)" -gt 1000000 ]; do
		sleep 0.1
	done
	cp "$tmp/otlp/events" "$tmp/before"
	receiver "$port"
	wait $reader
	is "a receiver that is killed, and comes back" 0 $?
	is "a request has 512 events at most" 512 "$(sort -n "$tmp/otlp/sizes" | tail -n 1)"
	cat "$tmp/before" "$tmp/otlp/events" >"$tmp/all"
	mv "$tmp/all" "$tmp/otlp/events"
	is "each event is there, in order" "0 missing" "$(compared "$tmp/some" | cut -d, -f1)"
}

spooled() {
	stop $receiver
	run --to "$url" --spool "$tmp/later:1M" "$tmp/few"
	is "events wait in the spool" "0 vsysread: $url: 0 events stored, 0 dropped, 3 wait in the spool" \
		"$status $(grep stored "$tmp/err")"
	run --to nats://host/calls --spool "$tmp/later:1M" "$tmp/few"
	is "they are not for others" "2 vsysread: --spool $tmp/later: it holds events for servers of another kind" \
		"$status $(head -n 1 "$tmp/err")"
	receiver "$port"
	run --to "$url" --spool "$tmp/later:1M" "$tmp/none"
	is "they are sent later" "0 0 missing, 0 twice" "$status $(compared "$tmp/few")"
}

# is_away NAME WHY URL OPTION...
is_away() {
	run --to "${@:3}" "$tmp/few"
	is "$1" "4 $2" "$status $(sed -n '1s/.*[0-9]: //p' "$tmp/err")"
}

# A receiver with TLS and a password.
secured() {
	local wrong="SSL peer certificate or SSH remote key was not OK; events wait"

	stop $receiver
	certificate "$tmp/cert" localhost
	certificate "$tmp/other" localhost
	receiver 0 "$tmp/cert" vsys:a:b
	echo vsys:a:b >"$tmp/login"
	run --to "otlp://localhost:$port" --tls-ca "$tmp/cert" --login "$tmp/login" "$tmp/few"
	is "TLS and a password" "0 0 missing, 0 twice" "$status $(compared "$tmp/few")"
	is_away "no password" "HTTP 401; events wait" "otlp://localhost:$port" --tls-ca "$tmp/cert"
	is_away "a certificate of another" "$wrong" "otlp://localhost:$port" --tls-ca "$tmp/other" --login "$tmp/login"
	is_away "a certificate for another name" "$wrong" "otlp://127.0.0.1:$port" --tls-ca "$tmp/cert" \
		--login "$tmp/login"
}

plan
urls
"$mkmany" 10000 >"$tmp/some" || exit 1
receiver
messages
control
default_port
device
busy
partial
poisoned
killed
spooled
secured
end
