#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread --metrics: what promtool and Prometheus read, and clients that are no good.
# usage: metrics.sh VSYSREAD_FAKE
set -u

vsysread=$1
tmp=$(mktemp -d) || exit 1
readers=
trap 'kill $readers 2>/dev/null; rm -rf "$tmp"' EXIT
planned=12
dev=/fake/vsyscalls

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

# free_port: one that nobody has
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# get PATH: the answer's status, and its body in $tmp/body
get() {
	python3 - "http://127.0.0.1:$port/$1" "$tmp/body" <<-END
		import sys, urllib.error, urllib.request
		try:
		    with urllib.request.urlopen(sys.argv[1], timeout=5) as answer:
		        open(sys.argv[2], "wb").write(answer.read())
		        print(answer.status)
		except urllib.error.HTTPError as e:
		    print(e.code)
	END
}

# start OPTION...: a reader of the device, which has two calls; a loss with FAKEDEV=hole
start() {
	port=$(free_port)
	rm -f "$tmp/ready"
	"$vsysread" -q --metrics ":$port" -o /dev/null --timeout 60 --ready-file "$tmp/ready" "$@" $dev 2>"$tmp/said" &
	reader=$!
	readers="$readers $reader"
	until [ -e "$tmp/ready" ] || ! kill -0 $reader 2>/dev/null; do sleep 0.1; done
	sleep 0.3
}

own_port() {
	"$vsysread" -q --metrics :0 -o /dev/null --timeout 60 $dev 2>"$tmp/said" &
	readers="$readers $!"
	until grep -q port "$tmp/said" || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
	is "port 0" "vsysread: --metrics :0: port N" "$(sed 's/port [1-9][0-9]*$/port N/' "$tmp/said")"
	port=$(sed 's/.*port //' "$tmp/said")
	is "is the port that it tells" 200 "$(get metrics)"
	kill $!
}

text() {
	start
	is "it answers" 200 "$(get metrics)"
	is "promtool finds nothing wrong" "0" "$(promtool check metrics <"$tmp/body" 2>&1; echo $?)"
	is "calls and errors" 'vsyscalls_calls_total{call="close"} 1
vsyscalls_calls_total{call="unknown"} 1
vsyscalls_errors_total{call="close"} 0
vsyscalls_errors_total{call="unknown"} 1' "$(grep -E '^vsyscalls_(calls|errors)_total' "$tmp/body")"
	is "a histogram" 'vsyscalls_call_seconds_bucket{call="close",le="1e-06"} 0
vsyscalls_call_seconds_bucket{call="close",le="4e-06"} 1
vsyscalls_call_seconds_bucket{call="close",le="+Inf"} 1
vsyscalls_call_seconds_sum{call="close"} 0.000001500
vsyscalls_call_seconds_count{call="close"} 1' \
		"$(grep 'call_seconds.*"close"' "$tmp/body" | grep -E '"(1e-06|4e-06|.Inf)"|sum|count')"
	is "another path" 404 "$(get other)"
}

# A request comes in pieces.
pieces() {
	is "a request in pieces" "HTTP/1.1 200 OK" "$(python3 -c 'import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5)
for piece in b"GET /met", b"rics?a=b HTTP/1.1\r\n", b"Host: x\r\n\r\n":
    s.send(piece)
    time.sleep(0.3)
print(s.makefile().readline().strip())' "$port")"
}

# Clients that say nothing do not keep others out.
clients() {
	python3 -c 'import socket, sys, time
held = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(20)]
print("held", flush=True)
time.sleep(3)' "$port" >"$tmp/held" &
	sleep 1
	is "with 20 silent clients" 200 "$(get metrics)"
	wait $!
}

scrape() {
	cat >"$tmp/prometheus.yml" <<-END
		global: { scrape_interval: 1s }
		scrape_configs: [{ job_name: vsyscalls, static_configs: [{ targets: ["127.0.0.1:$port"] }] }]
	END
	web=$(free_port)
	prometheus --config.file="$tmp/prometheus.yml" --storage.tsdb.path="$tmp/data" \
		--web.listen-address="127.0.0.1:$web" >"$tmp/prometheus" 2>&1 &
	readers="$readers $!"
	for _ in $(seq 30); do
		sleep 1
		found=$(promtool query instant "http://127.0.0.1:$web" 'vsyscalls_calls_total{call="close"}' 2>/dev/null)
		[ -z "$found" ] || break
	done
	is "Prometheus scrapes it" 1 "$(grep -c 'call="close".* => 1 ' <<<"$found")"
}

refusals() {
	run --metrics example:1 $dev
	is "no number" "2 vsysread: --metrics example:1: not HOST:PORT, with HOST a number" "$status $(head -n 1 "$tmp/err")"
	run --metrics ":$port" --timeout 1 $dev
	is "a port that is taken" "1 vsysread: --metrics :$port: Address already in use" "$status $(head -n 1 "$tmp/err")"
}

plan
own_port
text
pieces
clients
scrape
refusals
end
