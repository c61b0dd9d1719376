#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The prototypes: those of Linux against <asm/unistd_*.h>, constants and structs
# against the system's headers, captures against captures.txt.
# Another OS: newos_x86, as CONTRIBUTING.md says.  Prints TAP; the exit status is
# 1 if a test failed, 4 if none can run.
# shellcheck disable=SC2046 # lists of files

. "$(dirname "$0")/lib.sh"

# ---- the prototypes --------------------------------------------------------

# names PROFILE ABI: lines "NR NAME"
names()
{
	build dump $(tables) || return
	"$dir/dump" | $first_awk -v profile="$1" -v abi="$2" '
		$1 == "table" { mine = $2 == profile }
		$1 == "abi" { wanted = mine && $2 == abi }
		wanted && /^[0-9]/ { print $1, $2 }' >"$work/names"
	[ -s "$work/names" ]
}

# For ABI $1 of linux_x86_64: it has the lines on stdin, and $2 calls in all
known_numbers()
{
	names linux_x86_64 "$1" || return
	while read -r line; do
		grep -qx "$line" "$work/names" || { echo "not there: $line"; return 1; }
	done
	total=$(wc -l <"$work/names")
	[ "$total" -eq "$2" ] || { echo "$total calls"; return 1; }
}

known_x86_64()
{
	known_numbers 1 386 <<-END
		0 read
		1 write
		15 rt_sigreturn
		56 clone
		59 execve
		60 exit
		231 exit_group
		257 openat
		334 rseq
		336 uprobe
		424 pidfd_send_signal
		435 clone3
		451 cachestat
		462 mseal
		472 fchroot
	END
}

known_i386()
{
	known_numbers 3 462 <<-END
		0 restart_syscall
		1 exit
		3 read
		5 open
		11 execve
		17 break
		45 brk
		90 mmap
		102 socketcall
		119 sigreturn
		120 clone
		140 _llseek
		180 pread64
		192 mmap2
		199 getuid32
		221 fcntl64
		224 gettid
		240 futex
		243 set_thread_area
		272 fadvise64_64
		300 fstatat64
		339 fanotify_mark
		386 rseq
		403 clock_gettime64
		422 futex_time64
		435 clone3
		472 fchroot
	END
}

known_x32()
{
	known_numbers 2 375 <<-END
		0 read
		9 mmap
		231 exit_group
		424 pidfd_send_signal
		512 rt_sigaction
		520 execve
		529 waitid
		547 pwritev2
	END
}

# The generator already checks that each number from 0 to the newest is named or
# reserved.  Check only which ones ABI $1 reserves.
reserved_numbers()
{
	names linux_x86_64 "$1" || return
	# shellcheck disable=SC2016 # an awk program
	awk_program='$1 != next_nr { printf "%s%d", sep, next_nr; sep = " "
			if ($1 - 1 > next_nr) printf "-%d", $1 - 1 }
		{ next_nr = $1 + 1 }'
	holes=$($first_awk "$awk_program" "$work/names")
	[ "$holes" = "$2" ] || { echo "$holes"; return 1; }
}

# header_numbers ABI HEADER: print its numbers, without the bit that x32 adds
header_numbers()
{
	names "${3:-linux_x86_64}" "$1" || return
	echo "#include <$2>" | "$cc" -E -dM - >"$work/unistd" 2>/dev/null
	sed -n -e 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\2 \1/p' \
		-e 's/^#define __NR_\([a-z0-9_]*\) (__X32_SYSCALL_BIT + \([0-9]*\))$/\2 \1/p' \
		"$work/unistd" | grep -v -e ' syscalls$' -e ' arch_specific_syscall$' >"$work/header"
	[ -s "$work/header" ] || { echo "no <$2>"; return 4; }
	while read -r line; do
		grep -qx "$line" "$work/names" || { echo "not there: $line"; return 1; }
	done <"$work/header"
}

# Numbers of 32-bit Arm are among the headers of the kernel 6.1.
arm_header()
{
	printf '%s\n' /usr/src/linux-headers-6.1.*-common/arch/arm64/include/asm/unistd32.h | tail -n 1
}

# slots ABI [PROFILE]: check the slots of parameters: lines "NAME PARAM@SLOT..." on stdin.
slots()
{
	build dump $(tables) || return
	# shellcheck disable=SC2016 # an awk program
	"$dir/dump" | $first_awk -v abi="$1" -v profile="${2:-linux_x86_64}" '
		$1 == "table" { mine = $2 == profile }
		$1 == "abi" { wanted = mine && $2 == abi }
		/^[0-9]/ { call = $2 }
		wanted && /^\t/ { print call, $2 }' >"$work/slots"
	while read -r call params; do
		for param in $params; do
			grep -qx "$call $param" "$work/slots" && continue
			echo "want $call $param"
			grep "^$call " "$work/slots"
			return 1
		done
	done
}

