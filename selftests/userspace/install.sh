#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Build programs against the installed files: C and C++, shared and static.
# usage: install.sh FOLDER MKPROGRAM; FOLDER/root holds the installation
set -u

root=$(cd "$1/root" && pwd)
mkprogram=$2
readme=$(dirname "$(realpath "$0")")/../../README.md
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
planned=14

# shellcheck source=ktap.sh
. "$(dirname "$0")/ktap.sh"

export PKG_CONFIG_PATH="$root/usr/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
so=$root/usr/lib/libvsyscalls.so.1

# The example of libvsyscalls(3), and the output of its callback.
cat >"$tmp/exits.c" <<'END'
#include <stdio.h>
#include <vsyscalls/callbacks.h>

static void on_exit(struct vsys_syscall *c, uint64_t ProcessHandle, uint32_t ExitStatus)
{
	printf("vm %u: process 0x%llx ends, 0x%x\n", c->r->vm,
	       (unsigned long long)ProcessHandle, ExitStatus);
}

int main(int argc, char **argv)
{
	struct vsys_trace *trace;

	if (argc < 2 || vsys_trace_open(argv[1], &trace) < 0 ||
	    vsys_on_NtTerminateProcess_enter(trace, on_exit) < 0 ||
	    vsys_trace_run(trace, -1) < 0) {
		fprintf(stderr, "%s\n", vsys_error());
		return 1;
	}
	vsys_trace_close(trace);
	return 0;
}
END
sed 's/on_exit/on_end/' "$tmp/exits.c" >"$tmp/exits.cc"
ends="vm 7: process 0x98 ends, 0x1
vm 7: process 0xffffffffffffffff ends, 0xc0000005"

# builds COMPILER SOURCE OPTIONS...
builds() {
	compiler=$1
	source=$2
	shift 2
	# shellcheck disable=SC2046 # options are words
	"$compiler" -Wall -Wextra -Werror "$@" -o "$tmp/program" "$tmp/$source" \
		$(pkg-config --cflags libvsyscalls) \
		$(pkg-config $(case " $* " in *" -static "*) echo --static ;; esac) --libs libvsyscalls) 2>&1
}

runs() {
	LD_LIBRARY_PATH=$root/usr/lib "$tmp/program" "$tmp/trace" 2>&1
}

# Print the functions and data that the headers declare.
declared() {
	sed 's@/\*.*\*/@@' "$root"/usr/include/vsyscalls/*.h | awk '
		/\/\*/ { skip = 1 }
		!skip && /^[a-z].*vsys_[a-z0-9_]+[(;[]/ && !/^(static|typedef)/ {
			match($0, /vsys_[a-z0-9_]+[(;[]/)
			if (/\(/ || /^extern/)
				print substr($0, RSTART, RLENGTH - 1)
		}
		/\*\// { skip = 0 }' | sort -u
}

# Print how exposed the unit of a file is, as systemd-analyze does, from 0 to 10.
exposure() {
	cp "$1" "$tmp/vsysread@.service"
	systemd-analyze security --offline=true --threshold=30 --no-pager "$tmp/vsysread@.service" 2>&1 |
		sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p'
}

# The options of the unit, with the example's configuration, must be those of vsysread.
unit_runs() {
	# shellcheck source=/dev/null
	. "$root/usr/share/doc/vsyscalls-tools/examples/vsysread.conf"
	# shellcheck disable=SC2016,SC2086 # words are as systemd splits them
	set -- $(sed -n 's/^ExecStart=//p' "$unit" | sed "s|\${TO}|$TO|; s|\${SPOOL}|$SPOOL|
		s|\${STATE_DIRECTORY}|$tmp/spool|; s|\$OPTIONS|$OPTIONS|")
	shift
	"$root/usr/bin/vsysread" "$@" --explain "$tmp/trace" 2>&1 | grep "linux_x86_64$"
}

# What README's command to remove an installation leaves of it.
left() {
	cp -r "$root/usr" "$tmp/usr"
	cd "$tmp/usr" && sh -c "$(awk '/cd \/usr\/local && rm / { sub(/.*&& /, ""); p = 1 }
		p { print } p && !/\\$/ { exit }' "$readme")" 2>&1
	find . ! -type d
}

exported() {
	nm -D --defined-only --with-symbol-versions "$so" | awk '$2 != "A" { print $3 }' | sort
}

plan
"$mkprogram" windows_10_19041_x64 >"$tmp/trace" || exit 1
is "pkg-config has a version" 0.1 "$(pkg-config --modversion libvsyscalls 2>&1)"
is "the shared library has a soname" "libvsyscalls.so.1" \
	"$(readelf -d "$so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"
is "it exports what the headers declare, with a version" \
	"$(declared | sed 's/$/@@LIBVSYSCALLS_1/')" "$(exported)"
is "a program in C" "" "$(builds gcc exits.c -std=c11)"
is "sees what it registered for" "$ends" "$(runs)"
is "a static one" "" "$(builds gcc exits.c -std=gnu2x -static)"
is "does, too" "$ends" "$(runs)"
is "a program in C++" "$ends" "$(builds g++ exits.cc -std=c++17 && runs)"
unit=$root/usr/lib/systemd/system/vsysread@.service
is "the unit runs the program" "/usr/bin/vsysread" "$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$unit")"
is "with its options" "vsysread: 4 call numbers of linux_x86_64" "$("$mkprogram" linux_x86_64 >"$tmp/trace" && unit_runs)"
is "it is exposed less than 3" yes "$(exposure "$unit" | awk '$1 < 3 { print "yes" }')"
sed -E '/^(Protect|Restrict[A-Z]|SystemCall|Capability)/d' "$unit" >"$tmp/open"
is "one with fewer walls is more" yes "$(exposure "$tmp/open" | awk '$1 > 3 { print "yes" }')"
is "README removes all that was installed" "" "$(left)"
is "manual pages" "$(printf '%s\n' man1/vsysread.1 man3/libvsyscalls.3 man3/vsyscalls.3 man4/vsyscalls.4)" \
	"$(cd "$root/usr/share/man" && find . -name '*.[1-9]' | sed 's/^..//' | sort)"
end
