# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian's kernel packages, unpacked into the cache, not installed.
#
# Both hosts and the guests in them boot the cloud flavour: it has kvm-amd and
# kvm-intel, serial ports and little else, and its image is compressed with LZ4,
# because emulated CPUs unpack it fastest. One build of the module serves both.

KERNEL_FLAVOUR=cloud-amd64

# Set by kernel_find.
KERNEL_VERSION=		# as uname -r prints it
KERNEL_IMAGE=		# vmlinuz
KERNEL_MODULES=		# the directory lib/modules/VERSION

# kernel_apt NAME COMMAND...: apt-get or apt-cache, whichever of the two sets knows NAME.
kernel_apt() {
	case $1 in
	*686*) i386_apt "${@:2}" ;;
	*) "${@:2}" ;;
	esac
}

# Print the current version of a metapackage: linux-image-amd64,
# linux-image-6.12-amd64. Without apt's lists, the newest one in the cache.
kernel_current() {
	local name=$1 version answer=$VM_CACHE/current/$1

	# apt answers slowly: ask again only when its lists have changed.
	if [[ $answer -nt /var/lib/apt/lists ]]; then
		cat "$answer"
		return
	fi
	version=$(kernel_apt "$name" apt-cache depends "linux-image-$name" 2>/dev/null |
		sed -n 's/^  Depends: linux-image-//p' | head -n 1)
	if [[ $version ]]; then
		mkdir -p "${answer%/*}"
		echo "$version" >"$answer.$$" && mv "$answer.$$" "$answer"
	elif [[ $name != [0-9]* ]]; then
		version=$(kernel_cached | grep -E -- "[0-9]-$name\$" | tail -n 1)
	fi
	printf '%s\n' "${version:-$name}"
}

kernel_cached() {
	local tree

	for tree in "$VM_CACHE"/kernels/*/; do
		[[ -d $tree ]] && basename "$tree"
	done | sort -V
}

kernel_available() {
	{
		kernel_cached
		{
			apt-cache pkgnames linux-image-
			[[ ! -d $I386_APT ]] || i386_apt apt-cache pkgnames linux-image-
		} 2>/dev/null | sed 's/^linux-image-//' |
			grep -E '^[0-9].*(amd64|686|686-pae)$' | grep -v unsigned
	} | sort -Vu
}

# Unpack the packages of one version. Since 7.2 the image is a package that
# depends on linux-binary-VERSION and linux-modules-VERSION.
kernel_unpack() {
	local version=$1 tree=$2 debs package packages

	packages=$(kernel_apt "$version" apt-cache depends "linux-image-$version" |
		sed -nE "s/^  Depends: (linux-(binary|modules)-$version)\$/\1/p")
	debs=$tree.debs
	mkdir -p "$debs"
	for package in "linux-image-$version" $packages; do
		say "fetching $package"
		(cd "$debs" && kernel_apt "$version" apt-get -q -o APT::Sandbox::User= \
			download "$package") >&2 ||
			die "cannot fetch $package (try apt-get update)"
	done
	mkdir "$tree"
	for package in "$debs"/*.deb; do
		dpkg-deb -x "$package" "$tree" || return
	done
}

# Find image and modules below an unpacked tree.
kernel_tree() {
	local tree=$1 modules

	for modules in "$tree"/lib/modules/*/ "$tree"/usr/lib/modules/*/; do
		[[ -d $modules/kernel ]] && break
	done
	[[ -d $modules/kernel ]] || die "$tree: no lib/modules/VERSION/kernel in it"
	KERNEL_MODULES=${modules%/}
	KERNEL_VERSION=${KERNEL_MODULES##*/}
	for KERNEL_IMAGE in "$tree/boot/vmlinuz-$KERNEL_VERSION" \
		"$KERNEL_MODULES/vmlinuz" ''; do
		[[ -f $KERNEL_IMAGE ]] && break
	done
	[[ $KERNEL_IMAGE ]] || die "$tree: no vmlinuz for $KERNEL_VERSION in it"
}

# kernel_of_suite NAME: find the kernel of a series or a suite, see suite.sh; if it is the
# machine's own, its packages serve.
kernel_of_suite() {
	local name=${1%%:*} flavour=$KERNEL_FLAVOUR current

	[[ $1 != *:* ]] || flavour=${1#*:}
	current=$(kernel_current "$flavour")
	if [[ $current == "$name".* ]] || grep -qsx "VERSION_CODENAME=$name" /etc/os-release; then
		kernel_find "$current"
		return
	fi
	suite_find "$1"
	kernel_tree "$SUITE_TREE"
}

# kernel_find [SERIES|SUITE|VERSION|FLAVOUR|DIRECTORY|debug]
kernel_find() {
	local version=${1:-$KERNEL_FLAVOUR}

	if [[ $SUITE_ARCH ]]; then
		arm64_kernel "${1:-}"
		return
	fi
	if [[ $version == debug ]]; then
		debug_find
		kernel_tree "$DEBUG_TREE"
		return
	fi
	if suite_is "$version"; then
		kernel_of_suite "$version"
		return
	fi
	if [[ $version == */* ]]; then
		[[ -d $version ]] || die "$version: no such directory"
		kernel_tree "$(realpath "$version")"
		return
	fi
	[[ -d $VM_CACHE/kernels/$version ]] || version=$(kernel_current "$version")
	if [[ ! -d $VM_CACHE/kernels/$version ]]; then
		kernel_available | grep -qxF -- "$version" ||
			die "no kernel $version. Available: $(kernel_available | tr '\n' ' ')"
		cached "$VM_CACHE/kernels/$version" kernel_unpack "$version"
	fi
	kernel_tree "$VM_CACHE/kernels/$version"
}

# kernel_unpacked FILE: print the image without XZ, which is slow on an emulated CPU, as
# an ELF file that QEMU boots by its PVH entry. Other images stay unchanged.
kernel_unpacked() {
	local offset magic=$'\xfd7zXZ'

	LC_ALL=C grep -obUaF "$magic" "$KERNEL_IMAGE" | while IFS=: read -r offset _; do
		tail -c "+$((offset + 1))" "$KERNEL_IMAGE" | xz -dc --single-stream 2>/dev/null >"$1"
		[[ $(head -c 4 "$1") != $'\x7fELF' ]] || break
	done
	[[ $(head -c 4 "$1" 2>/dev/null) == $'\x7fELF' ]] || cp "$KERNEL_IMAGE" "$1"
}

# Print the directory to build modules of this kernel in.
kernel_headers() {
	local build=/lib/modules/$KERNEL_VERSION/build

	if [[ $SUITE_TREE ]]; then
		printf '%s\n' "/usr/src/linux-headers-$KERNEL_VERSION"
		return
	elif [[ $DEBUG_TREE ]]; then
		printf '%s\n' "$DEBUG_TREE/build"
		return
	fi
	[[ -e $build/Makefile ]] || need "linux-headers-$KERNEL_VERSION" >&2
	[[ -e $build/Makefile ]] || die "no $build (package linux-headers-$KERNEL_VERSION)"
	printf '%s\n' "$build"
}
