#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread --to kafka://: a cluster that librdkafka mocks, with its errors.
# usage: kafka.sh VSYSREAD MKMANY MKCALLS MOCKKAFKA
set -u

vsysread=$1
mkmany=$2
mkcalls=$3
mock=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
mine=
trap '{ kill -9 $mine; wait; } 2>/dev/null; rm -rf "$tmp"' EXIT
planned=25

# shellcheck source=ktap.sh
. "$here/ktap.sh"
# shellcheck source=streams.sh
. "$here/streams.sh"

# brokers COMMAND...: tell the mock, and print its answer
brokers() {
	local line

	echo "$*" >&4
	while read -r line <&3 && [ "$line" != . ]; do
		echo "$line"
	done
}

begin() {
	mkfifo "$tmp/to" "$tmp/from"
	"$mock" <"$tmp/to" >"$tmp/from" 2>"$tmp/mock" &
	mine=$!
	exec 4>"$tmp/to" 3<"$tmp/from"
	read -r hosts <&3
	url=kafka://$hosts
}

# checked FILE TOPIC [FILTER...]: what is wrong with the topic, and how many events it has or misses
checked() {
	"$vsysread" --json "$1" 2>/dev/null >"$tmp/lines"
	brokers dump "$2" "$(wc -l <"$tmp/lines")" >"$tmp/dump"
	shift 2
	"${@:-cat}" <"$tmp/dump" | python3 "$here/stream.py" check "$tmp/lines" 2>&1
}

urls() {
	wrong_urls kafka:// <<-END
		host not kafka://HOST[:PORT][,...]/TOPIC
		host,/calls a host is missing
		host/ a topic is missing
		host/a*b a topic has a name of letters, digits, dots, - and _
	END
}

messages() {
	"$mkcalls" >"$tmp/few" <<-END
		name 1 web
		enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/passwd
		leave 1 0 5000 1 257 3 3000
		lost 1 2 9
		enter 2 0 6000 0x10000 2 4000 1 2 3
		leave 2 0 7000 2 4000 -38 900
	END
	brokers topic few
	run --to "$url/few" "$tmp/few"
	is "events are sent" "0 vsysread: few: 3 events stored, 0 dropped" "$status $(grep stored "$tmp/err")"
	is "messages are the lines of --json" "3 events" "$(checked "$tmp/few" few)"
	is "with subject and id" "vsys.HOST.2.unknown S-2.0.0.1770
vsys.HOST.web.gap S-1.0.2.0l
vsys.HOST.web.openat S-1.0.0.3e8" "$(cut -d' ' -f1,2 "$tmp/dump" | sort |
		sed 's/^vsys\.[A-Za-z0-9_-]*\./vsys.HOST./; s/ [0-9a-f]\{16\}-/ S-/')"
	is "the key is the machine, which has one partition" "HOST.2
HOST.web" "$(brokers keys few 3 | sort -u | sed 's/^[A-Za-z0-9_-]*\./HOST./; s/ .*//')"
	run --to "$url/few" "$tmp/few"
	is "what is sent again has the same ids" 3 "$(brokers dump few 6 | cut -d' ' -f2 | sort | uniq -d | wc -l)"
}

# NOT_LEADER_FOR_PARTITION, REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS, and a connection that ends
failing() {
	brokers topic failing
	brokers errors 6 7 19 -195
	run --to "$url/failing" "$tmp/some"
	is "brokers that fail" "0 vsysread: failing: $((2 + calls)) events stored, 0 dropped" \
		"$status $(grep stored "$tmp/err")"
	is "each event is there once, in order" "$((2 + calls)) events" "$(checked "$tmp/some" failing)"
	sed 5d "$tmp/dump" >"$tmp/less"
	is "one that is missing would be noticed" missing: \
		"$(python3 "$here/stream.py" check "$tmp/lines" <"$tmp/less" | grep -o missing: | sort -u)"
}