# On i386 a number of 8 bytes takes two registers, starting at any of them.
slots_i386()
{
	slots 3 <<-END
		pread64 count@2 pos@3
		pwrite64 count@2 pos@3
		truncate64 path@0 length@1
		ftruncate64 length@1
		readahead offset@1 count@3
		fadvise64 offset@1 len@3 advice@4
		fadvise64_64 offset@1 len@3 advice@5
		sync_file_range offset@1 nbytes@3 flags@5
		fallocate mode@1 offset@2 len@4
		fanotify_mark flags@1 mask@2 dfd@4 pathname@5
		lookup_dcookie cookie@0 buf@2 len@3
		preadv iovcnt@2 pos@3
		pwritev2 iovcnt@2 pos@3 flags@5
		clone parent_tid@2 tls@3 child_tid@4
	END
}

# A value of 8 bytes is in an even pair of registers; preadv has two values of 4 bytes.
slots_arm()
{
	slots 7 linux_arm64 <<-END
		pread64 count@2 pos@4
		pwrite64 count@2 pos@4
		truncate64 path@0 length@2
		ftruncate64 fd@0 length@2
		readahead fd@0 offset@2 count@4
		arm_fadvise64_64 advice@1 offset@2 len@4
		sync_file_range2 flags@1 offset@2 nbytes@4
		fallocate mode@1 offset@2 len@4
		fanotify_mark flags@1 mask@2 dfd@4 pathname@5
		lookup_dcookie cookie@0 buf@2 len@3
		preadv iovcnt@2 pos_l@3 pos_h@4
		clone parent_tid@2 tls@3 child_tid@4
		set_tls tls@0
	END
}

slots_x32()
{
	slots 2 <<-END
		pread64 count@2 pos@3
		fadvise64 offset@1 len@2 advice@3
		preadv2 iovcnt@2 pos@3 flags@4
		clone parent_tid@2 child_tid@3 tls@4
	END
}

# i386 is the same in both profiles.
same_i386()
{
	names linux_x86_64 3 && mv "$work/names" "$work/compat" &&
		names linux_x86 3 && cmp "$work/names" "$work/compat"
}

# Print name and value of Linux's constants, except those whose header value differs:
# glibc's O_LARGEFILE is 0 on x86-64, F_GETLK64 and the like are those of 64-bit programs, its
# SIGRTMIN leaves two to itself, and FUTEX_OP_* are values before their shift.
constants()
{
	for file in "$prototypes"/linux/consts/*.tbl; do
		# The headers here are those of x86.
		sed '/^[a-z]* [a-z_0-9]*_arm$/,/^$/d' "$file" |
			sed -n 's/^	\([A-Z_][A-Za-z0-9_]*\)	* *\(-\{0,1\}[0-9][0-9a-fx]*\).*/\1 \2/p'
	done | grep -v -e '^O_LARGEFILE ' -e '^SIGRTMIN ' -e '^F_.*LKW\{0,1\}64 ' \
		-e '^FUTEX_OP_' | sort -u >"$work/constants"
}

# Build a program that compares the constants, except those in $work/unknown.
constants_program()
{
	cat "$here/constants.h"
	echo 'int main(void) {'
	grep -v -x -F -f "$work/unknown" "$work/constants" |
		sed 's/^\([^ ]*\) \(.*\)/	COMPARE(\1, \2);/'
	echo "	return result($1); }"
}

header_constants()
{
	command -v "$cc" >/dev/null || { echo "no C compiler"; return 4; }
	constants && compare_constants 1200
}

# compare_constants LEAST: at least so many must be compared
compare_constants()
{
	echo "none" >"$work/unknown"
	# Leave out names that the headers here lack, by the compiler's messages;
	# some messages only appear when others are gone.
	for round in 1 2 3 4; do
		constants_program "$1" >"$work/constants.c"
		"$cc" -w -fmax-errors=0 -o "$work/compare" "$work/constants.c" 2>"$work/err" && break
		[ "$round" -lt 4 ] || { head "$work/err"; return 1; }
		sed -n "s/.*error: '\([A-Za-z0-9_]*\)' undeclared.*/\1/p" "$work/err" >"$work/more"
		[ -s "$work/more" ] || { head "$work/err"; return 1; }
		grep -w -F -f "$work/more" "$work/constants" >>"$work/unknown"
	done
	"$work/compare"
}

# header_structs PROGRAM OPTION: compare in the layout of -m64 or -m32
header_structs()
{
	echo 'int main(void) { return 0; }' >"$work/empty.c"
	"$cc" "$2" -o "$work/empty" "$work/empty.c" || { echo "no programs by $cc $2"; return 4; }
	cflags=$2
	build "$1" $(tables)
	result=$?
	cflags=
	[ "$result" -eq 0 ] || return "$result"
	"$dir/$1"
}

# Prefix each line with the number of its ABI.
by_abi()
{
	# shellcheck disable=SC2016 # an awk program
	$first_awk '/^abi / { abi = $2; next } /^[^#]/ { print abi, $0 }' "$1"
}

