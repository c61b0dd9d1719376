#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tests of the prototypes of Windows: numbers, count of calls in each version,
# changed forms, the parameters of NtCreateFile.  Prints TAP; the exit status is 1
# if a test failed, 4 if none can run.
#
# The expected values come from elsewhere: numbers that stubs in published
# disassemblies of ntdll.dll, user32.dll and win32u.dll load, and lengths of the
# kernels' tables.
# shellcheck disable=SC2046 # lists of files

. "$(dirname "$0")/lib.sh"

# The tables as text, see dump.c, each line with the name of its profile.
dump()
{
	build dump $(tables) || return
	"$dir/dump" | awk '
		$1 == "table" { profile = $2 }
		profile ~ /^windows_/ { print profile, $0 }' >"$work/tables"
}

# Lines "PROFILE NR NAME" on stdin, NR in hex.
numbers()
{
	awk '$2 ~ /^[0-9]+$/ { printf "%s 0x%x %s\n", $1, $2, $3 }' "$work/tables" >"$work/numbers"
	all_in "$work/numbers"
}

# Lines "PROFILE NT WIN32K" on stdin: the size of each table, without doors (0xf00 and up).  They must be all
# profiles, except aliases.
counts()
{
	awk '
		$2 ~ /^[0-9]+$/ && !($2 >= 3840 && $2 < 4096) { n[$1, $2 >= 4096]++; seen[$1] = 1 }
		END { for (p in seen) print p, n[p, 0], n[p, 1] }' "$work/tables" >"$work/counts"
	sort "$work/counts" | grep -v -e '^windows_10_x[86]' -e '^windows_11_x' >"$work/out"
	sort | diff - "$work/out"
}

# Lines "PROFILE NAME SLOTS" on stdin.
slots()
{
	awk '$2 ~ /^[0-9]+$/ { print $1, $3, $5 }' "$work/tables" >"$work/slots"
	all_in "$work/slots"
}

# all_in FILE: each line on stdin must be in FILE
all_in()
{
	sed 's/^[ 	]*//' >"$work/want"
	[ -s "$work/want" ] || return 1
	grep -vxF -f "$1" "$work/want" && return 1
	return 0
}

# same_calls PROFILE PROFILE
same_calls()
{
	for profile; do
		sed -n "s/^$profile [0-9]/&/p" "$work/tables" | sed "s/^$profile //" >"$work/calls.$profile"
		[ -s "$work/calls.$profile" ] || return 1
	done
	cmp "$work/calls.$1" "$work/calls.$2"
}

# Print a parameter of NtCreateFile in the form of the lines below.
create_file()
{
	awk -v profile="$1" '
		$1 != profile { next }
		$2 ~ /^[0-9]+$/ { mine = $3 == "NtCreateFile" }
		mine { sub(/^[^ ]* /, ""); print }' "$work/tables" >"$work/create_file"
	for pattern in " status-4\$" \
		"^	out FileHandle@0 struct [48] {0: handle" \
		"DesiredAccess@1 flags 4 .*GENERIC_READ=80000000.*SYNCHRONIZE=100000" \
		"DesiredAccess@1 flags 4 .*FILE_WRITE_DATA=2" \
		"^	in ObjectAttributes@2 objattr" \
		"^	out IoStatusBlock@3 struct.*Information" \
		"^	in AllocationSize@4 struct .*int-8" \
		"FileAttributes@5 flags 4 .*FILE_ATTRIBUTE_HIDDEN=2" \
		"ShareAccess@6 flags 4 .*FILE_SHARE_DELETE=4" \
		"CreateDisposition@7 enum 4 .*FILE_OVERWRITE_IF=5" \
		"CreateOptions@8 flags 4 .*FILE_DELETE_ON_CLOSE=1000" \
		"^	in EaBuffer@9 buf"; do
		grep -q "$pattern" "$work/create_file" && continue
		echo "no $pattern"
		cut -c 1-200 "$work/create_file"
		return 1
	done
}

# ---- another build -------------------------------------------------------------

