// SPDX-License-Identifier: GPL-2.0
/* Calls of Windows guests: names, handles, strings, NTSTATUS. */
#include "ktap.h"
#include "records.h"
#include "table.h"

static struct rec entry, ret;
static const struct vsys_table *table;

static void begin(uint32_t nr, unsigned int nargs, const uint64_t *args, uint64_t result)
{
	unsigned int abi = table == &wintable ? VSYS_ABI_WINDOWS_X64 : VSYS_ABI_WINDOWS_X86;
	unsigned int door = table == &wintable ? VSYS_DOOR_SYSCALL : VSYS_DOOR_SYSENTER;

	rec_entry(&entry, nr, 1, nargs, args);
	rec_abi(&entry, abi, door);
	rec_return(&ret, nr, 1, result);
	rec_abi(&ret, abi, door);
}

#define BEGIN(nr, result, ...) do {						\
	const uint64_t args_[] = { __VA_ARGS__ };				\
										\
	begin(nr, sizeof(args_) / sizeof(args_[0]), args_, result);		\
} while (0)

static void line(const char *want, const char *name)
{
	char full[1024];

	snprintf(full, sizeof(full), "[vm 1 vcpu 0] %s", want);
	is_text(rec_line(table, &entry, &ret), full, name);
}

static void name_of(const char *name, uint64_t root, uint32_t attributes, uint32_t length)
{
	struct vsys_objattr o = {
		.length = length, .attributes = attributes, .root = root, .name = 0x30000,
	};
	unsigned char b[256];

	rec_cap(&entry, 2, VSYS_CAP_OBJATTR, 0, 0x12f5b0, b, rec_objattr(b, &o, name));
}

#define CREATE(result) BEGIN(NT_CREATE_FILE, result, 0x12f5a0, 0x80100000, 0x12f5b0,	\
			     0x12f5c0, 0, 0x80, 1, 1, 0x20, 0, 0)

static void create_file(void)
{
	static const uint64_t handle = 0x7c, iosb[] = { 0, 1 };
	static const uint32_t handle32 = 0x7c, iosb32[] = { 0, 1 };

	table = &wintable;
	CREATE(0);
	name_of("\\??\\C:\\boot.ini", 0, 0x40, 48);
	rec_cap(&ret, 0, VSYS_CAP_BYTES, 0, 0x12f5a0, &handle, 8);
	rec_cap(&ret, 3, VSYS_CAP_BYTES, 0, 0x12f5c0, iosb, 16);
#define CREATED "NtCreateFile(FileHandle=&0x7c, DesiredAccess=GENERIC_READ|SYNCHRONIZE, "	\
	"ObjectAttributes=\"\\??\\C:\\boot.ini\", "					\
	"IoStatusBlock={Status=STATUS_SUCCESS, Information=0x1}, AllocationSize=NULL, "	\
	"FileAttributes=128, ShareAccess=1, CreateDisposition=FILE_OPEN, CreateOptions=32, " \
	"EaBuffer=NULL, EaLength=0) = 0x0 STATUS_SUCCESS"
	line(CREATED, "eleven arguments, x64");
	table = &wintable32;
	CREATE(0);
	name_of("\\??\\C:\\boot.ini", 0, 0x40, 24);
	rec_cap(&ret, 0, VSYS_CAP_BYTES, 0, 0x12f5a0, &handle32, 4);
	rec_cap(&ret, 3, VSYS_CAP_BYTES, 0, 0x12f5c0, iosb32, 8);
	line(CREATED, "eleven arguments, x86");

	CREATE(0xc0000005);
	rec_valid(&entry, 3);
	line("NtCreateFile(FileHandle=0x12f5a0, DesiredAccess=GENERIC_READ|SYNCHRONIZE, "
	     "ObjectAttributes=0x12f5b0, IoStatusBlock=?, AllocationSize=?, FileAttributes=?, "
	     "ShareAccess=?, CreateDisposition=?, CreateOptions=?, EaBuffer=?, EaLength=?) = "
	     "0xc0000005 STATUS_ACCESS_VIOLATION", "arguments past the end of the stack");
	BEGIN(NT_CREATE_FILE, 0, 0x12f5a0, 0x100000, 0, 0, 0, 0x80);
	line("NtCreateFile(FileHandle=0x12f5a0, DesiredAccess=SYNCHRONIZE, "
	     "ObjectAttributes=NULL, IoStatusBlock=NULL, AllocationSize=NULL, "
	     "FileAttributes=128, ShareAccess=?, CreateDisposition=?, CreateOptions=?, "
	     "EaBuffer=?, EaLength=?) = 0x0 STATUS_SUCCESS", "a record with fewer arguments");
}