# real_captures FILE PROFILE
real_captures()
{
	build captures $(tables) || return
	"$dir/captures" "$2" >"$work/out" || return
	by_abi "$work/out" >"$work/captured"
	by_abi "$1" >"$work/want"
	[ -s "$work/want" ] || return 1
	while read -r line; do
		grep -qxF "$line" "$work/captured" && continue
		echo "want $line"
		call=${line#* }
		grep "^${line%% *} ${call%% *} " "$work/captured"
		return 1
	done <"$work/want"
}

real_agree()
{
	build agree "$@" && "$dir/agree"
}

# ---- another OS --------------------------------------------------------------

# The prototypes with a numbering file and one line more.
newos()
{
	rm -rf "$work/newos"
	cp -r "$top/prototypes" "$work/newos"
	cat >"$work/newos/linux/numbers/newos_x86.tbl" <<-END
		@numbers newos_x86
		0 write exit fork
		@reserved 3
		0x4 stat64 pread64 open
	END
	echo "newos_x86 linux x86 int80 linux_i386=newos_x86" >>"$work/newos/profiles/linux.tbl"
	prototypes=$work/newos
}

# Its numbers; those of the others, unchanged; its captures.
new_os()
{
	build dump $(tables) || return
	"$dir/dump" >"$work/before" || return
	newos
	new_os_tables && new_os_captures && real_agree $(tables)
	result=$?
	prototypes=$top/prototypes
	return "$result"
}

new_os_tables()
{
	names newos_x86 3 || return
	diff - "$work/names" <<-END || return
		0 write
		1 exit
		2 fork
		4 stat64
		5 pread64
		6 open
	END
	# shellcheck disable=SC2016 # an awk program
	"$dir/dump" | $first_awk '/^table / { other = $2 != "newos_x86" } other' |
		cmp - "$work/before"
}

new_os_captures()
{
	build captures $(tables) || return
	"$dir/captures" newos_x86 | diff - "$here/newos.txt"
}

# ---- the harness itself ----------------------------------------------------

# Each kind of comparison must accept the right output and notice a difference.
control()
{
	case $1 in
	captures)
		sed 's/^write 1:buf long:1002/write 1:buf long:1001/' "$here/captures.txt" >"$work/tampered"
		real_captures "$here/captures.txt" linux_x86_64 &&
			not real_captures "$work/tampered" linux_x86_64 ;;
	structs)
		header_structs structs_kernel -m64 || return
		cp -r "$top/prototypes" "$work/wrong" || return
		sed -i 's,st_blksize	long	24/56,st_blksize	long	24/64,' "$work/wrong/types/linux_file.tbl"
		prototypes=$work/wrong
		not header_structs structs_kernel -m64
		result=$?
		prototypes=$top/prototypes
		return "$result" ;;
	constants)
		header_constants && {
			sed -i 's/^O_CREAT .*/O_CREAT 0x41/' "$work/constants"
			not compare_constants 1
		} ;;
	esac
}

# ----------------------------------------------------------------------------

echo "TAP version 13"
echo "1..31"
sed 's/^/# awk: /' "$work/awks"

ok "switches are the same from each awk" same_bytes kernel $(tables)
ok "tables are the same from each awk" same_bytes user $(tables)
ok "callbacks are the same from each awk" same_bytes callbacks $(tables)
ok "numbers that are known, x86-64" known_x86_64
ok "numbers that are known, i386" known_i386
ok "numbers that are known, x32" known_x32
ok "numbers that are reserved, x86-64" reserved_numbers 1 "337-423"
ok "numbers that are reserved, i386" reserved_numbers 3 "222-223 251 285 387-392 415"
ok "numbers of the headers, x86-64" header_numbers 1 asm/unistd_64.h
ok "numbers of the headers, i386" header_numbers 3 asm/unistd_32.h
ok "numbers of the headers, x32" header_numbers 2 asm/unistd_x32.h
ok "numbers of the headers, arm64" header_numbers 6 asm-generic/unistd.h linux_arm64
ok "numbers of the headers, arm" header_numbers 7 "$(arm_header)" linux_arm64
ok "slots of parameters, i386" slots_i386
ok "slots of parameters, arm" slots_arm
ok "slots of parameters, x32" slots_x32
ok "i386 under both kernels" same_i386
ok "constants of the headers" header_constants
for option in -m64 -m32; do
	ok "structs of the C library, $option" header_structs structs $option
	ok "structs of the kernel, $option" header_structs structs_kernel $option
done
ok "what is captured" real_captures "$here/captures.txt" linux_x86_64
ok "what is captured on Arm" real_captures "$here/captures-arm.txt" linux_arm64
ok "what is captured of io_uring" real_captures "$here/captures-uring.txt" sqe
ok "what is captured, Windows" real_captures "$here/captures-nt.txt" windows_10_19041_x64
ok "switches and tables agree" real_agree $(tables)
ok "another OS: a numbering file and a line" new_os
for kind in captures structs constants; do
	ok "control: a wrong expectation fails: $kind" control "$kind"
done
[ "$failures" -eq 0 ]
