# SPDX-License-Identifier: GPL-2.0
# The receiver of otlp.py, for the tests of --to otlp://, after ktap.sh.
# shellcheck shell=bash disable=SC2034,SC2154 # the test sets tmp, here, vsysread and mine, and has port and url

otlp() {
	python3 "$here/otlp.py" "$@"
}

# receiver [PORT [CERTIFICATE LOGIN]]: start one with no events; sets $url
receiver() {
	rm -rf "$tmp/otlp"
	mkdir "$tmp/otlp"
	python3 "$here/otlp.py" serve "$tmp/otlp" "$@" 2>"$tmp/receiver" &
	receiver=$!
	mine="$mine $receiver"
	until [ -e "$tmp/otlp/port" ]; do
		sleep 0.05
	done
	port=$(cat "$tmp/otlp/port")
	url=otlp://127.0.0.1:$port
}

# plans ANSWER...: what the receiver says next
plans() {
	rm -f "$tmp"/otlp/{events,log,poison}
	printf '%s\n' "$@" >"$tmp/otlp/plan"
}

# compared FILE: the events that were stored and the lines of a file; what was wrong
compared() {
	"$vsysread" --json "$1" 2>/dev/null >"$tmp/lines"
	otlp check "$tmp/lines" "$tmp/otlp/events" 2>&1
	cat "$tmp/otlp/wrong" 2>/dev/null
}
