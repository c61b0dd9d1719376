# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How the sources are arranged: modules without circles, short functions, a correct table
# of places, no trace of the building machine.  For run-build.sh.

# include_edges TREE: print "module module" for each #include of another module's header.
# A module of kmod/ is X.c with X.h.
include_edges() {
	(cd "$1/kmod" && find . -name '*.[ch]' -printf '%P\n' | sort | awk '
		# The path without "x/.." and "./".
		function clean(path) {
			while (sub(/(^|\/)[^\/.]+\/\.\.\//, "/", path) || sub(/^\.?\//, "", path))
				;
			return path
		}
		{ is_file[$0] }
		END {
			for (file in is_file) {
				folder = file
				sub(/[^\/]*$/, "", folder)
				from = substr(file, 1, length(file) - 2)
				while ((getline line <file) > 0) {
					if (split(line, part, "\"") != 3 || part[1] != "#include ")
						continue
					to = clean(folder part[2])
					if (!(to in is_file))
						to = clean(part[2])
					if (!(to in is_file))
						continue
					sub(/\.h$/, "", to)
					if (from != to)
						print from, to
				}
				close(file)
			}
		}' | sort -u)
}

# no_circles TREE: no circle of includes; tsort names the modules of one.
no_circles() {
	include_edges "$1" | tsort 2>&1 >/dev/null | grep . && return 1
	[[ $(include_edges "$1" | wc -l) -ge 4 ]]
}

# Four modules in a row pass; once the last includes the first, they must not.
circle_noticed() {
	local tree rc=0

	tree=$(mktemp -d) || return
	mkdir -p "$tree/kmod/x86"
	echo '#include "b.h"' >"$tree/kmod/a.c"
	echo '#include "x86/c.h"' >"$tree/kmod/b.h"
	echo '#include "d.h"' | tee "$tree/kmod/b.c" >"$tree/kmod/x86/c.c"
	echo '#include "e.h"' >"$tree/kmod/x86/d.h"
	touch "$tree"/kmod/{a,d,e}.h "$tree"/kmod/x86/c.h
	no_circles "$tree" || rc=1
	echo '#include "a.h"' >"$tree/kmod/x86/d.c"
	! no_circles "$tree" >/dev/null || rc=1
	rm -rf "$tree"
	return $rc
}

# short_functions FILE...: each function has 60 lines at most, without its head.
short_functions() {
	awk '
		/^[{]/ { start = FNR }
		/^[}]/ && start {
			n++
			if (FNR - start + 1 > 60) {
				print FILENAME ":" start ": " FNR - start + 1 " lines"
				bad = 1
			}
			start = 0
		}
		END { exit bad || !n }' "$@"
}

# A function of 60 lines passes, one of 61 does not.
long_function_noticed() {
	short_functions <(echo '{'; seq 58; echo '}') &&
		! short_functions <(echo '{'; seq 59; echo '}') >/dev/null
}

# places_exist DIRECTORY: all files named by CONTRIBUTING's table "Where is" exist.
places_exist() {
	awk '/^## / { within = /^## Where is/ } within && /^\| .*`/' "$1/CONTRIBUTING.md" |
		awk -F'|' -v top="$1" '
			{ n = split($3, part, "`"); found = 0 }
			{
				for (i = 2; i <= n; i += 2) {
					if (part[i] ~ /\(\)$/)
						continue
					found++
					if (system("test -e '\''" top "/" part[i] "'\''")) {
						print part[i] ": no such file"
						bad = 1
					}
				}
				if (!found) { print "no file: " $0; bad = 1 }
			}
			END { exit bad || NR < 10 }'
}

wrong_place_noticed() {
	local tree rc

	tree=$(mktemp -d) || return
	sed '/^## Where is/,/^## /s,`kmod/,`kmod/nowhere/,' CONTRIBUTING.md >"$tree/CONTRIBUTING.md"
	cp -r kmod uapi prototypes userspace docs selftests "$tree/" 2>/dev/null
	! places_exist "$tree" >/dev/null
	rc=$?
	rm -rf "$tree"
	return $rc
}

# nothing_of_workplace DIRECTORY: no path of the author's machine.
nothing_of_workplace() {
	# In two parts, so that the check does not find this line.
	! git -C "$1" grep -nIE '\.\./sha''red\b|(^|[^[:alnum:]_.$}])/(wo''rk|ho''me)/[a-z]' -- .
}

workplace_noticed() {
	local tree rc

	tree=$(mktemp -d) || return
	git init -q "$tree" && echo "see ../sha""red/notes.md" >"$tree/a" && git -C "$tree" add . &&
		! nothing_of_workplace "$tree" >/dev/null &&
		echo "cd /wo""rk/main" >"$tree/a" && git -C "$tree" add . &&
		! nothing_of_workplace "$tree" >/dev/null &&
		echo "cd network/main" >"$tree/a" && git -C "$tree" add . &&
		nothing_of_workplace "$tree"
	rc=$?
	rm -rf "$tree"
	return $rc
}
