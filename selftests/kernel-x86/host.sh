#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In the emulated host: the programs in a real guest, untraced and traced.
#
#	host.sh CPUS PROFILE
#
# Each line of /t/programs: a program and its entry of known.list.
set -u
cpus=$1 profile=$2
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh

# guest NAME: run the guest; the results become the directory /tmp/NAME.
guest() {
	mkdir "/tmp/$1"
	realguest --smp "$cpus" --init /t/guest.sh --out "/tmp/$1.tgz" &&
		tar -C "/tmp/$1" -xzf "/tmp/$1.tgz"
}

# Remove all that differs from run to run: addresses, times, results of getpid(), the
# order of parent's and child's lines, and whether a tick's IRET in between cleared a
# null GS, which the program allows.
plain() {
	sed -E 's/(0x|\b)[0-9a-f]{7,16}\b/ADDRESS/g; s/[0-9]+\.[0-9]+/TIME/g
		s/NR = [0-9]+,/NR = N,/
		s/(GS.BASE) changed from ([^ ]*) to .* because IRET .*/\1 remained \2/' "$1" | sort
}

# same PROGRAM DIRECTORY: does the result there equal the untraced one?
same() {
	cmp -s "/tmp/untraced/$1.exit" "$2/$1.exit" || return
	plain "/tmp/untraced/$1" >/tmp/plain1
	plain "$2/$1" >/tmp/plain2
	cmp -s /tmp/plain1 /tmp/plain2
}

passed() {
	[ "$(cat "$1.exit")" = 0 ]
}

# judge PROGRAM KIND WHY: print the verdict
judge() {
	[ "$2" != never ] || { result 0 "$1 # SKIP $3"; return; }
	if passed "/tmp/untraced/$1" && same "$1" /tmp/traced; then
		result 0 "$1 says the same traced"
	elif [ "$2" ] && { passed "/tmp/traced/$1" || same "$1" /tmp/traced; }; then
		result 0 "$1 # SKIP untraced, $3"
	else
		result 1 "$1 passes, and says the same traced"
		echo "# exit codes:" "$(cat "/tmp/untraced/$1.exit" "/tmp/traced/$1.exit" | xargs)"
		diff "/tmp/untraced/$1" "/tmp/traced/$1" | head -n 30 | sed 's/^/# /'
	fi
}

guest untraced
result $? "the programs run"
insmod /t/vsyscalls.ko profile="$profile" || exit 1
reader_start -c -o /dev/null --stats
guest traced
result $? "the programs run traced"
reader_stop
awk '$1 == "traps" { n = $2 } END { print "# " n " traps"; exit n < 1000 }' /tmp/said
result $? "they are traced"
while read -r name kind why; do
	judge "$name" "$kind" "$why"
done </t/programs

# Controls: the comparison must notice each of these.
name=sysret_rip_64
[ -e /tmp/untraced/$name ] || name=$(cut -d' ' -f1 /t/programs | head -n 1)
cp -r /tmp/untraced /tmp/altered
same "$name" /tmp/altered && echo 1 >"/tmp/altered/$name.exit" && ! same "$name" /tmp/altered
result $? "an altered verdict is noticed"
rm -r /tmp/altered
cp -r /tmp/untraced /tmp/altered
same "$name" /tmp/altered && echo '[FAIL]' >>"/tmp/altered/$name" && ! same "$name" /tmp/altered
result $? "altered output is noticed"
rmmod vsyscalls
result $? "the module unloads"
finish
