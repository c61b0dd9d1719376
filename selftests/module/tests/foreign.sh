# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Another module hooks KVM after this one, and is unloaded later.  Its hook must stay, and
# so must this module, which it calls.  It can also set bits of CR4 that no guest can.
. ./lib.sh

cr4=/sys/module/foreign/parameters/cr4

warned() {
	dmesg | sed -n "/mark $$ $marks\$/,\$p" | grep -q "WARNING"
}

# The kernel's own time, by which the module waits: on a busy machine ticks are lost.
jiffies() {
	sed -n 's/^jiffies: //p' /proc/timer_list | head -n 1
}

# passed TICKS: have so many passed since $begun?  1000 are 4 s or more.
passed() {
	[ $(($(jiffies) - begun)) -ge "$1" ]
}

guest 0 1
ok "load" load
ok "attach" reader --no-tasks -p $guest -o $tmp/out
ok "calls are seen" await grep -q 'vcpu 0' $tmp/out
mark_log
ok "another module hooks KVM" insmod /t/foreign.ko
fails "no vCPU is refused" grep -q 'not traced' $tmp/out
ok "registers are read" /t/module/hostile regs $guest
echo 0x100000000 >$cr4
ok "one that turns FRED on is" await grep -q 'not traced: the guest uses FRED' $tmp/out
fails "its registers are not read" /t/module/hostile regs $guest
is "nobody waits for ever" ETIMEDOUT "$(cat $tmp/said)"
echo 0 >$cr4
ok "detach" reader_end
begun=$(jiffies)
ok "the time passes that the hooks stay" await passed 1000
fails "the module cannot go" /t/module/hostile unload
is "one line says why" 1 \
	"$(dmesg | grep -c 'another module has hooked KVM, cannot unload before it')"
ok "another session attaches" reader -p $guest -o $tmp/again
ok "its calls are seen" await grep -q 'vcpu 0' $tmp/again
fails "no vCPU is refused now" grep -q 'not traced' $tmp/again
echo 0x800000 >$cr4
ok "one that turns CET on is, without cet_amd" await grep -q 'not traced: .* CET on AMD' $tmp/again
echo 0 >$cr4
ok "detach again" reader_end
ok "the guest was right" guest_right $guest
ok "the other module goes" rmmod foreign
fails "its hook was there" warned
ok "unload" unload

ok "the other module hooks KVM before a load" insmod /t/foreign.ko
fails "then it does not load" load
ok "and goes" rmmod foreign
ok "load again" load
ok "it hooks KVM before the first attach" insmod /t/foreign.ko
fails "then an attach is refused" /t/vsysread --timeout 1 -o $tmp/none
ok "and goes, too" rmmod foreign
ok "unload again" unload
finish
