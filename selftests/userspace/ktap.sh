# SPDX-License-Identifier: GPL-2.0
# KTAP for the shell tests of this folder; VSYS_TAMPER as in ktap.h.
# The test sets $vsysread, $tmp and $planned.
# shellcheck shell=sh disable=SC2154,SC2034

n=0
failed=0

plan() {
	echo "KTAP version 1"
	echo "1..$planned"
}

result() {
	n=$((n + 1))
	echo "$1 $n $2"
}

# is NAME WANT GOT
is() {
	if [ "${VSYS_TAMPER:-}" = $((n + 1)) ]; then
		set -- "$1" tampered "$3"
	fi
	if [ "$2" = "$3" ]; then
		result ok "$1"
	else
		printf '%s\n' "$2" | sed 's/^/# want: /'
		printf '%s\n' "$3" | sed 's/^/# got:  /'
		result "not ok" "$1"
		failed=1
	fi
	# A control has its answer by then: what follows need not run again.
	if [ "${VSYS_TAMPER:-}" = $n ]; then
		planned=$n
		end
		exit
	fi
}

# run ARGS...: run vsysread; sets $out, $err and $status
run() {
	"$vsysread" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

end() {
	[ $n -eq "$planned" ] || echo "# $n results, $planned planned"
	[ $n -eq "$planned" ] && [ $failed -eq 0 ]
}
