# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # names shared with run
#
# The kernel named debug: Debian's source with the options that find mistakes in the
# kernel, and little else so that it builds in minutes. In the cache it is a tree of
# the form that kernel_tree expects, and modules are built in its build/.

DEBUG_SERIES=6.1
DEBUG_CONFIG=$here/../debug/config

# Set by debug_find.
DEBUG_TREE=

# The files that make modules needs of a built kernel.
DEBUG_HEADERS=(Makefile .config Module.symvers scripts include arch/x86/Makefile
	arch/x86/Makefile_32.cpu arch/x86/include tools/objtool/objtool)

# The kernel must have accepted all options of the configuration.
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

# debug_find: build the kernel if need be.
debug_find() {
	local key

	need "linux-source-$DEBUG_SERIES" >&2
	key=$( (cat "$DEBUG_CONFIG" &&
		dpkg-query -W "linux-source-$DEBUG_SERIES" gcc) | sha256sum)
	DEBUG_TREE=$VM_CACHE/debug/${key:0:16}
	cached "$DEBUG_TREE" debug_make
}
