# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # names shared with run
#
# Archives for the kernel to unpack. A kernel takes several of them one after
# the other: the common part is made once, and each run appends its own files.

# The vendor modules and all their dependencies are included; these modules too.
HOST_MODULES=(kvm-amd kvm-intel msr cpuid)

# archive DIRECTORY: the directory as a cpio archive on standard output. Sorted
# and without inode numbers, so that the same input gives the same archive.
archive() {
	(cd "$1" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
		cpio -0 -o -H newc -R 0:0 --reproducible --quiet)
}

# put_file ROOT SOURCE DESTINATION: copy a file or a directory into ROOT.
put_file() {
	local root=$1 source=$2 destination=$3

	[[ -e $source ]] || die "$source: no such file"
	[[ $destination == /* ]] || die "$destination: not an absolute path"
	[[ $destination == */ ]] && destination+=$(basename "$source")
	mkdir -p "$root${destination%/*}"
	cp -RLT --preserve=mode "$source" "$root$destination" || die "cannot copy $source"
}

# put_pair ROOT SOURCE:DESTINATION
put_pair() {
	[[ $2 == *:/* ]] || die "$2: not SOURCE:/DESTINATION"
	put_file "$1" "${2%:*}" "${2##*:}"
}

# put_libraries ROOT FILE: the shared libraries FILE is linked with, and the
# loader, under the names that FILE knows them by.
put_libraries() {
	local root=$1 file=$2 libraries library

	# ldd fails for static programs and other files: they need no libraries.
	libraries=$(ldd "$file" 2>/dev/null) || return 0
	[[ $libraries != *'not found'* ]] || die "$file: libraries missing: $libraries"
	grep -oE '(^|[[:space:]])/[^ ]+' <<<"$libraries" | while read -r library; do
		[[ -e $root$library ]] || put_file "$root" "$library" "$library" || exit
	done
}

# put_program ROOT PROGRAM: a program of this machine, by name or by path, with
# its libraries, into a directory of PATH.
put_program() {
	local root=$1 path

	path=$(type -P "$2") || die "$2: no such program"
	case $path in
	/bin/* | /sbin/* | /usr/bin/* | /usr/sbin/*) put_file "$root" "$path" "$path" ;;
	*) put_file "$root" "$path" /bin/ ;;
	esac
	put_libraries "$root" "$path"
}

# Install busybox with a name for each of its applets.
put_busybox() {
	local root=$1 name

	need busybox-static
	mkdir -p "$root"/{bin,dev,proc,sys,root,run,tmp}
	chmod 1777 "$root/tmp"
	cp "${HOST_BUSYBOX:-$(type -P busybox)}" "$root/bin/busybox" || return
	for name in $(busybox --list); do
		[[ $name == busybox ]] || ln -s busybox "$root/bin/$name"
	done
}

# put_modules ROOT NAME...: modules of the kernel found, those they depend on,
# and modules.dep. Debug information is stripped, and with it the signature: a
# slow CPU has less to read and nothing to verify.
put_modules() {
	local root=$1 name path from=$KERNEL_MODULES to
	shift

	to=$root/lib/modules/$KERNEL_VERSION
	mkdir -p "$to"
	cp "$from"/modules.{order,builtin,builtin.modinfo} "$to" 2>/dev/null
	for name; do
		modules_for "$name" || say "no module $name in $KERNEL_VERSION"
	done | sort -u | while read -r path; do
		mkdir -p "$to/${path%/*}"
		case $path in
		*.xz) xz -dc "$from/$path" >"$to/${path%.xz}" ;;
		*.zst) zstd -qdc "$from/$path" >"$to/${path%.zst}" ;;
		*) cp "$from/$path" "$to/$path" ;;
		esac || exit
		path=${path%.xz}
		strip -g "$to/${path%.zst}" || exit
	done || return
	depmod -b "$root" "$KERNEL_VERSION"
}

# Print the files of a module and of its dependencies, relative to the module
# directory. modules.dep is made when a package is installed, so make it here.
modules_for() {
	[[ -e $KERNEL_MODULES/modules.dep ]] || cached "$KERNEL_MODULES/modules.dep" modules_dep
	awk -v name="$1" '
	{
		file = $1; sub(/:$/, "", file)
		base = file; sub(/.*\//, "", base); sub(/\.ko.*/, "", base)
		gsub(/-/, "_", base); gsub(/-/, "_", name)
		if (base != name) next
		print file
		for (i = 2; i <= NF; i++) print $i
		found = 1
	}
	END { exit !found }' "$KERNEL_MODULES/modules.dep"
}

modules_dep() {
	local base=${KERNEL_MODULES%/lib/modules/*}

	# depmod -n writes all its tables; the dependencies come first.
	depmod -n -b "$base" "$KERNEL_VERSION" | awk '/^# /{ exit } { print }' >"$1"
	[[ -s $1 ]]
}

# The part of the host's archive that all runs share, named by its content.
host_base_make() {
	local root=$1.root

	put_busybox "$root" &&
		put_modules "$root" "${HOST_MODULES[@]}" &&
		install -m 755 "$here/init" "$root/init" &&
		install -D -m 644 -t "$root/vm" "$here"/{ktap,reader}.sh &&
		archive "$root" >"$1"
}

host_base() {
	local key

	key=$( (cat "$here"/{init,ktap.sh,reader.sh,initramfs.sh} "${HOST_BUSYBOX:-/dev/null}" &&
		realpath "$KERNEL_IMAGE" &&
		dpkg-query -W busybox-static) | sha256sum)
	HOST_BASE=$VM_CACHE/initramfs/host-$KERNEL_VERSION-${key:0:16}
	[[ -e $HOST_BASE ]] || need binutils cpio kmod xz-utils busybox-static
	cached "$HOST_BASE" host_base_make
}
