# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Programs of another architecture, out of a tree of unpacked packages: for guests, and
# for hosts that are not x86.

FOREIGN_TREE=		# the tree
FOREIGN_LIBRARIES=	# where libraries are in it, with or without /usr
FOREIGN_LOADER=		# the dynamic loader

# foreign_program NAME: print its path in the tree; a path is taken as it is.
foreign_program() {
	local directory

	if [[ $1 == */* ]]; then
		echo "$1"
		return
	fi
	for directory in bin usr/bin sbin usr/sbin; do
		[[ ! -e $FOREIGN_TREE/$directory/$1 ]] || break
	done
	[[ -e $FOREIGN_TREE/$directory/$1 ]] || die "$1: no such foreign program"
	echo "$FOREIGN_TREE/$directory/$1"
}

# foreign_put_libraries ROOT FILE: copy the loader and the libraries that FILE names,
# and theirs in turn. ldd is no use: it would have to run FILE.
foreign_put_libraries() {
	local root=$1 library from

	{ readelf -dlW "$2" 2>/dev/null || true; } |
		sed -nE 's/.*(NEEDED.*\[|interpreter: )([^]]*)\]$/\2/p' |
		while read -r library; do
			case $library in
			/* | "${FOREIGN_LOADER##*/}") library=$FOREIGN_LOADER ;;
			*) library=$FOREIGN_LIBRARIES/$library ;;
			esac
			[[ ! -e $root$library ]] || continue
			from=$FOREIGN_TREE$library
			[[ -e $from ]] || from=$FOREIGN_TREE/usr$library
			put_file "$root" "$from" "$library"
			foreign_put_libraries "$root" "$from" || exit
		done
}

# foreign_put_program ROOT PROGRAM [DIRECTORY]: copy it with its libraries.
foreign_put_program() {
	local path

	path=$(foreign_program "$2") || exit
	put_file "$1" "$path" "${3:-/bin}/"
	foreign_put_libraries "$1" "$path"
}
