#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make deb, lintian, and the packages in a clean Debian 12.  Prints KTAP.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091 # of another directory
. "$here/../vm/lib.sh"
top=$here/../..
build=${BUILD:-$top/build}
mirror=${DEBIAN_MIRROR:-$(debian_mirror)}

# The dependencies of the packages, and a kernel's headers; another kernel's follow.
INCLUDE=dkms,openssl,pkg-config,libc6-dev,libzstd-dev,libncurses6,libnats3.4,libcurl3-gnutls,librdkafka1,python3,linux-headers-cloud-amd64

# shellcheck disable=SC2317 # called by cached
chroot_make() {
	say "a clean Debian 12 for the packages"
	debootstrap --variant=minbase --include="$INCLUDE" bookworm "$1" "$mirror" >&2 || return
	echo "deb $mirror bookworm-backports main" >"$1/etc/apt/sources.list.d/backports.list"
	# Their suite may disappear one day; DKMS is then tested with one kernel.
	DEBIAN_FRONTEND=noninteractive chroot "$1" sh -c 'apt-get -q update &&
		apt-get -qy --no-install-recommends -t bookworm-backports install \
			linux-headers-cloud-amd64' >&2
	chroot "$1" apt-get clean
}

result() {
	n=$((n + 1))
	if [[ $1 == 0 ]]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		tail -n 30 "$dir/log" | sed 's/^/# /'
		rc=1
	fi
}

need build-essential debhelper dh-dkms dh-python libzstd-dev libsqlite3-dev libnats-dev libcurl4-gnutls-dev librdkafka-dev zlib1g-dev dpkg-dev lintian debootstrap
base=$VM_CACHE/chroot/bookworm-$(sha256sum <<<"$INCLUDE" | cut -c1-8)
cached "$base" chroot_make
dir=$(mktemp -d) || exit
trap 'umount -R "$dir/root" 2>/dev/null; rm -rf "$dir"' EXIT
n=0 rc=0

make -C "$top" BUILD="$build" deb >"$dir/log" 2>&1
result $? "make deb"
mkdir -p "$dir"/{root,upper,work,debs}
mv "$build"/deb/*-dbgsym_* "$dir/"
cp "$build"/deb/*.deb "$dir/debs/"
lintian --allow-root --fail-on error "$dir"/debs/*.deb >"$dir/log" 2>&1
result $? "lintian finds no error"
# A package with neither changelog nor copyright: lintian must complain.
mkdir -p "$dir/broken/DEBIAN"
printf '%s\n' 'Package: broken' 'Version: 1' 'Architecture: all' \
	'Maintainer: nobody <nobody@localhost>' 'Description: none' >"$dir/broken/DEBIAN/control"
dpkg-deb -b "$dir/broken" "$dir/broken.deb" >"$dir/log" &&
	! lintian --allow-root --fail-on error "$dir/broken.deb" >"$dir/log" 2>&1 &&
	grep -q '^E: broken: no-copyright-file' "$dir/log"
result $? "lintian would find one"
echo "1..$n"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$dir/upper,workdir=$dir/work" \
	"$dir/root" || exit
mount -t proc proc "$dir/root/proc"
cp -r "$dir/debs" "$dir/root/debs"
cp "$here/chroot.sh" "$dir/root/tmp/"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$dir/root" sh /tmp/chroot.sh || rc=1
exit $rc
