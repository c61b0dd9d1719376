// SPDX-License-Identifier: GPL-2.0
/* A Windows profile of a few calls, independent of what prototypes/ says. */
#include "table.h"

static const struct vsys_const access_consts[] = {
	{ "GENERIC_READ", 0x80000000, 0x80000000 }, { "FILE_READ_DATA", 1, 1 },
	{ "SYNCHRONIZE", 0x100000, 0x100000 },
};
static const struct vsys_const disposition_consts[] = { { "FILE_OPEN", 1, 0 } };
static const struct vsys_const pseudo_consts[] = { { "NtCurrentProcess", UINT64_MAX, 0 } };
static const struct vsys_const status_consts[] = {
	{ "STATUS_SUCCESS", 0, 0 }, { "STATUS_WAIT_0", 0, 0 }, { "STATUS_PENDING", 0x103, 0 },
	{ "STATUS_BUFFER_OVERFLOW", 0x80000005, 0 }, { "STATUS_ACCESS_VIOLATION", 0xc0000005, 0 },
};

static const struct vsys_set access_set = { "ACCESS_MASK", 1, 3, access_consts };
static const struct vsys_set disposition_set = { "DISPOSITION", 0, 1, disposition_consts };
static const struct vsys_set pseudo_set = { "HANDLE", 0, 1, pseudo_consts };
static const struct vsys_set status_set = { "NTSTATUS", 0, 5, status_consts };

/* Pointer-sized types, for each width. */
#define WIDE(bits, bytes)							\
static const struct vsys_field handle##bits##_fields[] = {			\
	{ "", 0, bytes, 0, VSYS_CL_HANDLE, &pseudo_set, NULL, 0, NULL },			\
};										\
static const struct vsys_field ptr##bits##_fields[] = { { "", 0, bytes, 0, VSYS_CL_PTR, NULL, NULL, 0, NULL } }; \
static const struct vsys_field size##bits##_fields[] = { { "", 0, bytes, 0, VSYS_CL_HEX, NULL, NULL, 0, NULL } }; \
static const struct vsys_field client##bits##_fields[] = {			\
	{ "UniqueProcess", 0, bytes, 0, VSYS_CL_HANDLE, NULL, NULL, 0, NULL },			\
	{ "UniqueThread", bytes, bytes, 0, VSYS_CL_HANDLE, NULL, NULL, 0, NULL },		\
};										\
static const struct vsys_field iosb##bits##_fields[] = {			\
	{ "Status", 0, 4, 1, VSYS_CL_STATUS, &status_set, NULL, 0, NULL },			\
	{ "Information", bytes, bytes, 0, VSYS_CL_HEX, NULL, NULL, 0, NULL },			\
};										\
static const struct vsys_type t_handle##bits = {				\
	"HANDLE", VSYS_CL_HANDLE, 1, bytes, &pseudo_set, 0, NULL		\
};										\
static const struct vsys_type t_handles##bits = {				\
	"HANDLE*", VSYS_CL_STRUCT, 0, bytes, NULL, 1, handle##bits##_fields	\
};										\
static const struct vsys_type t_ptrs##bits = {					\
	"PVOID*", VSYS_CL_STRUCT, 0, bytes, NULL, 1, ptr##bits##_fields	\
};										\
static const struct vsys_type t_sizes##bits = {					\
	"SIZE_T*", VSYS_CL_STRUCT, 0, bytes, NULL, 1, size##bits##_fields	\
};										\
static const struct vsys_type t_client##bits = {				\
	"CLIENT_ID", VSYS_CL_STRUCT, 0, 2 * bytes, NULL, 2, client##bits##_fields \
};										\
static const struct vsys_type t_iosb##bits = {					\
	"IO_STATUS_BLOCK", VSYS_CL_STRUCT, 0, 2 * bytes, NULL, 2, iosb##bits##_fields \
};

WIDE(32, 4)
WIDE(64, 8)

static const struct vsys_field large_fields[] = { { "", 0, 8, 1, VSYS_CL_INT, NULL, NULL, 0, NULL } };

