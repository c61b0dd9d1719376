# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by demo, check and bench: packages and builds.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build

# Give programs a fixed environment: messages in English, a dumb terminal, an existing
# home.  The cache stays where vm/lib.sh would put it.
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT TAR_OPTIONS MAKEFLAGS MAKELEVEL MFLAGS
export LC_ALL=C TERM=dumb TMPDIR="${TMPDIR:-/tmp}"
if [[ ! -d ${HOME:-} ]]; then
	if [[ ! ${XDG_CACHE_HOME:-} && $EUID == 0 ]]; then
		export XDG_CACHE_HOME=/var/cache
	fi
	export HOME=$build/home
	mkdir -p "$HOME"
fi
[[ -d $TMPDIR ]] || export TMPDIR=/tmp

# Programs and files used here, each with its package.
PACKAGES="gcc:gcc make:make strace:strace sparse:sparse mawk:mawk
	gawk:gawk original-awk:original-awk busybox:busybox-static
	clang-format:clang-format python3:python3-minimal
	pydoc3:python3 g++:g++ pkg-config:pkgconf
	/usr/include/zstd.h:libzstd-dev /usr/include/sqlite3.h:libsqlite3-dev
	/usr/include/nats/nats.h:libnats-dev curl-config:libcurl4-gnutls-dev /usr/include/zlib.h:zlib1g-dev
	/usr/include/librdkafka/rdkafka.h:librdkafka-dev systemd-analyze:systemd zstd:zstd babeltrace2:babeltrace2
	/usr/lib/python3/dist-packages/jsonschema:python3-jsonschema
	/usr/lib/python3/dist-packages/cryptography:python3-cryptography
	protoc:protobuf-compiler script:bsdutils openssl:openssl
	clang:clang /usr/share/doc/libclang-rt-dev:libclang-rt-dev jq:jq sqlite3:sqlite3 valgrind:valgrind
	/usr/lib32/libc.a:gcc-multilib /usr/include/curses.h:libncurses-dev zsh:zsh"

# Of tests alone: check adds them.
# shellcheck disable=SC2034
CHECK_PACKAGES="poke:poke chromium:chromium perf:linux-perf trace-cmd:trace-cmd bpftrace:bpftrace"

say() {
	echo "== $*"
}

# Install missing packages, or name them if not root.
need_packages() {
	local pair missing=

	for pair in $PACKAGES; do
		[ -e "${pair%%:*}" ] || command -v "${pair%%:*}" >/dev/null ||
			missing+=" ${pair#*:}"
	done
	[ -z "$missing" ] && return
	if [ "$(id -u)" != 0 ]; then
		echo "missing packages:$missing; install them, or run this as root" >&2
		exit 1
	fi
	say "installing$missing"
	# shellcheck disable=SC2086 # a list
	if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive \
		apt-get install -qy --no-install-recommends $missing; } >"$build/apt.log" 2>&1; then
		tail -n 3 "$build/apt.log" >&2
		echo "cannot install:$missing (is there a network?)" >&2
		exit 1
	fi
}

# need_unpacked PACKAGE: have its programs, but not its service, which installing would begin.
need_unpacked() {
	local tree=$build/unpacked/$1

	command -v "$1" >/dev/null && return
	if [ ! -e "$tree" ]; then
		rm -rf "$tree.new"
		mkdir -p "$tree.new"
		if ! (cd "$tree.new" && { apt-get download "$1" || { apt-get update -q && apt-get download "$1"; }; } &&
			dpkg-deb -x ./*.deb . && rm ./*.deb) >"$build/apt.log" 2>&1; then
			tail -n 3 "$build/apt.log" >&2
			echo "cannot get: $1 (is there a network?)" >&2
			exit 1
		fi
		mv "$tree.new" "$tree"
	fi
	export PATH=$PATH:$tree/usr/bin:$tree/usr/sbin
}

# build_kernel KERNEL: build the module for KERNEL, see vm/kernels, in a build directory
# of its own.  Its name has no colon even if the flavour has one: make does not allow it
# in a path.  Output goes to a log there.
build_kernel() {
	local dir=$build/kernels/${1//:/-} kdir part

	mkdir -p "$dir"
	for part in static guests oracle; do
		ln -sfn "$build/$part" "$dir/$part"
	done
	rm -f "$dir/vsyscalls.ko" "$dir/fetched"
	{
		kdir=$("$top/selftests/vm/kernel" --kernel "$1" --headers) &&
			touch "$dir/fetched" &&
			(cd "$top" && "$top/selftests/vm/kernels" "$1" \
				make -j"$(nproc)" module KDIR="$kdir" BUILD="$dir")
	} >"$dir/log" 2>&1
}

# Build everything that goes into the hosts, for the kernel that they boot.
build_all() {
	local kdir cc="gcc -O1 -Wall -Wextra -pthread"
	local workload=$top/selftests/oracle/workload.c

	mkdir -p "$build/oracle"
	need_packages
	say "the kernel of the hosts, and its headers"
	kdir=$("$top/selftests/vm/kernel" --headers) || exit 1
	kdir=$(tail -n 1 <<<"$kdir")
	say "building the module, vsysread and the guests"
	{
		make -j"$(nproc)" -C "$top" module KDIR="$kdir" &&
		make -j"$(nproc)" -C "$top/userspace" STATIC=1 O="$build/static" &&
		make -C "$top/selftests/guests" O="$build/guests" &&
		$cc -static -o "$build/oracle/workload" "$workload" &&
		$cc -m32 -static -o "$build/oracle/workload-i386" "$workload" &&
		$cc -m32 -o "$build/oracle/workload-i386-dynamic" "$workload" &&
		cp "$build/vsyscalls.ko" "$build/static/vsysread" \
			"$build/static/examples/files" "$build/static/examples/processes" \
			"$top/selftests/guests/run-traced.sh" "$build/guests/"
	} >"$build/build.log" 2>&1 && return
	tail -n 20 "$build/build.log" >&2
	echo "the build failed, see $build/build.log" >&2
	exit 1
}