static void attributes(uint64_t root, uint32_t flags, uint32_t length, const char *want,
		       const char *name)
{
	char full[1024];

	BEGIN(NT_CREATE_FILE, 0, 0, 1, 0x12f5b0);
	name_of("foo", root, flags, length);
	snprintf(full, sizeof(full), "NtCreateFile(FileHandle=NULL, DesiredAccess=FILE_READ_DATA, "
		 "ObjectAttributes=%s, IoStatusBlock=?, AllocationSize=?, FileAttributes=?, "
		 "ShareAccess=?, CreateDisposition=?, CreateOptions=?, EaBuffer=?, EaLength=?) = "
		 "0x0 STATUS_SUCCESS", want);
	line(full, name);
}

static void objattr(void)
{
	struct vsys_objattr o = { .length = 48, .name = 0x30000 };
	const size_t head = offsetof(struct vsys_objattr, string);
	static const char rest[] = ", IoStatusBlock=?, AllocationSize=?, FileAttributes=?, "
		"ShareAccess=?, CreateDisposition=?, CreateOptions=?, EaBuffer=?, EaLength=?) = "
		"0x0 STATUS_SUCCESS";
	char full[1024];

	table = &wintable;
	attributes(0, 0, 48, "\"foo\"", "nothing but a name");
	attributes(0x44, 0x42, 48, "{RootDirectory=0x44, ObjectName=\"foo\", "
		   "Attributes=OBJ_INHERIT|OBJ_CASE_INSENSITIVE}", "a name in a directory");
	attributes(0x44, 0x40, 48, "{RootDirectory=0x44, ObjectName=\"foo\", "
		   "Attributes=OBJ_CASE_INSENSITIVE}", "a directory alone");
	attributes(0, 0x80000002, 48, "{RootDirectory=0x0, ObjectName=\"foo\", "
		   "Attributes=OBJ_INHERIT|0x80000000}", "unknown attributes");
	attributes(0, 0, 24, "{Length=24, RootDirectory=0x0, ObjectName=\"foo\", Attributes=0}",
		   "a Length that lies");

#define OBJATTR(len, flags, text, name) do {					\
	BEGIN(NT_CREATE_FILE, 0, 0, 1, 0x12f5b0);				\
	rec_cap(&entry, 2, VSYS_CAP_OBJATTR, flags, 0x12f5b0, &o, len);		\
	snprintf(full, sizeof(full), "NtCreateFile(FileHandle=NULL, "		\
		 "DesiredAccess=FILE_READ_DATA, ObjectAttributes=%s%s", text, rest); \
	line(full, name);							\
} while (0)
	OBJATTR(head, VSYS_CAP_FAULT,
		"{RootDirectory=0x0, ObjectName=0x30000, Attributes=0}<gap>", "a name paged out");
	o.name = 0;
	OBJATTR(head, 0, "{RootDirectory=0x0, ObjectName=NULL, Attributes=0}", "no name");
	OBJATTR(0, VSYS_CAP_FAULT, "0x12f5b0<gap>", "nothing is there");
	OBJATTR(12, 0, "{...}", "less than there must be");
}

static void ustring(unsigned int length, unsigned int maximum, unsigned int flags,
		    const char *text, const char *want, const char *name)
{
	unsigned char b[256];
	char full[512];

	BEGIN(NT_QUERY_LINK, 0, 0x44, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_USTRING, flags, 0x5000, b,
		rec_ustring(b, length, maximum, text));
	snprintf(full, sizeof(full), "NtQuerySymbolicLinkObject(LinkHandle=0x44, LinkTarget=%s) = "
		 "0x0 STATUS_SUCCESS", want);
	line(full, name);
}