static const struct vsys_type t_status = { "NTSTATUS", VSYS_CL_STATUS, 1, 4, &status_set, 0, NULL };
static const struct vsys_type t_access = {
	"ACCESS_MASK", VSYS_CL_FLAGS, 0, 4, &access_set, 0, NULL
};
static const struct vsys_type t_ulong = { "ULONG", VSYS_CL_UINT, 0, 4, NULL, 0, NULL };
static const struct vsys_type t_enum = { "ULONG", VSYS_CL_ENUM, 0, 4, NULL, 0, NULL };
static const struct vsys_type t_boolean = { "BOOLEAN", VSYS_CL_BOOL, 0, 1, NULL, 0, NULL };
static const struct vsys_type t_bool = { "BOOL", VSYS_CL_BOOL, 0, 4, NULL, 0, NULL };
static const struct vsys_type t_objattr = {
	"OBJECT_ATTRIBUTES", VSYS_CL_OBJATTR, 0, 0, NULL, 0, NULL
};
static const struct vsys_type t_ustr = { "UNICODE_STRING", VSYS_CL_USTR, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_wstr = { "PCWSTR", VSYS_CL_WSTR, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_buf = { "PVOID", VSYS_CL_BUF, 0, 0, NULL, 0, NULL };
static const struct vsys_type t_large = { "LARGE_INTEGER", VSYS_CL_INT, 1, 8, NULL, 0, NULL };
static const struct vsys_type t_larges = {
	"LARGE_INTEGER*", VSYS_CL_STRUCT, 0, 8, NULL, 1, large_fields
};
static const struct vsys_type t_void = { "VOID", VSYS_CL_VOID, 0, 0, NULL, 0, NULL };

enum { IN = VSYS_DIR_IN, OUT = VSYS_DIR_OUT };

/* By-value numbers of 8 bytes: one slot of 64 bits, two of 32. */
#define CALLS(bits, two)							\
static const struct vsys_param close##bits[] = {				\
	{ "Handle", &t_handle##bits, IN, 0, NULL },				\
};										\
static const struct vsys_param create##bits[] = {				\
	{ "FileHandle", &t_handles##bits, OUT, 0, NULL },			\
	{ "DesiredAccess", &t_access, IN, 1, NULL },				\
	{ "ObjectAttributes", &t_objattr, IN, 2, NULL },			\
	{ "IoStatusBlock", &t_iosb##bits, OUT, 3, NULL },			\
	{ "AllocationSize", &t_larges, IN, 4, NULL },				\
	{ "FileAttributes", &t_ulong, IN, 5, NULL },				\
	{ "ShareAccess", &t_ulong, IN, 6, NULL },				\
	{ "CreateDisposition", &t_enum, IN, 7, &disposition_set },		\
	{ "CreateOptions", &t_ulong, IN, 8, NULL },				\
	{ "EaBuffer", &t_buf, IN, 9, NULL },					\
	{ "EaLength", &t_ulong, IN, 10, NULL },					\
};										\
static const struct vsys_param delay##bits[] = {				\
	{ "Alertable", &t_boolean, IN, 0, NULL }, { "DelayInterval", &t_larges, IN, 1, NULL }, \
};										\
static const struct vsys_param open##bits[] = {					\
	{ "ProcessHandle", &t_handles##bits, OUT, 0, NULL },			\
	{ "ClientId", &t_client##bits, IN, 1, NULL },				\
};										\
static const struct vsys_param allocate##bits[] = {				\
	{ "ProcessHandle", &t_handle##bits, IN, 0, NULL },			\
	{ "BaseAddress", &t_ptrs##bits, IN | OUT, 1, NULL },			\
	{ "RegionSize", &t_sizes##bits, IN | OUT, 2, NULL },			\
};										\
static const struct vsys_param link##bits[] = {					\
	{ "LinkHandle", &t_handle##bits, IN, 0, NULL },				\
	{ "LinkTarget", &t_ustr, IN | OUT, 1, NULL },				\
};										\
static const struct vsys_param timer##bits[] = {				\
	{ "Resume", &t_boolean, IN, 0, NULL }, { "DueTime", &t_large, IN, 1, NULL }, \
	{ "Period", &t_ulong, IN, 2 + (two), NULL },				\
};										\
static const struct vsys_param wait##bits[] = {					\
	{ "Count", &t_ulong, IN, 0, NULL }, { "Handles", &t_handles##bits, IN, 1, NULL }, \
};										\
static const struct vsys_param show##bits[] = { { "Name", &t_wstr, IN, 0, NULL } }; \
static const struct vsys_proto calls##bits[] = {					\
	{ "NtClose", 0, bits, 1, 1, &t_status, close##bits, NULL },			\
	{ "NtCreateFile", 0, bits, 11, 11, &t_status, create##bits, NULL },		\
	{ "NtDelayExecution", 0, bits, 2, 2, &t_status, delay##bits, NULL },		\
	{ "NtOpenProcess", 0, bits, 2, 2, &t_status, open##bits, NULL },		\
	{ "NtAllocateVirtualMemory", 0, bits, 3, 3, &t_status, allocate##bits, NULL }, \
	{ "NtQuerySymbolicLinkObject", 0, bits, 2, 2, &t_status, link##bits, NULL },	\
	{ "NtSetTimer", 0, bits, 3, 3 + (two), &t_status, timer##bits, NULL },	\
	{ "NtWaitForMultipleObjects", 0, bits, 2, 2, &t_status, wait##bits, NULL },	\
	{ "NtUserGetDC", 0, bits, 1, 1, &t_handle##bits, close##bits, NULL },		\
	{ "NtUserShow", 0, bits, 1, 1, &t_bool, show##bits, NULL },			\
	{ "NtUserBeep", 0, bits, 0, 0, &t_void, NULL, NULL },				\
};

CALLS(32, 1)
CALLS(64, 0)

static const struct vsys_number numbers[] = {
	{ NT_CLOSE, 0 }, { NT_CREATE_FILE, 1 }, { NT_DELAY, 2 }, { NT_OPEN_PROCESS, 3 },
	{ NT_ALLOCATE, 4 }, { NT_QUERY_LINK, 5 }, { NT_SET_TIMER, 6 }, { NT_WAIT_MANY, 7 },
	{ USER_GET_DC, 8 }, { USER_SHOW, 9 }, { USER_BEEP, 10 },
};

const struct vsys_numbering win_abis[1] = {
	{ VSYS_ABI_WINDOWS_X64, 11, numbers, calls64, NULL, NULL, NULL },
};

const struct vsys_numbering win32_abis[1] = {
	{ VSYS_ABI_WINDOWS_X86, 11, numbers, calls32, NULL, NULL, NULL },
};

const struct vsys_table wintable = {
	"windows_test_x64", VSYS_OS_WINDOWS, VSYS_ARCH_X86_64, 1, win_abis
};
const struct vsys_table wintable32 = {
	"windows_test_x86", VSYS_OS_WINDOWS, VSYS_ARCH_X86, 1, win32_abis
};
