#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vsysread@.service under systemd, which is the first process of the emulated host.  Prints KTAP.
#
# BUILD: where vsyscalls.ko is, and where vsysread is built.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
build=${BUILD:-$top/build}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
flock "$build/user.lock" make -s -C "$top/userspace" O="$build/user" prefix=/usr bindir=/bin DESTDIR="$tmp/root" install >&2 || exit 1
mkdir -p "$tmp/etc/systemd/system"
printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534::/:/bin/false >"$tmp/etc/passwd"
printf '%s\n' root:x:0: vsyscalls:x:90: nogroup:x:65534: >"$tmp/etc/group"
# The runner's own first process becomes a service of systemd.
cat >"$tmp/etc/systemd/system/default.target" <<'UNIT'
[Unit]
Wants=vm.service
DefaultDependencies=no
UNIT
cat >"$tmp/etc/systemd/system/vm.service" <<'UNIT'
[Unit]
DefaultDependencies=no
[Service]
ExecStart=/init
StandardOutput=null
StandardError=null
UNIT
targets=
for unit in basic sysinit shutdown umount; do
	targets="$targets --add /lib/systemd/system/$unit.target:/lib/systemd/system/$unit.target"
done
# shellcheck disable=SC2086 # words
"$here/../vm/run" --host amd --timeout 300 --mem 2048 --real-guest busybox \
	--append "rdinit=/bin/systemd systemd.log_target=kmsg" \
	--add-bin /lib/systemd/systemd --add-bin systemctl --add-bin "$tmp/root/bin/vsysread" $targets \
	--add "$tmp/root/usr/lib/systemd/system/vsysread@.service:/lib/systemd/system/vsysread@.service" \
	--add "$tmp/etc:/etc" --add "$build/vsyscalls.ko:/t/vsyscalls.ko" \
	--add "$here/receiver.sh:/t/receiver.sh" --add "$here/host.sh:/t/host.sh" -- sh /t/host.sh
