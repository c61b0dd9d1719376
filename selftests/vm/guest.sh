# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # names shared with run
#
# A real guest for the emulated host: a Debian kernel with a small system, and
# the QEMU that runs it there with KVM. /bin/realguest in the host starts it.

# The programs of the glibc guest, all as Debian builds them; sh is dash there.
GUEST_PROGRAMS=(bash dash ls cat sort head tail wc cp mv rm mkdir rmdir touch ln
	stat dd sleep true false echo env id date uname tr cut uniq seq tee sync
	readlink chmod mktemp timeout nproc sha256sum find grep sed strace)

# The same for i386: the packages, and a kernel, as there is no cloud flavour.
GUEST_FLAVOUR_I386=686-pae
I386_PACKAGES=(bash busybox-static coreutils dash findutils grep sed strace)

# Debian has a QEMU with little but the microvm machine: a third of the size.
guest_qemu() {
	type -P qemu-system-x86_64-microvm || type -P qemu-system-x86_64
}

# QEMU and the firmware it needs, for the host.
guest_qemu_make() {
	local root=$1.root qemu file

	if [[ $opt_host == arm64 ]]; then
		foreign_put_program "$root" qemu-system-aarch64
		ln -s qemu-system-aarch64 "$root/bin/qemu"
	elif [[ $QEMU_TREE ]]; then
		qemu_put "$root"
	else
		qemu=$(guest_qemu) || die "no qemu-system-x86_64"
		# It looks for its firmware relative to its own directory.
		put_file "$root" "$qemu" /usr/bin/qemu
		put_libraries "$root" "$qemu"
		for file in qemu/{bios-microvm,linuxboot_dma,pvh}.bin; do
			put_file "$root" "/usr/share/$file" "/usr/share/$file"
		done
	fi
	install -D -m 755 "$here/realguest" "$root/bin/realguest"
	archive "$root" >"$1"
}

# guest_put_programs ROOT DIRECTORY: put Debian's programs there, as the guest's own
# or, for i386, from the packages.
guest_put_programs() {
	local root=$1 directory=$2 program

	for program in "${GUEST_PROGRAMS[@]}"; do
		case $opt_guest in
		glibc)
			program=$(type -P "$program") || die "no program $program"
			put_file "$root" "$program" "$directory/"
			put_libraries "$root" "$program"
			;;
		*) foreign_put_program "$root" "$program" "$directory" ;;
		esac || exit
	done
	ln -s dash "$root$directory/sh"
}

# guest_put_armhf ROOT: busybox of 32-bit Arm with its names, in /arm/bin.
guest_put_armhf() {
	local root=$1 name

	packages_tree armhf armhf_apt busybox-static
	put_file "$root" "$PACKAGES_TREE/bin/busybox" /arm/bin/
	for name in $(busybox --list); do
		[[ $name == busybox ]] || ln -s busybox "$root/arm/bin/$name"
	done
}

# The guest's own system. Its init finds busybox in /vm in every guest.
guest_base_make() {
	local root=$1.root

	put_busybox "$root" || return
	mkdir "$root/vm"
	mv "$root/bin/busybox" "$root/vm/busybox"
	if [[ $opt_guest == *-i386 ]]; then
		foreign_put_program "$root" busybox /vm
	fi
	case $opt_guest in
	busybox*) ln -s /vm/busybox "$root/bin/busybox" ;;
	compat)
		ln -s /vm/busybox "$root/bin/busybox"
		if [[ $opt_host == arm64 ]]; then
			guest_put_armhf "$root"
		else
			guest_put_programs "$root" /i386/bin
			foreign_put_program "$root" busybox /i386/bin
		fi
		;;
	glibc*)
		rm -r "${root:?}/bin"
		mkdir -p "$root/etc"
		echo 'root:x:0:0:root:/root:/bin/bash' >"$root/etc/passwd"
		echo 'root:x:0:' >"$root/etc/group"
		guest_put_programs "$root" /bin
		;;
	esac
	install -m 755 "$here/guest-init" "$root/init"
	archive "$root" >"$1"
}

# guest_archives: set GUEST_QEMU and GUEST_BASE to the archives that runs share.
guest_archives() {
	local key

	[[ $opt_host == arm64 ]] ||
		need qemu-system-x86 qemu-system-data seabios busybox-static cpio xz-utils
	[[ $opt_host == arm64 ]] || qemu_find
	case $opt_host,$opt_guest in
	arm64,busybox | arm64,compat)
		need binutils
		arm64_guest_tree
		;;
	*,busybox) ;;
	amd,glibc | intel,glibc) need bash dash coreutils findutils grep sed strace ;;
	amd,*-i386 | intel,*-i386 | amd,compat | intel,compat)
		need binutils
		i386_tree "${I386_PACKAGES[@]}"
		;;
	*) die "--real-guest $opt_guest: no such kind for this host (see --help)" ;;
	esac
	if [[ $opt_guest == *-i386 ]]; then
		: "${opt_guest_kernel:=$GUEST_FLAVOUR_I386}"
		# QEMU's TCG marks PDPTEs as accessed; KVM refuses that bit as
		# reserved. With shadow paging the CPU does not mark the guest's own.
		[[ $opt_host != amd ]] || opt_append=" kvm_amd.npt=0 $opt_append"
	fi
	key=$( (cat "$here"/{guest.sh,i386.sh,foreign.sh,initramfs.sh,qemu.sh,guest-init,realguest} &&
		echo "$opt_host $FOREIGN_TREE $QEMU_TREE" &&
		dpkg-query -W qemu-system-x86 seabios busybox-static libc6 strace 2>/dev/null) |
		sha256sum)
	GUEST_QEMU=$VM_CACHE/initramfs/qemu-${key:0:16}
	GUEST_BASE=$VM_CACHE/initramfs/guest-$opt_guest-${key:0:16}
	cached "$GUEST_QEMU" guest_qemu_make
	cached "$GUEST_BASE" guest_base_make
}

# guest_put ROOT: add this run's files for the guest to the host. The kernel is
# found in a subshell: the host's kernel stays selected.
guest_put() {
	local root=$1/vm/guest added=$dir/guest item

	mkdir -p "$root" "$added/vm"
	(kernel_find "$opt_guest_kernel" && kernel_unpacked "$root/vmlinuz") || exit
	printf '%s\n' "${opt_guest_run:-uname -a}" >"$added/vm/command"
	echo "$guest_cpu" >"$root/cpu"
	echo "$guest_append" >"$root/append"
	for item in "${opt_guest_add[@]}"; do
		put_pair "$added" "$item"
	done
	for item in "${opt_guest_add_bin[@]}"; do
		if [[ $opt_guest == *-i386 || $opt_host == arm64 ]]; then
			foreign_put_program "$added" "$item"
		else
			put_program "$added" "$item"
		fi
	done
	{
		cat "$GUEST_BASE"
		archive "$added"
	} >"$root/initrd"
}
