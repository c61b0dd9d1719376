# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034 # names shared with run
#
# Which QEMU emulates the AMD host and runs the real guest: this machine's own, or the newest
# that Debian has for a stable release, unpacked into the cache as kernels are.

# Set by qemu_find: the command, the options that name its firmware, and the tree, if any.
QEMU=(qemu-system-x86_64) QEMU_DATA=() QEMU_TREE=''

# qemu_find: set them by --qemu.
qemu_find() {
	local lib none=$VM_CACHE/current/qemu-none

	[[ $opt_qemu == newest && ! $QEMU_TREE ]] || return 0
	# Without a network an attempt takes seconds: one an hour.
	[[ $(find "$none" -mmin -60 2>/dev/null) ]] ||
		QEMU_TREE=$(packages_tree qemu-trixie-backports 'suite_apt trixie-backports' \
			qemu-system-x86 && echo "$PACKAGES_TREE") ||
		{ mkdir -p "${none%/*}" && touch "$none"; }
	if [[ ! $QEMU_TREE ]]; then
		say "the newest QEMU cannot be had: using this machine's"
		opt_qemu=own
		return
	fi
	lib=$QEMU_TREE/usr/lib/x86_64-linux-gnu
	# By its own loader: a library of one release does not fit another's.
	QEMU=(env QEMU_MODULE_DIR="$lib/qemu" "$QEMU_TREE/lib64/ld-linux-x86-64.so.2"
		--library-path "$lib" "$QEMU_TREE/usr/bin/qemu-system-x86_64")
	QEMU_DATA=(-L "$QEMU_TREE/usr/share/qemu" -L "$QEMU_TREE/usr/share/seabios")
}

# qemu_put ROOT: put the QEMU of the tree, its libraries and firmware there as /usr/bin/qemu.
qemu_put() {
	local root=$1 tree=$QEMU_TREE library
	local loader=$tree/lib64/ld-linux-x86-64.so.2

	put_file "$root" "$loader" /usr/lib/qemu/ld.so
	put_file "$root" "$tree/usr/bin/qemu-system-x86_64-microvm" /usr/lib/qemu/qemu
	"$loader" --library-path "$tree/usr/lib/x86_64-linux-gnu" --list \
		"$tree/usr/bin/qemu-system-x86_64-microvm" | grep -o "$tree/[^ ]*" |
		while read -r library; do
			put_file "$root" "$library" /usr/lib/qemu/ || exit
		done
	put_file "$root" "$tree/usr/share/seabios/bios-microvm.bin" /usr/share/qemu/bios-microvm.bin
	put_file "$root" "$tree/usr/share/qemu/linuxboot_dma.bin" /usr/share/qemu/linuxboot_dma.bin
	put_file "$root" "$tree/usr/share/qemu/pvh.bin" /usr/share/qemu/pvh.bin
	install -D -m 755 /dev/stdin "$root/usr/bin/qemu" <<-'END'
		#!/bin/sh
		at=/usr/lib/qemu
		exec $at/ld.so --library-path $at $at/qemu -L /usr/share/qemu "$@"
	END
}
