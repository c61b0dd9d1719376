#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Check that each file and function that a document names in backticks exists.  A file's
# name may leave out leading folders and may be a pattern.  usage: documents.sh DOCUMENT...
set -u
cd "$(dirname "$0")/../.." || exit 1

# Exempt: files of KVM, generated files, and output files of the reader in examples.
foreign=' entry-virt.h callbacks.h 11_99999_x64.tbl prototypes/linux/numbers/newos_x86.tbl '

# names DOCUMENT...: print DOCUMENT NAME for each name of a file, folder or function
names() {
	awk '{
			n = split($0, part, "`")
			for (i = 2; i <= n; i += 2)
				if (part[i] ~ /^[A-Za-z0-9_]+\(\)$/ ||
				    (part[i] ~ /^[A-Za-z0-9_.*\[\]\/-]+(\.(c|h|S|sh|awk|mk|tbl|md|map|list|txt|py|conf|[1-8])|\/)$/ &&
				     part[i] !~ /^(\/|build\/)/))
					print FILENAME, part[i]
		}' "$@"
}

# paths: print all files and folders of the project
paths() {
	git ls-files
	git ls-files | awk -F/ '{ at = ""; for (i = 1; i < NF; i++) print at = at $i "/" }' | sort -u
}

# words: print all names in the sources
words() {
	git grep -ohE '[A-Za-z_][A-Za-z0-9_]*' -- kmod userspace selftests scripts | sort -u
}

awk -v foreign="$foreign" '
	# Is there a file or folder of that name, less leading folders?
	function is_place(name,	at) {
		if (name !~ /[*[]/)
			return name in place
		gsub(/\./, "[.]", name)
		gsub(/\*/, "[^/]*", name)
		for (at in place)
			if (at ~ "^" name "$")
				return 1
		return 0
	}
	FILENAME != file { file = FILENAME; kind++ }
	kind == 1 {
		place[$0]
		for (at = $0; sub(/^[^\/]+\//, "", at) && at != "";)
			place[at]
		next
	}
	kind == 2 { word[$0 "()"]; next }
	!($2 in word) && !index(foreign, " " $2 " ") && !is_place($2) {
		print $1 ": there is no " $2
		missing = 1
	}
	END { exit missing || kind < 3 }' <(paths) <(words) <(names "$@" | sort -u)