static void strings(void)
{
	unsigned char b[64];
	size_t n;

	table = &wintable;
	ustring(6, 6, 0, "a\\b", "\"a\\b\"", "backslashes are the guest's own");
	ustring(0, 0, 0, "", "\"\"", "empty");
	ustring(100, 100, VSYS_CAP_TRUNCATED, "abc", "\"abc\"...", "more than the limit");
	ustring(100, 100, VSYS_CAP_FAULT, "abc", "\"abc\"...<gap>", "a gap in the text");
	ustring(100, 100, 0, "abc", "\"abc\"...", "less than said, for no reason given");
	ustring(7, 8, 0, "abc", "\"abc\"<Length=7 MaximumLength=8>", "half a character");
	ustring(65535, 0, VSYS_CAP_TRUNCATED, "abc",
		"\"abc\"...<Length=65535 MaximumLength=0>", "longer than its buffer, and odd");
	ustring(6, 4, 0, "abc", "\"abc\"<Length=6 MaximumLength=4>", "longer than its buffer");
	ustring(6, 6, VSYS_CAP_FAULT, "", "\"\"...<gap>", "text paged out");

	BEGIN(NT_QUERY_LINK, 0, 0x44, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_USTRING, 0, 0x5000, b, rec_ustring(b, 0, 520, ""));
	rec_cap(&ret, 1, VSYS_CAP_USTRING, 0, 0x5000, b, rec_ustring(b, 6, 520, "foo"));
	line("NtQuerySymbolicLinkObject(LinkHandle=0x44, LinkTarget=\"\" => \"foo\") = "
	     "0x0 STATUS_SUCCESS", "a string that is filled in");
	BEGIN(NT_QUERY_LINK, 0, 0x44, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_USTRING, VSYS_CAP_FAULT, 0x5000, "", 0);
	n = rec_ustring(b, 6, 6, "foo");
	rec_cap(&ret, 1, VSYS_CAP_USTRING, VSYS_CAP_LATE, 0x5000, b, n);
	line("NtQuerySymbolicLinkObject(LinkHandle=0x44, LinkTarget=\"foo\"<late>) = "
	     "0x0 STATUS_SUCCESS", "late");
	BEGIN(NT_QUERY_LINK, 0, 0x44, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_USTRING, 0, 0x5000, b, 15);
	line("NtQuerySymbolicLinkObject(LinkHandle=0x44, LinkTarget={...}) = "
	     "0x0 STATUS_SUCCESS", "less than its head");

	BEGIN(USER_SHOW, 1, 0x5000);
	rec_cap(&entry, 0, VSYS_CAP_WSTRING, 0, 0x5000, "a\0\\\0", 4);
	line("NtUserShow(Name=\"a\\\") = TRUE", "up to its NUL");
	BEGIN(USER_SHOW, 0, 0x5000);
	rec_cap(&entry, 0, VSYS_CAP_WSTRING, VSYS_CAP_TRUNCATED, 0x5000, "a\0", 2);
	line("NtUserShow(Name=\"a\"...) = FALSE", "without an end");
}

