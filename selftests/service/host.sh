#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Part of run-service.sh, in the emulated host, whose first process is systemd.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
unit=vsysread@test
# Calls until the guest's system is known, and some more.
# shellcheck disable=SC2016 # the guest expands it
calls='for _ in $(seq 50); do cat /nonexistent; sleep 0.1; done'

# value PROPERTY: of the service
value() {
	systemctl show -P "$1" $unit
}

# until_is PROPERTY VALUE: within 20 seconds
until_is() {
	for _ in $(seq 200); do
		[ "$(value "$1")" != "$2" ] || return 0
		sleep 0.1
	done
	echo "# $1 is $(value "$1")"
	sed 's/^/# /' /run/said
	return 1
}

# Its process is systemd's own until the walls are built.
until_runs() {
	until [ "$(status Name)" = vsysread ]; do
		[ "$(value ActiveState)" = active ] || return 1
		sleep 0.1
	done
}

# configure TO: and forget the words of the last run
configure() {
	printf 'TO=%s\nSPOOL=1M\nOPTIONS="-e execve,openat"\n' "$1" >/etc/vsyscalls/test.conf
	rm -f /run/said
}

# status NAME: of the process
status() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$(value MainPID)/status"
}

# drop_in LINE...: of [Service], in place of those before
drop_in() {
	mkdir -p /run/systemd/system/$unit.service.d
	printf '%s\n' '[Service]' StandardError=append:/run/said "$@" >/run/systemd/system/$unit.service.d/test.conf
	systemctl daemon-reload
}

insmod /t/vsyscalls.ko || exit 1
chgrp vsyscalls /dev/vsyscalls
chmod 660 /dev/vsyscalls
mkdir -p /etc/vsyscalls
[ "$(cat /proc/1/comm)" = systemd ]
result $? "systemd is the first process"

drop_in
nc -ll -p 4318 -e /t/receiver.sh &
receiver=$!
configure otlp://127.0.0.1
systemctl start $unit && until_runs
result $? "the service starts"
echo "# uid $(status Uid), capabilities $(status CapEff), filters $(status Seccomp_filters)"
[ "$(status Uid | cut -f1)" -ge 61184 ] && [ "$(status CapEff)" = 0000000000080000 ]
result $? "as a user of its own, with one capability"
[ "$(status Seccomp)" = 2 ] && [ "$(status NoNewPrivs)" = 1 ]
result $? "with filters of system calls"
realguest --run "$calls" >/tmp/guest 2>&1
systemctl stop $unit
result $? "it stops"
[ "$(value Result) $(value ExecMainStatus) $(value NRestarts)" = "success 0 0" ]
result $? "as one that did all"
sed 's/^/# /' /run/said
grep -q 'openat(AT_FDCWD, "/nonexistent"' /tmp/received
result $? "calls of a guest are with the receiver"

kill $receiver
configure otlp://127.0.0.1
systemctl start $unit
realguest --run "$calls" >/tmp/guest 2>&1
systemctl stop $unit
[ "$(value Result)" = success ] && grep ' 0 dropped, [1-9][0-9]* wait in the spool' /run/said &&
	ls /var/lib/vsyscalls/test/*.seg >/dev/null
result $? "without a receiver they are in the spool"

configure otlp://a/b
systemctl start $unit
until_is ActiveState failed && [ "$(value ExecMainStatus) $(value NRestarts)" = "2 0" ]
result $? "a wrong configuration is not tried again"

# The walls stand: without its door there is no device.
drop_in DeviceAllow= Restart=no
configure otlp://127.0.0.1
systemctl start $unit
until_is ActiveState failed && grep -q '/dev/vsyscalls: Operation not permitted' /run/said
result $? "other devices are closed to it"
rmmod vsyscalls
result $? "the module unloads"
finish
