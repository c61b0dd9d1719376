# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Machines of different profiles at once; each machine has one profile, which
# determines its doors.
. ./lib.sh

ok "load" load
guest 0 1
one=$guest
guest 0 1
two=$guest
ok "attach to both" reader -o $tmp/out -p $one:linux_x86_64 -p $two:windows_7_x64
ok "the first calls as Linux does" await grep -q "vm $one .* getpid() = " $tmp/out
ok "the second as Windows 7 does" await grep -q "vm $two .* NtUnmapViewOfSection(" $tmp/out
# Copy it first: it grows faster than grep reads.
head -n 2000 $tmp/out >$tmp/begin
is "not the other way round" 0 "$(grep -c -e "vm $two .* getpid()" -e "vm $one .* Nt" $tmp/begin)"
fails "another session cannot have it as another profile" \
	/t/vsysread --max-events 1000 --timeout 5 -o $tmp/other -p $two:linux_x86_64
ok "it can have it as the same" /t/vsysread --max-events 1000 --timeout 5 -o $tmp/other -p $two:windows_7_x64
ok "and has its calls" grep -q "NtUnmapViewOfSection(" $tmp/other
ok "the end of the first session" reader_end
ok "then the machine may be another" /t/vsysread --max-events 1000 --timeout 5 -o $tmp/other -p $two:linux_x86_64
ok "and is" grep -q "vm $two .* getpid() = " $tmp/other
ok "a door that is not used" reader --doors int80 -o $tmp/out -p $one:linux_x86_64
sleep 1
reader_end
is "gives no calls" 0 "$(grep -c getpid $tmp/out)"
fails "a door that the profile does not have" \
	/t/vsysread --max-events 1000 --timeout 5 --doors int2e -o $tmp/other -p $one:linux_x86_64
ok "unload" unload
ok "the first guest is right" guest_right $one
ok "the second guest is right" guest_right $two
finish
