#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread --to nats://: a server, then a cluster of three of which one is killed, and readers
# that are killed.
# usage: stream.sh VSYSREAD MKMANY MKCALLS VSYSREAD_FAKE
set -u

vsysread=$1
mkmany=$2
mkcalls=$3
fake=$4
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
mine=
trap '{ kill -9 $mine; wait; } 2>/dev/null; rm -rf "$tmp"' EXIT
planned=58
dev=/fake/vsyscalls
# Where Debian has it, for those who are not root.
PATH=$PATH:/usr/sbin

# shellcheck source=ktap.sh
. "$here/ktap.sh"
# shellcheck source=streams.sh
. "$here/streams.sh"

stream() {
	python3 "$here/stream.py" "$@"
}

# server NAME PORT CLUSTER_PORT: start a server; its process is in $tmp/NAME.pid
server() {
	nats-server --config "$tmp/nats.conf" --name "$1" --port "$2" --store_dir "$tmp/$1" \
		--cluster "nats://127.0.0.1:$3" >>"$tmp/$1.log" 2>&1 &
	echo $! >"$tmp/$1.pid"
	mine="$mine $!"
}

# servers: choose ports, begin a cluster of a, b and c
servers() {
	local i names=(a b c)

	if ! command -v nats-server >/dev/null; then
		echo "# missing: nats-server, of the package of that name" >&2
		exit 1
	fi
	read -ra port <<<"$(stream ports 6)"
	cat >"$tmp/nats.conf" <<-END
		host: 127.0.0.1
		jetstream: {}
		cluster: { name: test, routes: [
			nats://127.0.0.1:${port[3]}, nats://127.0.0.1:${port[4]}, nats://127.0.0.1:${port[5]} ] }
	END
	for i in 0 1 2; do
		server "${names[i]}" "${port[i]}" "${port[i + 3]}"
	done
	all=${port[0]},${port[1]},${port[2]}
	url=nats://127.0.0.1:${port[0]},127.0.0.1:${port[1]},127.0.0.1:${port[2]}/calls
}

# back NAME: start a server again
back() {
	case $1 in
	a) server a "${port[0]}" "${port[3]}" ;;
	b) server b "${port[1]}" "${port[4]}" ;;
	c) server c "${port[2]}" "${port[5]}" ;;
	esac
}

# stop NAME...: kill servers
stop() {
	local name

	for name; do
		kill -9 "$(cat "$tmp/$name.pid")"
		wait "$(cat "$tmp/$name.pid")"
	done
} 2>/dev/null

# checked FILE: what is wrong with the stream, and how many events it has or misses
checked() {
	"$vsysread" --json "$1" 2>/dev/null >"$tmp/lines"
	stream dump "$all" calls "$(wc -l <"$tmp/lines")" >"$tmp/dump"
	stream check "$tmp/lines" <"$tmp/dump" 2>&1
}

urls() {
	wrong_urls nats:// <<-END
		host not nats://HOST[:PORT][,...]/STREAM
		/calls a host is missing
		host:1,/calls a host is missing
		host:70000/calls not a port number
		user:secret@host/calls not the name or address of a host
		host/calls.eu a stream has a name of letters, digits, - and _
	END
	run --to "nats://host/calls" -o file "$tmp/some"
	is "a place and a file" "2 vsysread: -o and -A cannot be combined with --to nats://host/calls" \
		"$status $(head -n 1 "$tmp/err")"
}

# Machine 1 has a name that a subject cannot have; there is a call that no profile knows.
messages() {
	"$mkcalls" >"$tmp/few" <<-END
		name 1 web.example>*
		enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/$(printf %0200d 1)
		leave 1 0 5000 1 257 3 3000
		lost 1 2 9
		enter 2 0 6000 0x10000 2 4000 1 2 3
		leave 2 0 7000 2 4000 -38 900
	END
	stream create "$all" calls 1
	run --to "$url" "$tmp/few"
	is "events are sent" "0 vsysread: calls: 3 events stored, 0 dropped" "$status $(head -n 1 "$tmp/err")"
	stream dump "$all" calls >"$tmp/dump"
	is "a message is a line of --json" "$("$vsysread" --json "$tmp/few" 2>/dev/null)" \
		"$(cut -d' ' -f3- "$tmp/dump")"
	is "subjects" "vsys.HOST.web_example__.openat
vsys.HOST.web_example__.gap
vsys.HOST.2.unknown" "$(cut -d' ' -f1 "$tmp/dump" | sed 's/^vsys\.[A-Za-z0-9_-]*\./vsys.HOST./')"
	is "ids" "S-1.0.0.3e8
S-1.0.2.0l
S-2.0.0.1770" "$(cut -d' ' -f2 "$tmp/dump" | sed 's/^[0-9a-f]\{16\}-/S-/')"
	is "of one session" 1 "$(cut -d' ' -f2 "$tmp/dump" | cut -d- -f1 | sort -u | wc -l)"
	run --to "$url" "$tmp/few"
	is "what is sent again is no second call" "0 3" "$status $(stream dump "$all" calls | wc -l)"
}