# The steps of CONTRIBUTING.md: a numbering that is like another one, a line for a
# new call and one for the profile.
new_build()
{
	rm -rf "$work/build"
	cp -r "$top/prototypes" "$work/build"
	cat >"$work/build/windows/numbers/11_99999_x64.tbl" <<-END
		@numbers windows_11_99999_x64 like windows_11_26200_x64
		- NtCreateFile
		+ 0x7 NtNewCall
		NtOpenFile -> NtOpenFile.99999
		+ 0x1000 NtUserNewCall
	END
	cat >>"$work/build/windows/calls/unknown.tbl" <<-END
		@unknown NtNewCall NtUserNewCall
		@unknown 7 NtOpenFile.99999
	END
	echo "windows_11_99999_x64 windows x86_64 syscall windows_x64=windows_11_99999_x64" \
		>>"$work/build/profiles/windows.tbl"
	prototypes=$work/build
	generate numbers $(tables) >"$work/new"
	result=$?
	prototypes=$top/prototypes
	return "$result"
}

# Its numbers are those of its base except these; the other numberings do not change.
new_build_numbers()
{
	new_build || return
	generate numbers $(tables) >"$work/old" || return
	awk -v name=windows_11_99999_x64 '$1 != name' "$work/new" | cmp - "$work/old" || return
	# Shifted by the new call, and back by the removed one.
	awk '
		$1 != "windows_11_26200_x64" || $4 == "NtCreateFile" { next }
		$2 >= 7 && $2 < 85 { $2++ }
		$2 >= 4096 { $2++ }
		{ sub(/^NtOpenFile$/, "NtOpenFile.99999", $4); print $2, $4 }
		END { print 7, "NtNewCall"; print 4096, "NtUserNewCall" }' "$work/old" | sort >"$work/want"
	awk '$1 == "windows_11_99999_x64" { print $2, $4 }' "$work/new" | sort | diff "$work/want" -
}

# A name that the base lacks is refused, with file and line.
new_build_refused()
{
	new_build || return
	file=$work/build/windows/numbers/11_99999_x64.tbl
	sed -i 's/^- NtCreateFile/- NtCreateFiel/' "$file"
	prototypes=$work/build
	generate check $(tables) 2>"$work/err"
	result=$?
	prototypes=$top/prototypes
	echo "$file:2: base windows_11_26200_x64 has no call NtCreateFiel" | diff - "$work/err" &&
		[ "$result" -eq 1 ]
}

command -v "${CC:-cc}" >/dev/null || { echo "1..0 # SKIP no C compiler"; exit 4; }
echo "TAP version 13"
echo "1..17"
ok "tables can be made" dump

ok "numbers, x86" numbers <<END
	windows_nt4_x86 0xf NtClose
	windows_nt4_x86 0x17 NtCreateFile
	windows_2000_x86 0x18 NtClose
	windows_2000_x86 0x20 NtCreateFile
	windows_2000_x86 0x6a NtOpenProcess
	windows_2000_x86 0x97 NtQuerySystemInformation
	windows_xpsp0_x86 0x25 NtCreateFile
	windows_xpsp3_x86 0x11 NtAllocateVirtualMemory
	windows_xpsp3_x86 0x19 NtClose
	windows_xpsp3_x86 0x25 NtCreateFile
	windows_xpsp3_x86 0x42 NtDeviceIoControlFile
	windows_xpsp3_x86 0x61 NtLoadDriver
	windows_xpsp3_x86 0x7a NtOpenProcess
	windows_xpsp3_x86 0x89 NtProtectVirtualMemory
	windows_xpsp3_x86 0x91 NtQueryDirectoryFile
	windows_xpsp3_x86 0xad NtQuerySystemInformation
	windows_xpsp3_x86 0xb7 NtReadFile
	windows_xpsp3_x86 0xf7 NtSetValueKey
	windows_xpsp3_x86 0x101 NtTerminateProcess
	windows_xpsp3_x86 0x112 NtWriteFile
	windows_xpsp3_x86 0x115 NtWriteVirtualMemory
	windows_2003_x86 0x1b NtClose
	windows_2003_x86 0x27 NtCreateFile
	windows_2003_x86 0x80 NtOpenProcess
	windows_vista_x86 0x3c NtCreateFile
	windows_vista_x86 0xc2 NtOpenProcess
	windows_7_x86 0x13 NtAllocateVirtualMemory
	windows_7_x86 0x32 NtClose
	windows_7_x86 0x42 NtCreateFile
	windows_7_x86 0x62 NtDelayExecution
	windows_7_x86 0xbe NtOpenProcess
	windows_7_x86 0x105 NtQuerySystemInformation
	windows_7_x86 0x111 NtReadFile
	windows_7_x86 0x172 NtTerminateProcess
	windows_7_x86 0x18c NtWriteFile
