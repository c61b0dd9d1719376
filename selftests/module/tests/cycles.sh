# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Load, attach, detach and unload again and again under a running guest.
. ./lib.sh

least=6
guest 0
mine=$guest
n=0
bad=0
end=$(($(date +%s) + 5))
while [ $n -lt $least ] || { [ $n -lt 30 ] && [ "$(date +%s)" -lt $end ]; }; do
	n=$((n + 1))
	load || bad=1
	case $((n % 3)) in
	0) reader -o /dev/null || bad=1
	   reader_end || bad=1 ;;
	1) /t/module/hostile cycle 2 || bad=1 ;;
	2) /t/vsysread --timeout 0.05 -o /dev/null 2>$tmp/err || bad=1 ;;
	esac
	unload || bad=1
	[ $bad = 0 ] || break
done
echo "# $n cycles"
result $bad "each of them"
ok "at least $least of them" [ $n -ge $least ]
ok "the guest still runs" alive $mine
is "KVM is as it was" "$(kvm_calls)" "$(/t/module/hostile patch)"
ok "the guest is right" guest_right $mine
finish
