# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For scripts in the emulated arm64 host, with all files in /g.
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh
# shellcheck disable=SC2034 # of reader.sh
vsysread=/g/vsysread

# guest [-n] SHAPE TIMES: -n: at EL2
guest() {
	nested=
	[ "$1" != -n ] || { nested=-n; shift; }
	timeout 120 /g/vmm $nested /g/guest.bin "${1%,*}" "${1#*,}" "$2" >/tmp/guest 2>&1
	code=$?
	[ $code = 0 ] || sed 's/^/# /' /tmp/guest
	return $code
}

# trace [OPTION...]
trace() {
	reader_start --whole -o /tmp/trace "$@"
}

lines() {
	sed 's/^\[vm [0-9]* vcpu 0\] //; /^--- entry register /d' /tmp/trace
}

# Each call of a program is recorded once, with its result.
counted() {
	trace
	guest 12,48 1000
	rc=$?
	reader_stop
	[ $rc = 0 ] && [ "$(lines | grep -cxF 'getpid() = 4711')" = 1000 ] &&
		[ "$(lines | grep -cxF 'exit_group(0) = ?')" = 1 ] && [ "$(lines | wc -l)" = 1001 ]
}
