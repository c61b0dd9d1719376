# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154,SC2086 # names of lib.sh, without blanks
#
# Mini NT guests: the example that replaces names for Linux also replaces those of
# NtCreateFile and NtOpenFile, and NtTerminateProcess is skipped.  The guests check
# themselves the arguments of their kernels, see edited_calls in guests/lib/nt.c.
. ./lib.sh

# nt PROFILE IMAGE OPTIONS [OTHER]: OTHER is what another session, which comes first, takes
# the guest for.
nt() {
	profile=$1 image=$2 options=$3 other=${4:-}
	[ -z "$other" ] || {
		rm -f $tmp/ready
		/t/vsysread -P "$other" --ready-file $tmp/ready --whole -o $tmp/other 2>$tmp/other.err &
		beside=$!
		await [ -s $tmp/ready ]
	}
	start short /t/redirect-open "$profile" '\??\C:\boot.ini' '\??\C:\x.ini'
	short=$started
	start long /t/redirect-open "$profile" ntuser.dat 'a name that is longer than it was'
	long=$started
	rm -f $tmp/ready
	/t/vsysread --allow-rewrite -P "$profile" --ready-file $tmp/ready --whole \
		-e inject=NtTerminateProcess:retval=0x7abcdef >$tmp/trace 2>&1 &
	reader=$!
	await [ -s $tmp/ready ]
	# shellcheck disable=SC2086 # words
	/t/guests/minivm --strict $options "/t/guests/$image.bin" >$tmp/calls 2>&1
	is "$image: its kernel gets the names that were replaced" 0 $?
	grep -v '^ok' $tmp/calls | sed 's/^/# guest: /'
	end $short
	end $long
	end $reader
	is "$image: the first was replaced" '\??\C:\boot.ini -> \??\C:\x.ini' \
		"$(sed -n 's/^vm [0-9]*: //p' $tmp/short)"
	is "$image: the second was" 'ntuser.dat -> a name that is longer than it was' \
		"$(sed -n 's/^vm [0-9]*: //p' $tmp/long)"
	has "$image: the reader says what was skipped" \
		'NtTerminateProcess: skipped, result 0x7abcdef, rule' $tmp/trace
	has "$image: and where a name was changed" \
		'NtCreateFile: memory 0x' $tmp/trace
	[ -z "$other" ] || {
		kill $beside
		wait $beside
		has "$image: a session with $other sees the change, too" 'memory 0x' $tmp/other
		is "$image: and nothing of Windows" 0 "$(grep -c 'Nt[A-Z]' $tmp/other)"
	}
	sed 's/^/# /' $tmp/trace | grep -e '---' -e EDITED -e INJECTED
}

ok "load" load rewrite=1
nt windows_7_x64 nt-x64-syscall '--arg 2'
nt windows_xpsp3_x86 nt-xp-sysenter '--arg 2 --legacy pae'
nt windows_7_x64 nt-x64-syscall '--arg 2' linux_x86_64
nt windows_xpsp3_x86 nt-xp-sysenter '--arg 2 --legacy pae' linux_x86
/t/guests/minivm --strict --arg 2 /t/guests/nt-x64-syscall.bin >$tmp/calls 2>&1
is "control: a guest whose calls nobody changes fails" 1 $?
ok "the module unloads" unload
finish
