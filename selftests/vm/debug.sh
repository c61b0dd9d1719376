# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # names shared with run
#
# The kernel that is called debug: Debian's source with what finds mistakes in the
# kernel, and little else so that it builds in minutes. In the cache it is a tree as
# kernel_tree wants it, and what modules are built in as build/.

DEBUG_SERIES=6.1
DEBUG_CONFIG=$here/../debug/config

# What debug_find sets.
DEBUG_TREE=

# What make modules needs of a kernel that is built.
DEBUG_HEADERS=(Makefile .config Module.symvers scripts include arch/x86/Makefile
	arch/x86/Makefile_32.cpu arch/x86/include tools/objtool/objtool)

# All that the configuration asks for must have been taken.
debug_configure() {
	local line

	make -s KCONFIG_ALLCONFIG="$DEBUG_CONFIG" allnoconfig || return
	grep '^CONFIG_' "$DEBUG_CONFIG" | while read -r line; do
		grep -qxF -- "$line" .config || { echo "$line was not taken"; exit 1; }
	done
}

debug_build() {
	local version

	debug_configure &&
		make -s -j"$(nproc)" bzImage modules &&
		make -s INSTALL_MOD_PATH="$1" modules_install &&
		version=$(make -s kernelrelease) &&
		rm "$1/lib/modules/$version"/{build,source} &&
		mkdir -p "$1"/{boot,build} &&
		cp arch/x86/boot/bzImage "$1/boot/vmlinuz-$version" &&
		cp -r --parents "${DEBUG_HEADERS[@]}" "$1/build"
}

debug_make() {
	local source=linux-source-$DEBUG_SERIES

	need bc binutils bison flex gcc kmod libelf-dev libssl-dev lz4 make openssl xz-utils
	say "building the debug kernel"
	mkdir "$1.source" "$1"
	tar -C "$1.source" --strip-components=1 -xf "/usr/src/$source.tar.xz" &&
		(cd "$1.source" && debug_build "$1") >"$1.log" 2>&1 && return
	tail -n 20 "$1.log" >&2
	die "cannot build the debug kernel"
}

# debug_find: build it if need be.
debug_find() {
	local key

	need "linux-source-$DEBUG_SERIES" >&2
	key=$( (cat "$DEBUG_CONFIG" &&
		dpkg-query -W "linux-source-$DEBUG_SERIES" gcc) | sha256sum)
	DEBUG_TREE=$VM_CACHE/debug/${key:0:16}
	cached "$DEBUG_TREE" debug_make
}
