#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Held and changed calls: through the device's interface (held, holds, edit-rights,
# qemu), and through user space (nt, linux, python): the examples, vsysread -e inject= and
# libvsyscalls.  Mini guests, and real Linux guests.  Prints KTAP.
#
#	run-rewrite.sh --host amd|intel [TEST...]
#
# BUILD: as for run-module.sh, whose host.sh runs the tests.  Bochs is slow: it runs
# only mini guests, whose calls are held, changed and skipped at each door, with signals.
# The control, and rules and sessions that end while calls are held (holds), are on AMD.
set -u -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"

host=
[[ ${1:-} == --host ]] && host=${2:-} && shift 2
# edit-rights locks the kernel down, so it comes last.  NAME:fail: with an expectation
# changed it must fail.
case $host in
amd) tests=(nt:fail nt linux python qemu held holds dirty edit-rights) ;;
intel) tests=(nt held) ;;
*) echo "usage: run-rewrite.sh --host amd|intel [TEST...]" >&2; exit 2 ;;
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

# Fill the host's /t.
fill_stage() {
	mkdir -p "$stage"/{guests,module}
	make -s -C "$here" O="$build/rewrite" STATIC="$build/static" &&
		make -s -C "$here/../module" O="$build/module" GUESTS="$build/guests" &&
		strip -g -o "$stage/vsyscalls.ko" "$build/vsyscalls.ko" &&
		cp "$build/static/vsysread" "$build/static/examples"/{redirect-open,deny-exec} \
			"$top/userspace/examples/fault-inject.sh" "$build/rewrite/holder" "$stage/" &&
		strip "$stage"/{vsysread,redirect-open,deny-exec,holder} &&
		strip -o "$stage/guests/minivm" "$build/guests/minivm" &&
		strip -o "$stage/module/hostile" "$build/module/hostile" &&
		cp "$build/guests/i386/moves.bin" "$stage/guests/moves32.bin" &&
		cp "$build"/guests/x86_64/{held,moves,calls-compat,nt-x64-syscall}.bin \
			"$build"/guests/i386/{calls-i386,nt-xp-sysenter,nt-xp-int2e}.bin \
			"$stage/guests/" &&
		cp -r "$build/module/busy.bin" "$here"/../module/{host,lib}.sh "$here/tests" \
			"$stage/module/" &&
		head -c 1M "$build/vsyscalls.ko" >"$build/rewrite/load" &&
		sha256sum <"$build/rewrite/load" | cut -d' ' -f1 >"$stage/sum"
}

# Copy the modules that importing the binding loads, with their libraries, to one folder.
stage_python() {
	local root=$stage/python file

	flock "$build/user.lock" make -s -C "$top/userspace" O="$build/user" "$build/user/lib/libvsyscalls.so" &&
		mkdir -p "$root/lib" && cp "$build/user/lib/libvsyscalls.so.1" "$root/lib/" &&
		cp "$top/userspace/python/vsyscalls.py" "$here/python.py" "$root/" || return
	PYTHONPATH=$root LIBVSYSCALLS=$root/lib/libvsyscalls.so.1 PYTHONDONTWRITEBYTECODE=1 \
		/usr/bin/python3 -S -c '
import sys, vsyscalls, signal
for m in sys.modules.values():
    if getattr(m, "__file__", "").startswith("/usr/lib/"):
        print(m.__file__)' >"$build/rewrite/modules" || return
	while read -r file; do
		install -D -m 644 "$file" "$root/lib/${file#/usr/lib/}" || return
	done <"$build/rewrite/modules"
	find "$root/lib" -name '*.so*' -exec ldd {} + |
		sed -n 's/.* => \(.*lib\(ffi\|zstd\)\..*\) (.*/\1/p' | sort -u |
		xargs cp -t "$root/lib/" || return
	# An emulated CPU takes a minute to compile them.
	/usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash "$root"
}

# run_host TESTS OPTION...: run TESTS, if there are any, in a host with these options.
run_host() {
	local tests=$1
	shift

	[[ $tests ]] || return 0
	"$here/../vm/run" --host "$host" --timeout 1500 --add "$stage:/t" "$@" -- \
		"VSYS_TAMPER=${VSYS_TAMPER:-} sh /t/module/host.sh $tests"
}

# Other suites build there, too.
(flock 9 && fill_stage) 9>"$build/module.lock" >&2 || exit 1
status=0 mini=() real=()
for test in "${tests[@]}"; do
	case $test in
	linux | python | qemu) real+=("$test") ;;
	*) mini+=("$test") ;;
	esac
done
run_host "${mini[*]}" --smp 2 || status=1
if ((${#real[@]})); then
	stage_python >&2 || exit 1
	run_host "${real[*]}" --add-bin /usr/bin/python3 --real-guest busybox \
		--guest-add "$build/rewrite/victim:/bin/victim" \
		--guest-add "$build/rewrite/load:/load" || status=1
fi
exit $status