# A server does not take long messages.
too_long() {
	stream create "$all" calls 1
	stream limit "$all" calls 700
	run --to "$url" "$tmp/few"
	is "an event that is too long is dropped" "4 vsysread: calls: 3 events stored, 1 dropped" \
		"$status $(sed -n 2p "$tmp/err")"
	is "and is a gap" "3 events" "$(checked "$tmp/few")"
	is "all are objects as the manual has them" 3 "$(cut -d' ' -f3- "$tmp/dump" |
		python3 "$here/schema.py" "$here/../../userspace/man/vsysread.1.in" 2>&1)"
}

device() {
	stream create "$all" calls 1
	FAKEDEV=hole "$fake" -q --to "$url" --until-gone $dev 2>"$tmp/err"
	is "events of the device" "0 $(FAKEDEV=hole "$fake" --json --until-gone $dev 2>/dev/null)" \
		"$? $(stream dump "$all" calls | cut -d' ' -f3-)"
	FAKEDEV=hole "$fake" -q --to "$url" --until-gone $dev 2>"$tmp/err"
	is "another session has other ids" 2 "$(stream dump "$all" calls | grep -c '"name":"close"')"
}

# Servers that stop for a while: the spool gets full, and a file waits for room.
waits_for_room() {
	stream create "$all" calls 1
	halves | "$vsysread" --to "$url" --spool "$tmp/small:1M" - 2>"$tmp/err" &
	reader=$!
	mine="$mine $reader"
	stream await "$all" calls 1000
	for name in a b c; do
		kill -STOP "$(cat "$tmp/$name.pid")"
	done
	touch "$tmp/go"
	# The rest of the limit may be in memory.
	until [ "$(du -bc "$tmp"/small/*.seg 2>/dev/null | tail -n 1 | cut -f1)" -gt 900000 ]; do
		sleep 0.1
	done
	sleep 0.3
	for name in a b c; do
		kill -CONT "$(cat "$tmp/$name.pid")"
	done
	wait $reader
	is "a file waits for room" "0 $((2 + calls)) events" "$? $(checked "$tmp/some")"
	rm "$tmp/go"
}

# The leader is killed under load, and comes back; the other servers go on without it.
leader_killed() {
	local name

	stream create "$all" calls 3
	halves | "$vsysread" --to "$url" - 2>"$tmp/err" &
	reader=$!
	mine="$mine $reader"
	stream await "$all" calls 1000
	name=$(stream leader "$all" calls)
	touch "$tmp/go"
	stop "$name"
	stream await "$all" calls 10000
	back "$name"
	wait $reader
	is "a reader of a cluster of which one is killed" 0 $?
	is "each event is there once, in order" "$((2 + calls)) events" "$(checked "$tmp/some")"
}

# One message less, twice or in another place must be noticed.
control() {
	sed 5d "$tmp/dump" >"$tmp/less"
	is "an event that is missing is noticed" "missing:" \
		"$(stream check "$tmp/lines" <"$tmp/less" | grep -o missing: | sort -u)"
	sed 5p "$tmp/dump" >"$tmp/more"
	is "so is one that is there twice" 1 "$(stream check "$tmp/lines" <"$tmp/more" | grep -c ^twice)"
	sed '5h;5d;500G' "$tmp/dump" >"$tmp/other"
	is "so is another order" 1 "$(stream check "$tmp/lines" <"$tmp/other" | grep -c 'out of order')"
}

reader_killed() {
	stream create "$all" calls 3
	rm "$tmp/go"
	halves | "$vsysread" --to "$url" - 2>"$tmp/err" &
	reader=$!
	mine="$mine $reader"
	stream await "$all" calls 1000
	kill -9 $reader
	touch "$tmp/go"
	wait $reader 2>/dev/null
	"$vsysread" --to "$url" "$tmp/some" 2>"$tmp/err"
	is "a reader that was killed, and starts again" 0 $?
	is "each event is there once, in order, again" "$((2 + calls)) events" "$(checked "$tmp/some")"
}