END

ok "numbers of doors that make one call" numbers <<END
	windows_nt4_x86 0xf2a KiGetTickCount
	windows_nt4_x86 0xf2c KiSetLowWaitHighThread
	windows_nt4_x86 0xf2d KiDebugService
	windows_xpsp3_x86 0xf2c KiSetLowWaitHighThread
	windows_2003_x86 0xf2c KiRaiseAssertion
	windows_7_x86 0xf2a KiGetTickCount
	windows_7_x86 0xf2c KiRaiseAssertion
	windows_10_x86 0xf2d KiDebugService
	windows_2003_x64 0xf2c KiRaiseAssertion
	windows_11_x64 0xf2d KiDebugService
END
ok "numbers, x86, win32k" numbers <<END
	windows_xpsp3_x86 0x100d NtGdiBitBlt
	windows_xpsp3_x86 0x1138 NtUserBuildHwndList
	windows_xpsp3_x86 0x117a NtUserFindWindowEx
	windows_xpsp3_x86 0x117f NtUserGetAsyncKeyState
	windows_xpsp3_x86 0x1194 NtUserGetForegroundWindow
	windows_xpsp3_x86 0x11a0 NtUserGetKeyState
	windows_xpsp3_x86 0x11a5 NtUserGetMessage
	windows_xpsp3_x86 0x11cc NtUserMessageCall
	windows_xpsp3_x86 0x11db NtUserPostMessage
	windows_xpsp3_x86 0x11e3 NtUserQueryWindow
	windows_xpsp3_x86 0x11f6 NtUserSendInput
	windows_xpsp3_x86 0x1225 NtUserSetWindowsHookEx
	windows_xpsp3_x86 0x1250 NtUserWindowFromPoint
END

ok "numbers, x64" numbers <<END
	windows_7_x64 0xc NtClose
	windows_7_x64 0x15 NtAllocateVirtualMemory
	windows_7_x64 0x23 NtOpenProcess
	windows_7_x64 0x33 NtQuerySystemInformation
	windows_7_x64 0x37 NtWriteVirtualMemory
	windows_7_x64 0x4d NtProtectVirtualMemory
	windows_7_x64 0x52 NtCreateFile
	windows_7_x64 0xa5 NtCreateThreadEx
	windows_8_x64 0x53 NtCreateFile
	windows_81_x64 0x54 NtCreateFile
	windows_10_x64 0x6 NtReadFile
	windows_10_x64 0x8 NtWriteFile
	windows_10_x64 0xf NtClose
	windows_10_x64 0x18 NtAllocateVirtualMemory
	windows_10_x64 0x26 NtOpenProcess
	windows_10_x64 0x36 NtQuerySystemInformation
	windows_10_x64 0x3a NtWriteVirtualMemory
	windows_10_x64 0x50 NtProtectVirtualMemory
	windows_10_x64 0x55 NtCreateFile
	windows_11_x64 0x55 NtCreateFile
	windows_10_10240_x64 0xb3 NtCreateThreadEx
	windows_10_10586_x64 0xb4 NtCreateThreadEx
	windows_10_14393_x64 0xb6 NtCreateThreadEx
	windows_10_15063_x64 0xb9 NtCreateThreadEx
	windows_10_16299_x64 0xba NtCreateThreadEx
	windows_10_17134_x64 0xbb NtCreateThreadEx
	windows_10_17763_x64 0xbc NtCreateThreadEx
	windows_10_18362_x64 0xbd NtCreateThreadEx
	windows_10_19041_x64 0xc1 NtCreateThreadEx
	windows_10_19044_x64 0xc2 NtCreateThreadEx
	windows_11_22000_x64 0xc6 NtCreateThreadEx
	windows_11_22621_x64 0xc7 NtCreateThreadEx
END

ok "numbers, x64, win32k" numbers <<END
	windows_7_x64 0x1000 NtUserGetThreadState
	windows_7_x64 0x1001 NtUserPeekMessage
	windows_7_x64 0x1002 NtUserCallOneParam
	windows_7_x64 0x1003 NtUserGetKeyState
	windows_7_x64 0x1006 NtUserGetMessage
	windows_7_x64 0x1007 NtUserMessageCall
	windows_7_x64 0x1008 NtGdiBitBlt
	windows_10_14393_x64 0x1009 NtUserGetMessage
END

