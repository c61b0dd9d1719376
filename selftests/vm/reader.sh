# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# A reader for scripts that run in the emulated host, where this is /vm/reader.sh.
# $vsysread is the program; /tmp/said gets what it says.

# reader_start OPTION...: return when it is attached, its process in $reader.
reader_start() {
	rm -f /tmp/ready
	"${vsysread:-/t/vsysread}" --ready-file /tmp/ready "$@" 2>/tmp/said &
	reader=$!
	while [ ! -e /tmp/ready ]; do
		if ! kill -0 $reader 2>/dev/null; then
			echo "Bail out! vsysread ended: $(cat /tmp/said)"
			exit 1
		fi
		sleep 0.1
	done
}

# reader_stop: let it read what there is, and end it; its exit code.
reader_stop() {
	sleep 0.5
	kill -INT $reader
	wait $reader
}
