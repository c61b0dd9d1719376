# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# The output of --list before, while and after a machine is traced; the time of day;
# doctor on a working host.
. ./lib.sh

# listed: print mode, profile and trace state of the guest's vCPUs
listed() {
	/t/vsysread --list | awk -v pid="$guest" '$1 == pid {
		$1 = $2 = ""; sub(/^ */, ""); print }' | xargs
}

guest 0 1
fails "without the module doctor finds what is in the way" /t/vsysread doctor
ok "load" load
ok "with it there is nothing" /t/vsysread doctor
is "nobody traces it" "0 64-bit - no" "$(listed)"
ok "attach" reader -ttt -p $guest -o $tmp/out
ok "records come" await grep -q 'vcpu 0' $tmp/out
is "it is traced" "0 64-bit linux_x86_64 by 1" "$(listed)"
ok "detach" reader_end
is "and not any more" "0 64-bit - no" "$(listed)"
now=$(date +%s)
ok "records have the time of day" awk -v now="$now" 'NR == 1 {
	exit !($5 > now - 60 && $5 <= now + 1) }' $tmp/out
ok "it ends by itself with its guest" reader -p $guest -o $tmp/out
ok "the guest is right" guest_right $guest
ok "so it did" wait "$reader"
ok "unload" unload
finish
