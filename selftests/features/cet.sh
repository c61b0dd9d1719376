# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# In the emulated host: guests with CET whose calls are held, skipped and made again, on the
# slow path alone.  /g has the guests, the module and vsysread.
set -u
# shellcheck disable=SC1091 # of the host
. /vm/ktap.sh
# shellcheck disable=SC1091
. /vm/reader.sh
# shellcheck disable=SC2034 # of reader.sh
vsysread=/g/vsysread

# cet WHAT RULES OPTION...: the guest sees what it should, and each call has a record.
cet() {
	what=$1 rules=$2
	shift 2
	# shellcheck disable=SC2086 # words
	reader_start --allow-rewrite --stats --whole -o /tmp/trace -P linux_x86_64 $rules
	/g/minivm --strict "$@" /g/x86_64/cet.bin >/tmp/guest
	result $? "$what"
	grep -v '^ok' /tmp/guest | sed 's/^/# /'
	reader_stop
	sed 's/^/# /' /tmp/said
	made=$(sed -n 's/^# calls //p' /tmp/guest)
	moved=$(sed -n 's/^# moved \([0-9]*\) times/\1/p' /tmp/guest)
	seen=$(grep -c 'getppid(' /tmp/trace)
	# A new vCPU is traced from its first exit on, and may make a call before.
	[ "$made" -gt 0 ] && [ "$seen" -le "$made" ] && [ $((seen + ${moved:-0})) -ge "$made" ]
	result $? "$seen of $made calls have records"
}

# often WHAT: it was, many times.
often() {
	times=$(sed -n "s/^# $1 \([0-9]*\) times/\1/p" /tmp/guest)
	[ "${times:-0}" -ge 4 ]
	result $? "it was $1"
}

insmod /g/vsyscalls.ko profile=linux_x86_64 rewrite=1 || exit 1
cet "calls that are held" '-e inject=getppid:delay_enter=1us'
[ "$(sed -n 's/^slow //p' /tmp/said)" -ge "$made" ]
result $? "they are on the slow path"
cet "calls whose return is held" '-e inject=getppid:delay_exit=1us' --arg 50
returned=$(grep -c 'getppid() = 0$' /tmp/trace)
slow=$(sed -n 's/^slow //p' /tmp/said)
[ "$returned" -ge 50 ] && [ "$slow" -ge $((made + returned)) ]
result $? "$slow exits are on the slow path, and $returned returns of $made calls"
cet "held calls that signals interrupt" '-e inject=getppid:delay_enter=20ms' --kick 50000
often interrupted
cet "a machine that moves while it makes calls" '' --move 300 --arg 5000
often moved
cet "and while its calls are held" '-e inject=getppid:delay_enter=2ms' --move 3000 --arg 20
often moved
cet "calls that are skipped" '-e inject=getuid:error=EPERM' --arg 0x10000
! /g/minivm --strict --arg 0x10000 /g/x86_64/cet.bin >/tmp/guest &&
	grep -q '^not ok .* is skipped' /tmp/guest
result $? "nobody skips them: the guest fails"
rmmod vsyscalls
result $? "the module unloads"
finish