wrong_spools() {
	local s why

	mkdir -m 777 "$tmp/open"
	mkdir -m 700 "$tmp/taken"
	touch "$tmp/file"
	flock --no-fork "$tmp/taken/lock" sleep 600 &
	mine="$mine $!"
	until ! flock -n "$tmp/taken/lock" true; do
		sleep 0.1
	done
	while read -r s why; do
		run --to nats://host/calls --spool "$s" "$tmp/few"
		is "no spool: ${s#"$tmp/"}" "2 vsysread: --spool $why" "$status $(head -n 1 "$tmp/err")"
	done <<-END
		dir dir: not DIR:BYTES, at least 1M
		dir:1000 dir:1000: not DIR:BYTES, at least 1M
		$tmp/file:1M $tmp/file: Not a directory
		$tmp/none/dir:1M $tmp/none/dir: No such file or directory
		$tmp/open:1M $tmp/open: it must belong to this user, and others must not write there
		$tmp/taken:1M $tmp/taken: another vsysread uses it
	END
	kill $!
	run --spool "$tmp/spool:1M" "$tmp/few"
	is "a spool without a place" "2 vsysread: --spool, --tls-ca and --login need --to with a URL" \
		"$status $(head -n 1 "$tmp/err")"
}

metrics() {
	python3 -c 'import sys, urllib.request
print(urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1] + "/metrics", timeout=5).read().decode())' "$1"
}

# Without servers: a session that is killed, the last message torn, and one that ends.
fill_spool() {
	local reader

	"$fake" --to "$url" --spool "$tmp/spool:1M" --timeout 600 --metrics :0 $dev 2>"$tmp/said" &
	reader=$!
	mine="$mine $reader"
	until grep -qs unknown "$tmp"/spool/*.seg; do
		sleep 0.1
	done
	is "metrics tell what waits" "stream_connected 0 stream_dropped_events_total 0 stream_waiting_events 4" \
		"$(metrics "$(sed -n 's/.*--metrics :0: port //p' "$tmp/said")" |
			grep -E '^vsyscalls_stream_(connected|dropped|waiting)' | sed 's/^vsyscalls_//' | sort | xargs)"
	kill -9 $reader
	wait $reader 2>/dev/null
	truncate -s -1 "$tmp/spool/00000001.seg"
	run_fake --spool "$tmp/spool:1M"
	is "events wait in the spool" "4 vsysread: calls: 0 events stored, 1 dropped, 9 wait in the spool" \
		"$status $(grep stored "$tmp/err")"
	is "those of before, too" "vsysread: --spool $tmp/spool: 3 events of an earlier vsysread, 1 torn" \
		"$(grep earlier "$tmp/err")"
	run_fake --spool "$tmp/spool:1M"
	is "of which the one that ended is no loss" \
		"0 vsysread: calls: 0 events stored, 0 dropped, 14 wait in the spool" "$status $(grep stored "$tmp/err")"
}

run_fake() {
	"$fake" --to "$url" --until-gone "$@" $dev 2>"$tmp/err"
	status=$?
}

full_spool() {
	ASAN_OPTIONS=detect_leaks=0 strace -fqo "$tmp/calls" -e trace=sync_file_range,fdatasync,fsync \
		"$vsysread" --to "$url" --spool "$tmp/full:1M" "$tmp/some" 2>"$tmp/err"
	status=$?
	is "a full spool" "4 yes" "$status $(grep -q ' dropped, [0-9]* wait in the spool' "$tmp/err" && echo yes)"
	is "its files went to the disk, all at the end" "sync_file_range fdatasync fsync" \
		"$(grep -o '[a-z_]*sync[a-z_]*' "$tmp/calls" | uniq | xargs)"
	is "has its limit" yes "$([ "$(du -bc "$tmp"/full/*.seg | tail -n 1 | cut -f1)" -lt 1100000 ] && echo yes)"
}

# Files of the spool may not have more than 100 KiB.
failing_spool() {
	(
		trap '' XFSZ
		ulimit -f 100
		exec "$vsysread" --to "$url" --spool "$tmp/failing:4M" "$tmp/some" 2>"$tmp/err"
	)
	is "a spool that cannot be written" "4 vsysread: --spool: No space left on device" \
		"$? $(grep device "$tmp/err")"
	is "all is counted" 20002 "$(($(sed -n 's/.* \([0-9]*\) dropped, \([0-9]*\) wait.*/\1+\2/p' "$tmp/err")))"
}

