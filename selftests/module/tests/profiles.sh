# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # names of lib.sh
#
# Machines of different profiles at once, and one machine that sessions take for
# different systems: each session has its own profile, which determines its doors.
. ./lib.sh

# watch NAME ARGUMENT...: a reader, attached, as $reader; its output is $tmp/NAME.
watch() {
	name=$1
	shift
	reader --ring-size 8M -o "$tmp/$name" "$@"
	status=$?
	mv $tmp/reader.err "$tmp/$name.err"
	return $status
}

# stop PID: end one of several readers.
stop() {
	kill "$1"
	wait "$1"
}

# calls NAME FILE GUEST
calls() {
	grep -c "vm $3 .* $1(.* = " "$tmp/$2"
}

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
ok "another session has it as another profile" \
	/t/vsysread --max-events 1000 --timeout 60 -o $tmp/other -p $two:linux_x86_64
ok "and reads it as that" consecutive $tmp/other
is "and as nothing else" 0 "$(grep -c Nt $tmp/other)"
ok "it can have it as the same" /t/vsysread --max-events 1000 --timeout 60 -o $tmp/other -p $two:windows_7_x64
ok "and has its calls" grep -q "NtUnmapViewOfSection(" $tmp/other
ok "the end of the first session" reader_end
ok "a door that is not used" reader --doors int80 -o $tmp/out -p $one:linux_x86_64
sleep 1
reader_end
is "gives no calls" 0 "$(grep -c getpid $tmp/out)"
fails "a door that the profile does not have" \
	/t/vsysread --max-events 1000 --timeout 5 --doors int2e -o $tmp/other -p $one:linux_x86_64
ok "the first guest is right" guest_right $one
ok "the second guest is right" guest_right $two

# A profile without the guest's ABI comes first, then one that knows the call as another.
watch wrong -P windows_nt4_x86
wrong=$reader
watch right -P linux_x86_64 --stats
right=$reader
guest 1 1
first=$guest
ok "a guest that another session takes for NT 4 is right" guest_right $first
stop $wrong
is "that session has none of its calls" 0 "$(grep -c "vm $first .* = " $tmp/wrong)"
watch seven -P windows_7_x64
seven=$reader
guest 1 2
second=$guest
ok "a guest that another takes for Windows 7, too" guest_right $second
stop $seven
guest 1 1
third=$guest
ok "and one that is traced by one session again" guest_right $third
stop $right
ok "unload" unload
for g in $first $second $third; do
	grep "vm $g " $tmp/right >$tmp/calls
	ok "the right profile has each call" consecutive $tmp/calls 1
	is "and its return" "" "$(grep -v -e 'getpid() = [0-9]*$' -e ' ---' $tmp/calls)"
done
is "Windows 7 has as many calls" "$(calls getpid right $second)" \
	"$(calls NtUnmapViewOfSection seven $second)"
ok "no record is lost" grep -q ' 0 lost' $tmp/right.err
tail -n 20 $tmp/right.err
finish