# The leader is gone under load, and another one leads.
leader_gone() {
	local reader

	brokers topic moved
	brokers lead moved 1
	halves | "$vsysread" --to "$url/moved" - 2>"$tmp/err" &
	reader=$!
	mine="$mine $reader"
	brokers dump moved 100 >"$tmp/dump"
	brokers down 1
	touch "$tmp/go"
	brokers lead moved 2
	wait $reader
	is "a leader that is gone" "0 0 dropped" "$? $(grep -o '[0-9]* dropped' "$tmp/err")"
	# A broker may have stored what it could not acknowledge.
	is "each event is there, in order" "$((2 + calls)) events" "$(checked "$tmp/some" moved awk '!seen[$2]++')"
	brokers up 1
}

# All brokers are away for a while.
away() {
	local id

	for id in 1 2 3; do
		brokers down $id
	done
	run --to "$url/away" "$tmp/few"
	is "all brokers are away" "4 vsysread: away: no broker answers; events wait
vsysread: away: 0 events stored, 3 dropped" "$status $(grep away: "$tmp/err")"
	run --to "$url/later" --spool "$tmp/spool:64M" "$tmp/some"
	is "events wait in the spool" "0 $((2 + calls)) wait in the spool" "$status $(grep -o '[0-9]* wait in.*' "$tmp/err")"
	for id in 1 2 3; do
		brokers up $id
	done
	brokers topic later
	"$mkcalls" </dev/null >"$tmp/none"
	run --to "$url/later" --spool "$tmp/spool:64M" "$tmp/none"
	is "they are sent later" "0 $((2 + calls)) events stored" "$status $(grep -o '[0-9]* events stored' "$tmp/err")"
	is "once, in order" "$((2 + calls)) events" "$(checked "$tmp/some" later)"
}

# MSG_SIZE_TOO_LARGE
refused() {
	brokers topic refused
	brokers errors 10
	run --to "$url/refused" "$tmp/one"
	is "an event that is refused is dropped" "4 vsysread: refused: 1 events stored, 1 dropped" \
		"$status $(grep stored "$tmp/err")"
	is "and is a gap" "1 events" "$(checked "$tmp/one" refused)"
}

# is_away NAME WHY OPTION...
is_away() {
	run --to "kafka://127.0.0.1:$port/few" "${@:3}" "$tmp/few"
	is "$1" "4 vsysread: few: $2; events wait
vsysread: few: 0 events stored, 3 dropped" "$status $(grep few: "$tmp/err")"
}

# TLS and a password before the brokers
secured() {
	local port ssl="Local: SSL error"

	certificate "$tmp/cert" localhost,IP:127.0.0.1
	certificate "$tmp/other" localhost,IP:127.0.0.1
	# shellcheck disable=SC2046 # ports
	python3 "$here/kafkatls.py" "$tmp/cert" vsys:a:b $(grep -o '[0-9]*$' <<<"${hosts//,/$'\n'}") >"$tmp/ports" &
	mine="$mine $!"
	until [ -s "$tmp/ports" ]; do
		sleep 0.05
	done
	read -r port _ <"$tmp/ports"
	echo vsys:a:b >"$tmp/login"
	echo vsys:ab >"$tmp/wrong"
	brokers topic safe
	run --to "kafka://127.0.0.1:$port/safe" --tls-ca "$tmp/cert" --login "$tmp/login" "$tmp/few"
	is "TLS and a password" "0 3 events" "$status $(checked "$tmp/few" safe)"
	is_away "a wrong password" "Local: Authentication failure" --tls-ca "$tmp/cert" --login "$tmp/wrong"
	is_away "no password" "no broker answers" --tls-ca "$tmp/cert"
	is_away "a certificate of another" "$ssl" --tls-ca "$tmp/other" --login "$tmp/login"
	run --to "kafka://localhost:$port/few" --tls-ca "$tmp/login" "$tmp/few"
	is "no certificate" 4 "$status"
}

plan
urls
# A mock keeps 5 MB of a partition, and these are of one machine.
calls=5000
"$mkmany" $calls >"$tmp/some" || exit 1
"$mkcalls" >"$tmp/one" <<-END
	enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/passwd
	leave 1 0 5000 1 257 3 3000
END
begin
messages
failing
leader_gone
away
refused
secured
end
