#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Does each file and each function exist that a document names in backticks?  A file's
# name may leave out leading folders and may be a pattern.  usage: documents.sh DOCUMENT...
set -u
cd "$(dirname "$0")/../.." || exit 1

# A file of KVM, a generated one, and those that examples have the reader write.
foreign=' entry-virt.h callbacks.h 11_99999_x64.tbl prototypes/linux/numbers/newos_x86.tbl '

# names DOCUMENT...: DOCUMENT NAME, for what is like a file or a folder
names() {
	awk 'FNR == 1 { code = 0 }
		{
			n = split($0, part, "`")
			for (i = 2; i <= n; i += 2)
				if (part[i] ~ /^[A-Za-z0-9_.*\[\]\/-]+(\.(c|h|S|sh|awk|mk|tbl|md|map|list|txt|py|conf|[1-8])|\/)$/ &&
				    part[i] !~ /^(\/|build\/)/)
					print FILENAME, part[i]
		}' "$@"
}

# functions DOCUMENT...: DOCUMENT NAME, for each `name()`
functions() {
	grep -oHE '`[A-Za-z_0-9]+\(\)' "$@" | sed -E 's/:`(.*)\(\)/ \1/'
}

# paths: all files and folders of the project
paths() {
	git ls-files
	git ls-files | awk -F/ '{ at = ""; for (i = 1; i < NF; i++) print at = at $i "/" }' | sort -u
}

all=$(paths)
missing=0
while read -r document name; do
	[[ $foreign != *" $name "* ]] || continue
	pattern=${name//\*/[^\/]*}
	pattern=${pattern//./\\.}
	grep -qE "(^|/)$pattern\$" <<<"$all" && continue
	echo "$document: no file $name"
	missing=1
done < <(names "$@" | sort -u)
while read -r document name; do
	git grep -qw -- "$name" kmod userspace selftests scripts && continue
	echo "$document: no function $name()"
	missing=1
done < <(functions "$@" | sort -u)
exit $missing
