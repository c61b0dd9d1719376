#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: run tests, one KTAP report.  With VSYS_TAMPER the first
# expectation of each is changed.
#
#	host.sh TEST...
#
# shellcheck disable=SC2034,SC2086 # names for the tests; paths without blanks
dir=/t
tmp=/tmp/edit
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
mkdir -p $tmp

# is NAME WANT GOT
is() {
	[ -z "${VSYS_TAMPER:-}" ] || set -- "$1" "tampered $2" "$3"
	VSYS_TAMPER=
	[ "$2" = "$3" ]
	same=$?
	[ $same = 0 ] || printf '%s\n' "want: $2" "got:  $3" | sed 's/^/# /'
	result $same "$1"
}

# has NAME FIXED_STRING FILE: does a line have it?
has() {
	is "$1" "$2" "$(grep -oF -m 1 -- "$2" "$3" | head -n 1)"
}

# await COMMAND...: until it succeeds, 60 s at most.
await() {
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 600 ] || return 1
		usleep 100000
	done
}

said() {
	grep -qF -- "$2" "$1"
}

# start NAME COMMAND...: in the background, as $started; it says "ready".
start() {
	name=$1
	shift
	"$@" >$tmp/$name 2>&1 &
	started=$!
	await said $tmp/$name ready
}

end() {
	kill -INT "$1"
	wait "$1"
}

for test; do
	# shellcheck disable=SC1090 # by its name
	. "$dir/edit/$test.sh"
done
finish
