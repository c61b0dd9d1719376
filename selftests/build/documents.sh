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

# exists NAME: is it a file, a folder or a function of the project?
exists() {
	local pattern=${1//\*/[^\/]*}

	if [[ $1 == *'()' ]]; then
		git grep -qw -e "${1%()}" -- kmod userspace selftests scripts
		return
	fi
	[[ $foreign == *" $1 "* ]] || grep -qE "(^|/)${pattern//./\\.}\$" <<<"$all"
}

all=$(paths)
missing=0
while read -r document name; do
	exists "$name" && continue
	echo "$document: there is no $name"
	missing=1
done < <(names "$@" | sort -u)
exit $missing
