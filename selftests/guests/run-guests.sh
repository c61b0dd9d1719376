#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run the mini guests where /dev/kvm is, and print one KTAP report.
#
#	run-guests.sh [--strict[=DOORS]] DIR [NAME...]
#
# DIR holds minivm, the *.bin images and guests.list; without NAMEs all runs of
# guests.list are made, in its order.  Known deviations of an emulated CPU are
# skips; with --strict those of the DOORS (see minivm) are failures: a traced guest's
# calls are not executed by the CPU.  Tracing is up to the
# caller.  Exit code: 0 when all passed, else 1; 2 usage.

usage() {
	echo "usage: run-guests.sh [--strict[=DOORS]] DIR [NAME...]" >&2
	exit 2
}

strict=
case $1 in
--strict|--strict=*)
	strict=$1
	shift ;;
esac
[ $# -ge 1 ] && [ -f "$1/guests.list" ] || usage
dir=$1
shift

mkdir -p "${TMPDIR:-/tmp}"
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
count=0
failures=0

# Judge one run: its exit code is 0 and its plan agrees with its lines.
passed() {
	[ "$1" = 0 ] && awk '
		/^ok [0-9]+ / { n++ }
		/^not ok / { bad = 1 }
		/^1\.\.[0-9]+$/ { plan = substr($0, 4) + 0; plans++ }
		END { exit bad || plans != 1 || plan != n || !n }' "$out"
}

# A control must print "not ok", not merely crash.
failed_as_it_should() {
	[ "$1" = 1 ] && grep -q '^not ok ' "$out"
}

run_one() {
	name=${1%:fail}
	kind=${1#"$name"}
	image=$2
	shift 2
	"$dir/minivm" $strict "$@" "$dir/$image.bin" >"$out" 2>&1
	code=$?
	if [ "$kind" = :fail ]; then
		awk '{ print "  # " $0 }' "$out"
	else
		awk '{ print "  " $0 }' "$out"
	fi

	count=$((count + 1))
	if [ "$kind" = :fail ]; then
		if failed_as_it_should $code; then
			echo "ok $count - $name: reported as not ok"
			return
		fi
	elif [ $code = 4 ]; then
		echo "ok $count - $name # SKIP $(sed -n 's/^1\.\.0 # SKIP //p' "$out")"
		return
	elif passed $code; then
		echo "ok $count - $name"
		return
	fi
	failures=$((failures + 1))
	echo "not ok $count - $name # exit code $code"
}

# Each requested NAME must exist.
for name; do
	grep -q -E "^$name(:fail)?[[:space:]]" "$dir/guests.list" || {
		echo "run-guests.sh: no run is called $name" >&2
		exit 2
	}
done

echo "KTAP version 1"
while read -r name image options <&3; do
	case $name in
	''|'#'*) continue ;;
	esac
	if [ $# -gt 0 ]; then
		case " $* " in
		*" ${name%:fail} "*) ;;
		*) continue ;;
		esac
	fi
	# shellcheck disable=SC2086 # options are words
	run_one "$name" "$image" $options
done 3<"$dir/guests.list"
echo "1..$count"
[ $failures = 0 ] && [ $count -gt 0 ]
