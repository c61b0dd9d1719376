#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vsysread --to nats:// --creds: a server whose users have JWTs.
# usage: creds.sh VSYSREAD MKCALLS
set -u

vsysread=$1
mkcalls=$2
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d) || exit 1
mine=
trap '{ kill -9 $mine; wait; } 2>/dev/null; rm -rf "$tmp"' EXIT
planned=11
# Where Debian has it, for those who are not root.
PATH=$PATH:/usr/sbin

# shellcheck source=ktap.sh
. "$here/ktap.sh"

# wrong NAME WHY OPTION...: what is refused before anything is sent
wrong() {
	run --to "${@:3}" file
	is "$1" "2 vsysread: $2" "$status $(head -n 1 "$tmp/err")"
}

options() {
	local nats=nats://host/calls

	echo "-----BEGIN NATS USER JWT-----" >"$tmp/half"
	wrong "no file" "--creds $tmp/none: No such file or directory" $nats --creds "$tmp/none"
	wrong "a file without a seed" "--creds $tmp/half: not a JWT of a user and its seed, as nsc writes them" \
		$nats --creds "$tmp/half"
	wrong "another file" "--creds $0: not a JWT of a user and its seed, as nsc writes them" $nats --creds "$0"
	wrong "two ways to log in" "--creds and --login cannot be combined" $nats --creds "$0" --login "$0"
	wrong "OTLP has none" "--creds needs --to nats://" otlp://host --creds "$0"
}

# refused NAME WHY OPTION...: the server takes nothing
refused() {
	run --to "$url" "${@:3}" "$tmp/few"
	is "$1" "4 vsysread: calls: $2; events wait" "$status $(head -n 1 "$tmp/err")"
}

plan
options
"$mkcalls" >"$tmp/few" <<-END
	enter 1 0 1000 0x10000 1 257 -100 0x5000 0x80000 /etc/passwd
	leave 1 0 5000 1 257 3 3000
END
port=$(python3 "$here/stream.py" ports 1)
url=nats://127.0.0.1:$port/calls
python3 "$here/creds.py" "$tmp" "$port" || exit 1
nats-server --config "$tmp/nats.conf" >"$tmp/log" 2>&1 &
mine=$!
export STREAM_CREDS=$tmp/user.creds
python3 "$here/stream.py" create "$port" calls 1
run --to "$url" --creds "$tmp/user.creds" "$tmp/few"
is "a user whom the server knows" "0 vsysread: calls: 1 events stored, 0 dropped" "$status $(head -n 1 "$tmp/err")"
is "the event is there" 1 "$(python3 "$here/stream.py" dump "$port" calls 1 | grep -c openat)"
refused "a user of another account" "Authentication Violation" --creds "$tmp/stranger.creds"
# A JWT with the seed of another user.
{ head -n 4 "$tmp/user.creds" && tail -n +5 "$tmp/stranger.creds"; } >"$tmp/mixed"
refused "the seed of another" "Authentication Violation" --creds "$tmp/mixed"
sed '6s/./X/' "$tmp/user.creds" >"$tmp/spoiled"
run --to "$url" --creds "$tmp/spoiled" "$tmp/few"
is "a seed that is none" "4 vsysread: calls: --creds $tmp/spoiled" "$status $(sed -n '1s/: (.*; events wait$//p' "$tmp/err")"
refused "no credentials" "Authentication Violation"
end