# The servers are back: what waited comes first.
sent_later() {
	local name before

	for name in a b c; do
		back $name
	done
	stream create "$all" calls 3
	run_fake --spool "$tmp/spool:1M"
	is "what waited is sent" "0 vsysread: calls: 19 events stored, 0 dropped" "$status $(grep stored "$tmp/err")"
	stream dump "$all" calls 19 >"$tmp/dump"
	is "in order, the session that was killed with its gap" "attach attach close gap $(
		for _ in 1 2 3; do echo attach attach close unknown read; done | xargs)" \
		"$(cut -d' ' -f1 "$tmp/dump" | sed 's/.*\.//' | xargs)"
	is "which counts what was torn" '"ended" "0x1"' \
		"$(sed -n 's/.*"reason":\("[a-z]*"\).*"count":\(.*\)}/\1 \2/p' "$tmp/dump")"
	is "ids are those of four sessions" 4 "$(cut -d' ' -f2 "$tmp/dump" | cut -d- -f1 | sort -u | wc -l)"
	is "the spool is empty" 0 "$(grep -ls type "$tmp"/spool/*.seg | wc -l)"
	stream create "$all" calls 3
	run_fake -q --spool "$tmp/full:1M"
	before=$(wc -l <"$tmp/lines")
	stream await "$all" calls 100
	stream dump "$all" calls | grep -v '"vm":7,' >"$tmp/dump"
	is "what a full spool has not is in gaps" "$before events" "$(stream check "$tmp/lines" <"$tmp/dump")"
	is "one for each vCPU" 2 "$(grep -c '"reason":"full"' "$tmp/dump")"
}

no_server() {
	stop a b c
	run --to "$url" "$tmp/few"
	is "no server" "4 vsysread: calls: no server answers; events wait
vsysread: calls: 0 events stored, 3 dropped" "$status $(head -n 2 "$tmp/err")"
}

# A server with TLS and a password.
secured() {
	local secure

	certificate "$tmp/cert" localhost
	certificate "$tmp/other" localhost
	cat >"$tmp/secure.conf" <<-END
		host: 127.0.0.1
		jetstream: {}
		tls: { cert_file: "$tmp/cert", key_file: "$tmp/cert.key" }
		authorization: { user: vsys, password: "a:b" }
	END
	nats-server --config "$tmp/secure.conf" --port "${port[0]}" --store_dir "$tmp/s" >"$tmp/s.log" 2>&1 &
	echo $! >"$tmp/s.pid"
	mine="$mine $!"
	echo vsys:a:b >"$tmp/login"
	echo vsys:ab >"$tmp/wrong"
	STREAM_CA=$tmp/cert STREAM_LOGIN=vsys:a:b stream create "${port[0]}" calls 1
	secure=nats://localhost:${port[0]}/calls
	run --to "$secure" --tls-ca "$tmp/cert" --login "$tmp/login" "$tmp/few"
	is "TLS and a password" "0 vsysread: calls: 3 events stored, 0 dropped" "$status $(head -n 1 "$tmp/err")"
	is_refused "a wrong password" "Authentication Violation" "$secure" --tls-ca "$tmp/cert" --login "$tmp/wrong"
	is_refused "no password" "Authentication Violation" "$secure" --tls-ca "$tmp/cert"
	is_refused "no TLS" "SSL Error" "$secure" --login "$tmp/login"
	is_refused "a certificate of another" "SSL Error" "$secure" --tls-ca "$tmp/other" --login "$tmp/login"
	is_refused "a certificate for another name" "SSL Error" "nats://127.0.0.1:${port[0]}/calls" \
		--tls-ca "$tmp/cert" --login "$tmp/login"
	stop s
	run --to "$secure" --tls-ca "$tmp/none" "$tmp/few"
	is "no file of certificates" "2 vsysread: --tls-ca $tmp/none: No such file or directory" \
		"$status $(head -n 1 "$tmp/err")"
	run --to "$secure" --login "$tmp/secure.key" "$tmp/few"
	is "no login" "2 vsysread: --login $tmp/secure.key: it cannot be read" "$status $(head -n 1 "$tmp/err")"
}

# is_refused NAME WHY URL OPTION...
is_refused() {
	run --to "${@:3}" "$tmp/few"
	is "$1" "4 vsysread: calls: $2; events wait
vsysread: calls: 0 events stored, 3 dropped" "$status $(grep calls: "$tmp/err")"
}

plan
urls
calls=20000
"$mkmany" $calls >"$tmp/some" || exit 1
servers
messages
too_long
device
waits_for_room
leader_killed
control
reader_killed
wrong_spools
no_server
secured
fill_spool
full_spool
failing_spool
sent_later
end
