# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # names shared with run
#
# A real guest for the emulated host: a Debian kernel with a small system, and
# the QEMU that runs it there with KVM. /bin/realguest in the host starts it.

# The programs of the glibc guest, all as Debian builds them; sh is dash there.
GUEST_PROGRAMS=(bash dash ls cat sort head tail wc cp mv rm mkdir rmdir touch ln
	stat dd sleep true false echo env id date uname tr cut uniq seq tee sync
	readlink chmod mktemp timeout nproc sha256sum find grep sed strace)

# Debian has a QEMU with little but the microvm machine: a third of the size.
guest_qemu() {
	type -P qemu-system-x86_64-microvm || type -P qemu-system-x86_64
}

# QEMU and the firmware it needs, for the host.
guest_qemu_make() {
	local root=$1.root qemu file

	qemu=$(guest_qemu) || die "no qemu-system-x86_64"
	# It looks for its firmware relative to its own directory.
	put_file "$root" "$qemu" /usr/bin/qemu
	put_libraries "$root" "$qemu"
	for file in qemu/bios-microvm.bin qemu/linuxboot_dma.bin; do
		put_file "$root" "/usr/share/$file" "/usr/share/$file"
	done
	install -D -m 755 "$here/realguest" "$root/bin/realguest"
	archive "$root" >"$1"
}

# The guest's own system. Its init finds busybox in /vm whatever the guest is.
guest_base_make() {
	local kind=$1 root=$2.root program

	put_busybox "$root" || return
	mkdir "$root/vm"
	mv "$root/bin/busybox" "$root/vm/busybox"
	if [[ $kind == busybox ]]; then
		ln -s /vm/busybox "$root/bin/busybox"
	else
		rm -r "${root:?}/bin"
		mkdir -p "$root/bin" "$root/etc"
		echo 'root:x:0:0:root:/root:/bin/bash' >"$root/etc/passwd"
		echo 'root:x:0:' >"$root/etc/group"
		for program in "${GUEST_PROGRAMS[@]}"; do
			program=$(type -P "$program") || die "no program $program"
			put_file "$root" "$program" "/bin/${program##*/}"
			put_libraries "$root" "$program"
		done
		ln -s dash "$root/bin/sh"
	fi
	install -m 755 "$here/guest-init" "$root/init"
	archive "$root" >"$2"
}

# guest_archives: set GUEST_QEMU and GUEST_BASE to the archives that runs share.
guest_archives() {
	local key

	[[ $opt_guest == busybox || $opt_guest == glibc ]] ||
		die "--real-guest $opt_guest: busybox or glibc"
	need qemu-system-x86 qemu-system-data seabios busybox-static cpio
	[[ $opt_guest == busybox ]] || need bash dash coreutils findutils grep sed strace
	key=$( (cat "$here"/{guest.sh,initramfs.sh,guest-init,realguest} &&
		dpkg-query -W qemu-system-x86 seabios busybox-static libc6 strace 2>/dev/null) |
		sha256sum)
	GUEST_QEMU=$VM_CACHE/initramfs/qemu-${key:0:16}
	GUEST_BASE=$VM_CACHE/initramfs/guest-$opt_guest-${key:0:16}
	cached "$GUEST_QEMU" guest_qemu_make
	cached "$GUEST_BASE" guest_base_make "$opt_guest"
}

# guest_put ROOT: what this run adds to the host for its guest. The kernel is
# found in a subshell: the host's own stays as it is.
guest_put() {
	local root=$1/vm/guest added=$dir/guest item image

	mkdir -p "$root" "$added/vm"
	image=$(kernel_find "$opt_guest_kernel" && echo "$KERNEL_IMAGE") || exit
	cp "$image" "$root/vmlinuz"
	printf '%s\n' "${opt_guest_run:-uname -a}" >"$added/vm/command"
	for item in "${opt_guest_add[@]}"; do
		put_pair "$added" "$item"
	done
	for item in "${opt_guest_add_bin[@]}"; do
		put_program "$added" "$item"
	done
	{
		cat "$GUEST_BASE"
		archive "$added"
	} >"$root/initrd"
}