ok "how many each version has" counts <<END
windows_nt4_x86 211 531
windows_2000_x86 248 640
windows_xpsp0_x86 284 666
windows_xpsp2_x86 284 667
windows_xpsp3_x86 284 667
windows_2003sp0_x86 295 663
windows_2003_x86 296 665
windows_vistasp0_x86 398 772
windows_vista_x86 391 772
windows_7_x86 401 825
windows_8_x86 429 984
windows_81_x86 433 1036
windows_10_10240_x86 441 1054
windows_10_10586_x86 444 1133
windows_10_14393_x86 450 1136
windows_10_15063_x86 456 1132
windows_10_16299_x86 460 1174
windows_10_17134_x86 462 1224
windows_10_17763_x86 463 1240
windows_10_18362_x86 464 1256
windows_10_19041_x86 471 1314
windows_10_19044_x86 473 1314
windows_2003_x64 296 667
windows_vistasp0_x64 398 774
windows_vista_x64 391 774
windows_7_x64 401 827
windows_8_x64 429 986
windows_81_x64 433 1038
windows_10_10240_x64 441 1055
windows_10_10586_x64 444 1135
windows_10_14393_x64 450 1138
windows_10_15063_x64 456 1134
windows_10_16299_x64 460 1176
windows_10_17134_x64 462 1226
windows_10_17763_x64 463 1242
windows_10_18362_x64 464 1258
windows_10_19041_x64 471 1316
windows_10_19044_x64 473 1316
windows_2022_x64 478 1456
windows_11_22000_x64 482 1456
windows_11_22621_x64 486 1456
windows_23h2_x64 488 1469
windows_11_26100_x64 489 1477
windows_2025_x64 489 1480
windows_11_26200_x64 489 1485
END

ok "XP SP2 and SP3 are numbered alike" same_calls windows_xpsp2_x86 windows_xpsp3_x86
ok "the newest 10, x86" same_calls windows_10_x86 windows_10_19044_x86
ok "the newest 10, x64" same_calls windows_10_x64 windows_10_19044_x64
ok "the newest 11" same_calls windows_11_x64 windows_11_26200_x64

ok "forms that changed, values of two slots" slots <<END
	windows_nt4_x86 NtAllocateUuids 3
	windows_2000_x86 NtAllocateUuids 4
	windows_2003_x86 NtLoadKeyEx 4
	windows_vista_x86 NtLoadKeyEx 8
	windows_10_x64 NtLoadKeyEx 8
	windows_7_x86 NtWaitForWorkViaWorkerFactory 2
	windows_8_x86 NtWaitForWorkViaWorkerFactory 5
	windows_7_x64 NtInitializeNlsFiles 3
	windows_11_x64 NtInitializeNlsFiles 4
	windows_7_x86 NtUserWindowFromPoint 2
	windows_7_x64 NtUserWindowFromPoint 1
	windows_xpsp3_x86 NtUserDragDetect 3
	windows_10_x64 NtUserDragDetect 2
	windows_xpsp3_x86 NtCreateNamedPipeFile 14
	windows_2003_x86 NtAccessCheckByTypeResultListAndAuditAlarmByHandle 17
	windows_vista_x64 NtUserCreateWindowEx 15
	windows_81_x64 NtUserCreateWindowEx 16
	windows_10_x64 NtUserCreateWindowEx 17
	windows_xpsp3_x86 NtUserSetTimer 4
	windows_81_x64 NtUserSetTimer 5
	windows_xpsp3_x86 NtUserUpdateLayeredWindow 9
	windows_7_x86 NtGdiOpenDCW 8
	windows_10_10240_x86 NtGdiOpenDCW 9
	windows_10_10240_x64 NtCreatePartition 5
	windows_10_10586_x64 NtCreatePartition 4
	windows_xpsp3_x86 NtUserInitTask 12
	windows_10_10240_x64 NtDCompositionBeginFrame 3
	windows_11_x64 NtUserSetForegroundRedirectionForActivationObject 4
END

ok "NtCreateFile, x86" create_file windows_xpsp3_x86
ok "NtCreateFile, x64" create_file windows_11_x64

ok "another build: a numbering like another, and a line for its profile" new_build_numbers
ok "another build: an error names file and line" new_build_refused

ok "control: a wrong number is seen" not numbers <<END
	windows_xpsp3_x86 0x25 NtCreateFile
	windows_xpsp3_x86 0x26 NtCreateFile
END
[ "$failures" -eq 0 ]
