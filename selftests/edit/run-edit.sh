#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Calls that are changed, as their users do it: the examples, vsysread -e inject=
# and libvsyscalls on mini NT guests, and on a real Linux guest.  Prints KTAP.
#
#	run-edit.sh --host amd|intel [TEST...]
#
# BUILD: as for run-module.sh.  Bochs is slow: there only the mini guests.  Python goes
# there with what the binding needs of its library, 8 MB.
set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"

host=
[[ ${1:-} == --host ]] && host=${2:-} && shift 2
case $host in
amd) tests=(nt linux python) ;;
intel) tests=(nt) ;;
*) echo "usage: run-edit.sh --host amd|intel [TEST...]" >&2; exit 2 ;;
esac
(($#)) && tests=("$@")
if [[ ${BUILD:-} ]]; then
	build=$BUILD
else
	mkdir -p "$build"
	build_all >&2
fi
stage=$(mktemp -d) || exit 1
trap 'rm -rf "$stage"' EXIT

fill_stage() {
	mkdir -p "$stage"/{guests,edit}
	make -s -C "$here" O="$build/edit" STATIC="$build/static" &&
		strip -g -o "$stage/vsyscalls.ko" "$build/vsyscalls.ko" &&
		cp "$build/static/vsysread" "$build/static/examples"/{redirect-open,deny-exec} \
			"$top/userspace/examples/fault-inject.sh" "$build/edit/holder" "$stage/" &&
		strip "$stage"/{vsysread,redirect-open,deny-exec,holder} &&
		cp "$build/guests/minivm" "$build/guests/nt-x64-syscall.bin" \
			"$build/guests/x86/nt-xp-sysenter.bin" "$stage/guests/" &&
		cp "$here"/*.{sh,py} "$stage/edit/" &&
		head -c 1M "$build/vsyscalls.ko" >"$build/edit/load" &&
		sha256sum <"$build/edit/load" | cut -d' ' -f1 >"$stage/sum"
}

# The modules that importing it loads, with their libraries, below one folder.
stage_python() {
	local root=$stage/python file

	make -s -C "$top/userspace" O="$build/user" "$build/user/lib/libvsyscalls.so" &&
		mkdir -p "$root/lib" && cp "$build/user/lib/libvsyscalls.so.1" "$root/lib/" &&
		cp "$top/userspace/python/vsyscalls.py" "$root/" || return
	PYTHONPATH=$root LIBVSYSCALLS=$root/lib/libvsyscalls.so.1 PYTHONDONTWRITEBYTECODE=1 \
		/usr/bin/python3 -S -c '
import sys, vsyscalls, signal
for m in sys.modules.values():
    if getattr(m, "__file__", "").startswith("/usr/lib/"):
        print(m.__file__)' >"$build/edit/modules" || return
	while read -r file; do
		install -D -m 644 "$file" "$root/lib/${file#/usr/lib/}" || return
	done <"$build/edit/modules"
	find "$root/lib" -name '*.so*' -exec ldd {} + |
		sed -n 's/.* => \(.*lib\(ffi\|zstd\)\..*\) (.*/\1/p' | sort -u |
		xargs cp -t "$root/lib/" || return
	# An emulated CPU takes a minute to compile them.
	/usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash "$root"
}

# run_host ARGUMENT...: with what only real guests need where there is one.
run_host() {
	local real=()

	[[ $host != amd ]] || real=(--add-bin /usr/bin/python3 --real-guest busybox --guest-add "$build/edit/victim:/bin/victim"
		--guest-add "$build/edit/load:/load")
	"$here/../vm/run" --host "$host" "${real[@]}" --add "$stage:/t" "$@"
}

fill_stage >&2 || exit 1
[[ $host != amd ]] || stage_python >&2 || exit 1
output=$(run_host --timeout 590 -- "sh /t/edit/host.sh ${tests[*]}")
status=$?
((status == 0)) || output+=$'\n'"# exit code $status"
# The control: with an expectation changed there must be one failure.
control=$(run_host --timeout 200 -- 'VSYS_TAMPER=1 sh /t/edit/host.sh nt')
[[ $? == 1 && $(grep -c '^not ok' <<<"$control") == 1 ]] && verdict=ok || verdict='not ok'
n=$(grep -c -E '^(not )?ok ' <<<"$output")
grep -v '^1\.\.' <<<"$output"
echo "$verdict $((n + 1)) - control: a changed expectation is noticed"
echo "1..$((n + 1))"
[[ $status == 0 && $verdict == ok ]]
