# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Attach and detach without any guest.
. ./lib.sh

ok "load" load
ok "a reader comes and goes" /t/vsysread --timeout 0.1
is "it had nothing to read" "vsysread: 0 events, 0 lost, 0 rings, 0 calls" "$(cat $tmp/said)"
ok "another by read()" /t/vsysread --read --timeout 0.1
reader -o $tmp/out
# All functions of the module, by any name.
/t/module/hostile patch >$tmp/attached
ok "attached, KVM's calls are taken over" [ "$(wc -l <$tmp/attached)" = 3 ]
fails "all of them" grep -qxF "$(kvm_calls)" $tmp/attached
ok "its end" reader_end
ok "unload" unload
is "detached, they are KVM's" "$(kvm_calls)" "$(/t/module/hostile patch)"
finish