static void values(void)
{
	static const int64_t second = -10000000;
	static const uint64_t client[] = { 4, 8 }, base[] = { 0, 0x250000 };
	static const uint64_t size[] = { 0x1000, 0x2000 }, handles[] = { 0x10, UINT64_MAX };

	table = &wintable;
	BEGIN(NT_DELAY, 0x103, 0xffffff00, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, &second, 8);
	line("NtDelayExecution(Alertable=FALSE, DelayInterval=&-10000000) = 0x103 STATUS_PENDING",
	     "a byte of a register, a LARGE_INTEGER");
	BEGIN(NT_DELAY, 0, 1, 0);
	line("NtDelayExecution(Alertable=TRUE, DelayInterval=NULL) = 0x0 STATUS_SUCCESS", "TRUE");
	BEGIN(NT_DELAY, 0, 2, 0);
	line("NtDelayExecution(Alertable=0x2, DelayInterval=NULL) = 0x0 STATUS_SUCCESS",
	     "neither TRUE nor FALSE");
	BEGIN(NT_OPEN_PROCESS, 0, 0x12f000, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, client, 16);
	line("NtOpenProcess(ProcessHandle=0x12f000, ClientId={UniqueProcess=0x4, "
	     "UniqueThread=0x8}) = 0x0 STATUS_SUCCESS", "CLIENT_ID");
	BEGIN(NT_ALLOCATE, 0, UINT64_MAX, 0x5000, 0x5008);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, &base[0], 8);
	rec_cap(&entry, 2, VSYS_CAP_BYTES, 0, 0x5008, &size[0], 8);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x5000, &base[1], 8);
	rec_cap(&ret, 2, VSYS_CAP_BYTES, 0, 0x5008, &size[1], 8);
	line("NtAllocateVirtualMemory(ProcessHandle=NtCurrentProcess, "
	     "BaseAddress=&NULL => &0x250000, RegionSize=&0x1000 => &0x2000) = "
	     "0x0 STATUS_SUCCESS", "a pseudo-handle, numbers that change");
	BEGIN(NT_WAIT_MANY, 0, 2, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x5000, handles, 16);
	line("NtWaitForMultipleObjects(Count=2, Handles=[0x10, NtCurrentProcess]) = "
	     "0x0 STATUS_SUCCESS", "several handles");
	BEGIN(NT_WAIT_MANY, 0, 2, 0x5000);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, VSYS_CAP_FAULT, 0x5000, handles, 4);
	line("NtWaitForMultipleObjects(Count=2, Handles=[...]<gap>) = 0x0 STATUS_SUCCESS",
	     "half a handle");

	table = &wintable32;
	BEGIN(NT_CLOSE, 0, 0xffffffff);
	line("NtClose(Handle=NtCurrentProcess) = 0x0 STATUS_SUCCESS", "a pseudo-handle, x86");
	BEGIN(NT_CLOSE, 0, 0xfffffff0);
	line("NtClose(Handle=0xfffffff0) = 0x0 STATUS_SUCCESS", "a negative handle, x86");
	BEGIN(NT_SET_TIMER, 0, 1, 0xff676980, 0xffffffff, 5);
	line("NtSetTimer(Resume=TRUE, DueTime=-10000000, Period=5) = 0x0 STATUS_SUCCESS",
	     "a number in two slots");
	BEGIN(NT_SET_TIMER, 0, 1, 0xff676980, 0xffffffff, 5);
	rec_valid(&entry, 2);
	line("NtSetTimer(Resume=TRUE, DueTime=?, Period=?) = 0x0 STATUS_SUCCESS",
	     "half a number");
	table = &wintable;
	BEGIN(NT_SET_TIMER, 0, 1, (uint64_t)-10000000, 5);
	line("NtSetTimer(Resume=TRUE, DueTime=-10000000, Period=5) = 0x0 STATUS_SUCCESS",
	     "the same in one");
}

/* The line, and whether the call counts as failed. */
static void result(uint32_t nr, uint64_t value, bool failed, const char *want, const char *name)
{
	unsigned int abi = table == &wintable ? VSYS_ABI_WINDOWS_X64 : VSYS_ABI_WINDOWS_X86;
	char full[128];

	BEGIN(nr, value, 0x44);
	line(want, name);
	snprintf(full, sizeof(full), "%s: %s", name, failed ? "failed" : "no failure");
	is_number(vsys_result_failed(vsys_table_call(table, abi, nr), abi, value), failed, full);
}

static void results(void)
{
	table = &wintable;
	result(NT_CLOSE, 0xc0001234, true, "NtClose(Handle=0x44) = 0xc0001234", "unknown status");
	result(NT_CLOSE, 0xffffffffc0000005, true,
	       "NtClose(Handle=0x44) = 0xc0000005 STATUS_ACCESS_VIOLATION", "upper half");
	result(NT_CLOSE, 0x80000005, false,
	       "NtClose(Handle=0x44) = 0x80000005 STATUS_BUFFER_OVERFLOW", "a warning");
	result(NT_CLOSE, 0x103, false, "NtClose(Handle=0x44) = 0x103 STATUS_PENDING", "pending");
	result(USER_GET_DC, 0xffffffffc0000005, false,
	       "NtUserGetDC(Handle=0x44) = 0xffffffffc0000005", "no status");
	result(USER_BEEP, 0xc0000005, false, "NtUserBeep() = 0xc0000005", "no result");
	result(0x1fff, (uint64_t)-2, false,
	       "syscall_0x1fff(0x44) = 0xfffffffffffffffe", "unknown call");
	table = &wintable32;
	result(USER_GET_DC, 0x1ffffffff, false, "NtUserGetDC(Handle=0x44) = NtCurrentProcess",
	       "a handle, x86");
	result(0x1fff, (uint64_t)-2, false, "syscall_0x1fff(0x44) = 0xfffffffe",
	       "unknown call, x86");
	BEGIN(0x1fff, 0, 0x1, 0x2, 0x3, 0x4);
	rec_valid(&entry, 3);
	line("syscall_0x1fff(0x1, 0x2, 0x3, ?) = 0x0", "unknown call, unread argument");
}

int main(void)
{
	ktap_plan(58);
	create_file();
	objattr();
	strings();
	values();
	results();
	return ktap_end();
}
