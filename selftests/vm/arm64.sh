# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # names shared with run
#
# arm64: the emulator, cross compilers and kernels of Debian, unpacked into one tree to
# chroot into. bookworm's QEMU has no fine-grained traps, so all but kernels are trixie's.

ARM64_SUITE=trixie
ARM64_PACKAGES=("${SUITE_PACKAGES[@]}" qemu-system-arm gcc-14-aarch64-linux-gnu
	binutils-aarch64-linux-gnu libc6-dev-arm64-cross pahole
	busybox-static:arm64 libzstd-dev:arm64 libncurses-dev:arm64)
ARM64_NEWEST=7.3	# the kernel, unless another is named

# arm64_use: let kernels, suites and headers be those of arm64, in this shell.
arm64_use() {
	SUITE_ARCH=-arm64 KERNEL_FLAVOUR=arm64 HOST_MODULES=()
	ARM64_TREE=$VM_CACHE/trees/arm64.$ARM64_SUITE
	[[ -e $ARM64_TREE ]] || say "fetching QEMU and compilers for arm64"
	cached "$ARM64_TREE" arm64_unpack
	SUITE_TREE=$ARM64_TREE HOST_BUSYBOX=$ARM64_TREE/bin/busybox
}

arm64_unpack() {
	local tree=$1

	arm64_fetch "$ARM64_SUITE" "$tree" "${ARM64_PACKAGES[@]}" || return
	[[ -e $tree/usr/bin/awk ]] || ln -s mawk "$tree/usr/bin/awk"
}

# arm64_fetch SUITE TREE PACKAGE...: unpack packages and all that they need. Those that
# name their architecture come alone.
arm64_fetch() {
	local suite=$1 tree=$2 debs=$2.debs package alone=() others=()

	for package in "${@:3}"; do
		if [[ $package == *:* ]]; then
			alone+=("$package")
		else
			others+=("$package")
		fi
	done
	mkdir -p "$debs/partial"
	(cd "$debs" && suite_apt "$suite" apt-get -qq download "${alone[@]}") >&2 || return
	((!${#others[@]})) || suite_apt "$suite" apt-get -qq -y --download-only \
		-o Dir::Cache::archives="$debs" install "${others[@]}" >&2 || return
	packages_unpack "$tree" "$debs" || return
	rm -r "$debs"
}

# Print the packages of a kernel, its headers and the programs that its headers need.
arm64_kernel_packages() {
	local suite=$1 version=$2

	printf '%s:arm64\n' "linux-image-$version" "linux-headers-$version"
	suite_apt "$suite" apt-cache depends "linux-image-$version:arm64" |
		sed -nE 's/^  Depends: (linux-(binary|modules)-.*)$/\1/p'
	suite_apt "$suite" apt-cache depends "linux-headers-$version:arm64" |
		sed -nE 's/^ +(linux-(headers-.*-common))$/\1:all/p
			s/^ +(linux-kbuild-[^:]*)$/\1:amd64/p'
}

# arm64_kernel [SERIES]: fetch a kernel into the tree; see kernel_find.
arm64_kernel() {
	local series=${1:-$ARM64_NEWEST} suite version

	suite_is "$series" || die "$series is no series and no suite (see --help)"
	read -r suite version <<<"$(suite_answer "$series")"
	[[ $version ]] || die "no kernel $series for arm64"
	cached "$ARM64_TREE/boot/have-$version" arm64_kernel_unpack "$suite" "$version"
	KERNEL_VERSION=$version KERNEL_MODULES=$ARM64_TREE/usr/lib/modules/$version
	KERNEL_IMAGE=$ARM64_TREE/boot/vmlinuz-$version
	[[ -f $KERNEL_IMAGE ]] || KERNEL_IMAGE=$KERNEL_MODULES/vmlinuz
	[[ -f $KERNEL_IMAGE ]] || die "no vmlinuz for $version in $ARM64_TREE"
}

arm64_kernel_unpack() {
	local suite=$1 version=$2 packages

	say "fetching kernel $version of $suite and its headers"
	mapfile -t packages < <(arm64_kernel_packages "$suite" "$version")
	arm64_fetch "$suite" "$ARM64_TREE" "${packages[@]}" && touch "$3"
}

arm64_apt() {
	suite_apt "$ARM64_SUITE" "$1" -o APT::Architecture=arm64 "${@:2}"
}

armhf_apt() {
	SUITE_ARCH=-armhf suite_apt "$ARM64_SUITE" "$1" -o APT::Architecture=armhf "${@:2}"
}

# arm64_guest_tree: let foreign programs be those of arm64, with the QEMU that runs a guest.
arm64_guest_tree() {
	packages_tree arm64 arm64_apt mawk qemu-system-arm strace
	FOREIGN_TREE=$PACKAGES_TREE FOREIGN_LIBRARIES=/lib/aarch64-linux-gnu
	FOREIGN_LOADER=/lib/ld-linux-aarch64.so.1
}
