# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What check, demo, bench and the suites share: packages, what is built once,
# and the emulated host.
#
#	VSYS_BUILD	where to build (build/selftests)
#	VSYS_BUILT	not empty: all is built already
#	VSYS_KERNEL	another kernel for the host, as for vm/run --kernel

top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
selftests=$top/selftests
work=${VSYS_BUILD:-$top/build/selftests}
stage=$work/host	# becomes /t in the emulated host
# make hands its own options down, and they are not for what is built here.
unset MAKEFLAGS MFLAGS MAKELEVEL

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "$@"
	exit 1
}

installed() {
	[[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# packages PACKAGE...: have them installed, or say which are missing and how to
# get them.
packages() {
	local package missing=()

	type -P dpkg-query apt-get >/dev/null ||
		die "this needs Debian 12: there is no apt-get here"
	for package; do
		installed "$package" || missing+=("$package")
	done
	# The kernels come from apt as well, but are not installed.
	if [[ $EUID == 0 && ! $(apt-cache pkgnames linux-image-cloud-amd64) ]]; then
		say "apt-get update"
		apt-get -q update >&2 </dev/null || say "apt-get update failed: is there a network?"
	fi
	((${#missing[@]})) || return 0
	[[ $EUID == 0 ]] ||
		die "missing packages, install them as root: apt-get install --no-install-recommends ${missing[*]}"
	say "installing ${missing[*]}"
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q install -y \
		--no-install-recommends "${missing[@]}" >"$work/apt.log" 2>&1 </dev/null || {
		tail -n 20 "$work/apt.log" >&2
		die "cannot install ${missing[*]}: is there a network?"
	}
}

build_packages() {
	mkdir -p "$work" || die "cannot make $work"
	packages gcc make libc6-dev binutils mawk bash coreutils cpio kmod xz-utils \
		busybox-static
}

# logged NAME COMMAND...: show what it says only if it fails.
logged() {
	local name=$1
	shift

	"$@" >"$work/$name.log" 2>&1 </dev/null && return
	tail -n 40 "$work/$name.log" >&2
	die "failed: $*"
}

kernel_headers() {
	"$selftests/vm/kernel" ${VSYS_KERNEL:+--kernel "$VSYS_KERNEL"} --headers
}

build_all() {
	local kdir

	kdir=$(kernel_headers) || die "no kernel headers for the emulated host"
	# Headers that were just installed: apt's messages may come first.
	kdir=${kdir##*$'\n'}
	logged module make -C "$top" module KDIR="$kdir" BUILD="$work"
	logged user make -C "$top/userspace" STATIC=1 O="$work/user"
	logged guests make -C "$selftests/guests" O="$work/guests"
	logged programs make -C "$selftests/module" O="$work/module" GUESTS="$work/guests"

	rm -rf "$stage.new"
	mkdir -p "$stage.new"/{guests,module}
	# The emulated CPUs are slow readers: leave debug information out.
	strip -g -o "$stage.new/vsyscalls.ko" "$work/vsyscalls.ko" &&
		strip -o "$stage.new/vsysread" "$work/user/vsysread" &&
		cp "$work"/guests/{*.bin,minivm,run-guests.sh,guests.list,calls.expect} \
			"$stage.new/guests/" &&
		cp -r "$work"/module/{hostile,busy.bin} "$selftests"/module/{host.sh,lib.sh,traced.sh,tests} \
			"$stage.new/module/" &&
		strip "$stage.new/module/hostile" "$stage.new/guests/minivm" ||
		die "cannot fill $stage.new"
	rm -rf "$stage"
	mv "$stage.new" "$stage"
}

# Build all that goes into the host, unless the caller has.
build() {
	[[ ! ${VSYS_BUILT:-} ]] || return 0
	build_packages
	(
		flock 9
		build_all
	) 9>"$work.lock" || exit
}

# host amd|intel OPTION... -- COMMAND: the emulated host with all that is built.
host() {
	local host=$1
	shift

	"$selftests/vm/run" --host "$host" ${VSYS_KERNEL:+--kernel "$VSYS_KERNEL"} \
		--add "$stage:/t" "$@"
}

# want_host WORD...: set host from the usual arguments of a suite.
want_host() {
	host=${1:-}
	[[ $host != --host ]] || host=${2:-}
	[[ $host == amd || $host == intel ]] || die "usage: $0 --host amd|intel"
}
