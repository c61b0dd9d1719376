# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's i386 packages. apt has a configuration, lists and an empty status of
# its own for them in the cache: the machine's dpkg and apt stay as they are.

I386_APT=$VM_CACHE/apt-i386
I386_LIBRARIES=/lib/i386-linux-gnu
I386_LOADER=/lib/ld-linux.so.2

i386_apt_make() {
	mkdir -p "$1/lists/partial" "$1/state"
	: >"$1/status"
	# Sources, keys and proxies are the machine's own.
	cat >"$1/conf" <<-END
		APT::Architecture "i386";
		APT::Architectures { "i386"; };
		APT::Sandbox::User "";
		Dir::State "$I386_APT/state";
		Dir::State::lists "$I386_APT/lists";
		Dir::State::status "$I386_APT/status";
		Dir::Cache "$I386_APT";
	END
}

# Lists must be as new as the machine's. One index may fail while the others serve.
i386_update() {
	[[ $I386_APT/updated -nt /var/lib/apt/lists ]] && return
	say "fetching the lists of i386 packages"
	APT_CONFIG=$I386_APT/conf apt-get -qq update >&2
	compgen -G "$I386_APT/lists/*_Packages*" >/dev/null && touch "$I386_APT/updated"
}

# i386_apt COMMAND...: apt-get or apt-cache with i386 packages only.
i386_apt() {
	cached "$I386_APT" i386_apt_make
	(flock 9; i386_update) 9>"$I386_APT.update"
	APT_CONFIG=$I386_APT/conf "$@"
}

# i386_tree PACKAGE...: set I386_TREE to the directory where they are unpacked.
i386_tree() {
	packages_tree i386 i386_apt "$@"
	I386_TREE=$PACKAGES_TREE
}

# i386_program NAME: print its path in the tree; a path is taken as it is.
i386_program() {
	local directory

	if [[ $1 == */* ]]; then
		echo "$1"
		return
	fi
	for directory in bin usr/bin sbin usr/sbin; do
		[[ ! -e $I386_TREE/$directory/$1 ]] || break
	done
	[[ -e $I386_TREE/$directory/$1 ]] || die "$1: no such i386 program"
	echo "$I386_TREE/$directory/$1"
}

# i386_put_libraries ROOT FILE: copy the loader and the libraries that FILE names,
# and theirs in turn. ldd is no use: it would have to run FILE.
i386_put_libraries() {
	local root=$1 library from

	{ readelf -dlW "$2" 2>/dev/null || true; } |
		sed -nE 's/.*(NEEDED.*\[|interpreter: )([^]]*)\]$/\2/p' |
		while read -r library; do
			case $library in
			/* | "${I386_LOADER##*/}") library=$I386_LOADER ;;
			*) library=$I386_LIBRARIES/$library ;;
			esac
			[[ ! -e $root$library ]] || continue
			from=$I386_TREE$library
			[[ -e $from ]] || from=$I386_TREE/usr$library
			put_file "$root" "$from" "$library"
			i386_put_libraries "$root" "$from" || exit
		done
}

# i386_put_program ROOT PROGRAM [DIRECTORY]: copy it with its libraries.
i386_put_program() {
	local path

	path=$(i386_program "$2") || exit
	put_file "$1" "$path" "${3:-/bin}/"
	i386_put_libraries "$1" "$path"
}
