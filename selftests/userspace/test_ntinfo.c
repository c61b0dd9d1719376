// SPDX-License-Identifier: GPL-2.0
/* Windows: structures that a class or a type selects, names, statuses and deliveries. */
#include "ktap.h"
#include "records.h"

static struct rec entry, ret;
static const struct vsys_table *table;

static bool is_wide(void)
{
	return table->abis[0].abi == VSYS_ABI_WINDOWS_X64;
}

static uint32_t number_of(const char *name)
{
	const struct vsys_numbering *n = &table->abis[0];
	unsigned int i;

	for (i = 0; i < n->n; i++)
		if (!strcmp(n->calls[n->numbers[i].call].name, name))
			return n->numbers[i].nr;
	return 0;
}

static void begin(uint32_t nr, uint64_t result, unsigned int nargs, const uint64_t *args)
{
	rec_entry(&entry, nr, 1, nargs, args);
	rec_abi(&entry, table->abis[0].abi, VSYS_DOOR_INT2E);
	rec_return(&ret, nr, 1, result);
	rec_abi(&ret, table->abis[0].abi, VSYS_DOOR_INT2E);
}

#define BEGIN(name, result, ...) do {						\
	const uint64_t args_[] = { __VA_ARGS__ };				\
										\
	begin(number_of(name), result, sizeof(args_) / sizeof(args_[0]), args_);\
} while (0)

static void line(const char *want, const char *name)
{
	char full[1024], what[96];

	snprintf(full, sizeof(full), "[vm 1 vcpu 0] %s", want);
	snprintf(what, sizeof(what), "%s: %s", table->name, name);
	is_text(rec_line(table, &entry, &ret), full, what);
}

/* Numbers of 4 bytes, then text. */
static void memory(struct rec *r, unsigned int arg, unsigned int n, const uint32_t *words,
		   const char *text)
{
	unsigned char b[256];

	memcpy(b, words, n * 4);
	rec_cap(r, arg, VSYS_CAP_BYTES, 0, 0x12f000, b, n * 4 + (text ? rec_wide(b + n * 4, text) : 0));
}

#define MEMORY(r, arg, text, ...) do {						\
	const uint32_t words_[] = { __VA_ARGS__ };				\
										\
	memory(r, arg, sizeof(words_) / 4, words_, text);			\
} while (0)

#define IOSB "IoStatusBlock=0x12f100, FileInformation="

static void set_file(void)
{
	BEGIN("NtSetInformationFile", 0xc0000022, 0x44, 0x12f100, 0x12f000, 40, 10);
	if (is_wide())
		MEMORY(&entry, 2, "\\??\\C:\\b", 1, 0, 0x20, 0, 16);
	else
		MEMORY(&entry, 2, "\\??\\C:\\b", 1, 0x20, 16);
	line("NtSetInformationFile(FileHandle=0x44, " IOSB "{ReplaceIfExists=TRUE, "
	     "RootDirectory=0x20, FileNameLength=16, FileName=\"\\??\\C:\\b\"}, Length=40, "
	     "FileInformationClass=FileRenameInformation) = 0xc0000022 STATUS_ACCESS_DENIED",
	     "a file is renamed");
	BEGIN("NtSetInformationFile", 0xc0000022, 0x44, 0x12f100, 0x12f000, 22, 10);
	if (is_wide())
		MEMORY(&entry, 2, "x", 0, 0, 0, 0, 0x7fffffff);
	else
		MEMORY(&entry, 2, "x", 0, 0, 0x7fffffff);
	line("NtSetInformationFile(FileHandle=0x44, " IOSB "{ReplaceIfExists=FALSE, "
	     "RootDirectory=0x0, FileNameLength=2147483647, FileName=\"x\"...}, Length=22, "
	     "FileInformationClass=FileRenameInformation) = 0xc0000022 STATUS_ACCESS_DENIED",
	     "a length that lies");
	BEGIN("NtSetInformationFile", 0xc0000022, 0x44, 0x12f100, 0x12f000, 4, 10);
	MEMORY(&entry, 2, NULL, 1);
	line("NtSetInformationFile(FileHandle=0x44, " IOSB "{ReplaceIfExists=TRUE, ...}, Length=4, "
	     "FileInformationClass=FileRenameInformation) = 0xc0000022 STATUS_ACCESS_DENIED",
	     "a structure that is cut off");
	BEGIN("NtSetInformationFile", 0xc0000022, 0x44, 0x12f100, 0x12f000, 4, 20);
	MEMORY(&entry, 2, NULL, 77, 0);
	line("NtSetInformationFile(FileHandle=0x44, " IOSB "&77, Length=4, "
	     "FileInformationClass=FileEndOfFileInformation) = 0xc0000022 STATUS_ACCESS_DENIED",
	     "a file gets another length");
}

#define SET "NtSetValueKey(KeyHandle=0x44, ValueName=NULL, TitleIndex=0, Type="
#define QUERY "NtQueryValueKey(KeyHandle=0x44, ValueName=NULL, "			\
	      "KeyValueInformationClass=KeyValuePartialInformation, KeyValueInformation="

static void registry(void)
{
	BEGIN("NtSetValueKey", 0, 0x44, 0, 0, 1, 0x12f000, 6);
	rec_cap(&entry, 4, VSYS_CAP_BYTES, 0, 0x12f000, "C\0:\0\0", 6);
	line(SET "REG_SZ, Data=\"C:\", DataSize=6) = 0x0 STATUS_SUCCESS", "text");
	BEGIN("NtSetValueKey", 0, 0x44, 0, 0, 7, 0x12f000, 10);
	rec_cap(&entry, 4, VSYS_CAP_BYTES, 0, 0x12f000, "a\0\0\0b\0\0\0\0", 10);
	line(SET "REG_MULTI_SZ, Data=\"a<U+0000>b<U+0000>\", DataSize=10) = 0x0 STATUS_SUCCESS",
	     "texts");
	BEGIN("NtSetValueKey", 0, 0x44, 0, 0, 4, 0x12f000, 4);
	MEMORY(&entry, 4, NULL, 7);
	line(SET "REG_DWORD, Data=&0x7, DataSize=4) = 0x0 STATUS_SUCCESS", "a number");
	BEGIN("NtSetValueKey", 0, 0x44, 0, 0, 3, 0x12f000, 4);
	MEMORY(&entry, 4, NULL, 0x64636261);
	line(SET "REG_BINARY, Data=\"abcd\", DataSize=4) = 0x0 STATUS_SUCCESS", "bytes");
	BEGIN("NtQueryValueKey", 0, 0x44, 0, 2, 0x12f000, 64, 0x12f200);
	MEMORY(&ret, 3, "on", 0, 1, 4);
	MEMORY(&ret, 5, NULL, 16);
	line(QUERY "{TitleIndex=0, Type=REG_SZ, DataLength=4, Data=\"on\"}, Length=64, "
	     "ResultLength=&16) = 0x0 STATUS_SUCCESS", "a value is read");
	BEGIN("NtQueryValueKey", 0xc0000023, 0x44, 0, 2, 0x12f000, 0, 0x12f200);
	MEMORY(&ret, 5, NULL, 16);
	line(QUERY "0x12f000, Length=0, ResultLength=&16) = 0xc0000023 STATUS_BUFFER_TOO_SMALL",
	     "its length is asked for");
}

static void capture_read(uint64_t result)
{
	BEGIN("NtReadFile", result, 0x44, 0, 0, 0, 0x12f100, 0x12f000, 16, 0, 0);
	MEMORY(&ret, 4, NULL, 0x5a5a5a5a, 0, 0x5a5a5a5a, 0);
	MEMORY(&ret, 5, NULL, 0x64636261);
}

/* Statuses of success after which the kernel has written nothing: memory is what it was before. */
static void unwritten(void)
{
	static const struct {
		uint32_t status;
		const char *name;
	} waits[] = {
		{ 0x103, "0x103 STATUS_PENDING" }, { 0x102, "0x102 STATUS_TIMEOUT" },
		{ 0xc0, "0xc0 STATUS_USER_APC" }, { 0x101, "0x101 STATUS_ALERTED" },
	};
	char want[256];
	size_t i;

	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		capture_read(waits[i].status);
		snprintf(want, sizeof(want), "NtReadFile(FileHandle=0x44, Event=0x0, ApcRoutine=NULL, "
			 "ApcContext=NULL, IoStatusBlock=0x12f100, Buffer=0x12f000, Length=16, "
			 "ByteOffset=NULL, Key=NULL) = %s", waits[i].name);
		line(want, "nothing is written");
	}
	BEGIN("NtUserGetDC", 0x102, 0x2a);
	line("NtUserGetDC(hwnd=0x2a) = 0x102", "a handle of that number");
	BEGIN("NtQueryValueKey", 0x108, 0x44, 0, 2, 0x12f000, 0, 0x12f200);
	MEMORY(&ret, 5, NULL, 16);
	line(QUERY "0x12f000, Length=0, ResultLength=&16) = 0x108 STATUS_OPLOCK_BREAK_IN_PROGRESS",
	     "another success");
}

#define TOKEN(class) "NtQueryInformationToken(TokenHandle=0x44, TokenInformationClass=" class ", " \
		     "TokenInformation="
#define TOKEN_END ", TokenInformationLength=256, ReturnLength=NULL) = 0x0 STATUS_SUCCESS"
/* Revision 1, so many sub-authorities, an authority of one byte; MS-DTYP 2.4.2.2. */
#define SID(n, authority) (n) << 8 | 1, (uint32_t)(authority) << 24

static void token(uint32_t class)
{
	BEGIN("NtQueryInformationToken", 0, 0x44, class, 0x12f000, 256, 0);
}

/* The SIDs are the well-known ones of Windows' documents. */
static void sids(void)
{
	token(1);
	if (is_wide())
		MEMORY(&ret, 2, NULL, 0x12f010, 0, 0, 0, SID(5, 5), 21, 1004336348, 1177238915, 682003330, 500);
	else
		MEMORY(&ret, 2, NULL, 0x12f008, 0, SID(5, 5), 21, 1004336348, 1177238915, 682003330, 500);
	line(TOKEN("TokenUser") "{User={Sid=S-1-5-21-1004336348-1177238915-682003330-500, "
	     "Attributes=0}}" TOKEN_END, "an administrator");
	token(2);
	if (is_wide())
		MEMORY(&ret, 2, NULL, 2, 0, 0x12f028, 0, 7, 0, 0x12f034, 0, 0xc0000007, 0,
		       SID(1, 1), 0, SID(3, 5), 5, 0, 0x3e7);
	else
		MEMORY(&ret, 2, NULL, 2, 0x12f014, 7, 0x12f020, 0xc0000007,
		       SID(1, 1), 0, SID(3, 5), 5, 0, 0x3e7);
	line(TOKEN("TokenGroups") "{GroupCount=2, Groups=[{Sid=S-1-1-0, Attributes="
	     "SE_GROUP_MANDATORY|SE_GROUP_ENABLED_BY_DEFAULT|SE_GROUP_ENABLED}, {Sid=S-1-5-5-0-999, "
	     "Attributes=SE_GROUP_MANDATORY|SE_GROUP_ENABLED_BY_DEFAULT|SE_GROUP_ENABLED|"
	     "SE_GROUP_LOGON_ID}]}" TOKEN_END, "groups");
	token(25);
	if (is_wide())
		MEMORY(&ret, 2, NULL, 0x12f010, 0, 0x60, 0, SID(1, 16), 12288);
	else
		MEMORY(&ret, 2, NULL, 0x12f008, 0x60, SID(1, 16), 12288);
	line(TOKEN("TokenIntegrityLevel") "{Label={Sid=S-1-16-12288, "
	     "Attributes=SE_GROUP_INTEGRITY|SE_GROUP_INTEGRITY_ENABLED}}" TOKEN_END, "an integrity");
	token(4);
	if (is_wide())
		MEMORY(&ret, 2, NULL, 0x12f008, 0, 0x201 | 0x12 << 16, 0xbc9a7856, 1, 2);
	else
		MEMORY(&ret, 2, NULL, 0x12f004, 0x201 | 0x12 << 16, 0xbc9a7856, 1, 2);
	line(TOKEN("TokenOwner") "{Owner=S-1-0x120056789abc-1-2}" TOKEN_END,
	     "an authority of more than 32 bits");
	/* At the end, before the begin, and with too many sub-authorities. */
	token(5);
	if (is_wide())
		MEMORY(&ret, 2, NULL, 0x12f008, 0, SID(2, 5), 32);
	else
		MEMORY(&ret, 2, NULL, 0x12f004, SID(2, 5), 32);
	line(is_wide() ? TOKEN("TokenPrimaryGroup") "{PrimaryGroup=0x12f008}" TOKEN_END :
			 TOKEN("TokenPrimaryGroup") "{PrimaryGroup=0x12f004}" TOKEN_END,
	     "a SID that is cut off");
	token(5);
	MEMORY(&ret, 2, NULL, 0x12effc, 0, SID(1, 5), 18);
	line(TOKEN("TokenPrimaryGroup") "{PrimaryGroup=0x12effc}" TOKEN_END, "a SID elsewhere");
	token(5);
	MEMORY(&ret, 2, NULL, 0x12f008, 0, SID(16, 5), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
	line(TOKEN("TokenPrimaryGroup") "{PrimaryGroup=0x12f008}" TOKEN_END, "no SID");
}

/* Registers of a thread, by the offsets of winnt.h: only the parts that ContextFlags name. */
static void contexts(void)
{
	unsigned char b[256] = { 0 };
	const uint32_t control = is_wide() ? 0x100001 : 0x10001, integer = control + 2;
	size_t flags = is_wide() ? 0x30 : 0;

	memset(b, 0x5a, sizeof(b));
	memcpy(b + flags, &control, 4);
	BEGIN("NtSetContextThread", 0, 0x44, 0x12f000);
	rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x12f000, b, is_wide() ? 256 : 204);
	line(is_wide() ? "NtSetContextThread(ThreadHandle=0x44, ThreadContext={ContextFlags=CONTEXT_AMD64|"
	     "CONTEXT_CONTROL, SegCs=0x5a5a, SegSs=0x5a5a, EFlags=0x5a5a5a5a, Rsp=0x5a5a5a5a5a5a5a5a, "
	     "Rip=0x5a5a5a5a5a5a5a5a}) = 0x0 STATUS_SUCCESS" :
	     "NtSetContextThread(ThreadHandle=0x44, ThreadContext={ContextFlags=CONTEXT_i386|"
	     "CONTEXT_CONTROL, SegCs=0x5a5a5a5a, SegSs=0x5a5a5a5a, EFlags=0x5a5a5a5a, Ebp=0x5a5a5a5a, "
	     "Eip=0x5a5a5a5a, Esp=0x5a5a5a5a}) = 0x0 STATUS_SUCCESS", "where a thread goes on");
	memcpy(b + flags, &integer, 4);
	memcpy(b + (is_wide() ? 0x78 : 0xb0), "\1\0\0\0\0\0\0", 8);	/* Rax, Eax */
	memcpy(b + (is_wide() ? 0xf8 : 0xb8), "\2\0\0\0\0\0\0", 8);	/* Rip, Eip */
	memcpy(b + (is_wide() ? 0x42 : 0xc8), "\x2b\0\0", is_wide() ? 2 : 4);	/* SegSs */
	BEGIN("NtGetContextThread", 0, 0x44, 0x12f000);
	rec_cap(&ret, 1, VSYS_CAP_BYTES, 0, 0x12f000, b, is_wide() ? 256 : 204);
#define S64 "=0x5a5a5a5a5a5a5a5a, "
#define S32 "=0x5a5a5a5a, "
	line(is_wide() ? "NtGetContextThread(ThreadHandle=0x44, ThreadContext={ContextFlags=CONTEXT_AMD64|"
	     "CONTEXT_CONTROL|CONTEXT_INTEGER, SegCs=0x5a5a, SegSs=0x2b, EFlags" S32 "Rax=0x1, Rcx" S64
	     "Rdx" S64 "Rbx" S64 "Rsp" S64 "Rbp" S64 "Rsi" S64 "Rdi" S64 "R8" S64 "R9" S64 "R10" S64
	     "R11" S64 "R12" S64 "R13" S64 "R14" S64 "R15" S64 "Rip=0x2}) = 0x0 STATUS_SUCCESS" :
	     "NtGetContextThread(ThreadHandle=0x44, ThreadContext={ContextFlags=CONTEXT_i386|"
	     "CONTEXT_CONTROL|CONTEXT_INTEGER, SegCs=0, SegSs=0x2b, EFlags" S32 "Edi" S32 "Esi" S32
	     "Ebx" S32 "Edx" S32 "Ecx" S32 "Eax=0x1, Ebp=0, Eip=0x2, Esp" "=0x5a5a5a5a}) = 0x0 "
	     "STATUS_SUCCESS", "the registers of a thread");
}

/* What is sent to a TRANSPORT_ADDRESS, what is received from a SOCKADDR. */
static void datagrams(void)
{
	static const struct {
		struct vsys_part part;
		char text[8];
	} bytes = { { .addr = 0x12f300, .len = 5, .bytes = 5 }, "hello" };
	static const unsigned char to[22] = { 1, 0, 0, 0, 14, 0, 2, 0, 0, 53, 192, 0, 2, 1 };
#define DEVICE(code) "NtDeviceIoControlFile(FileHandle=0x44, Event=0x0, ApcRoutine=NULL, "		\
	"ApcContext=NULL, IoStatusBlock=0x12f100, IoControlCode=IOCTL_AFD_" code ", InputBuffer="	\
	"{BufferArray=[{buf=\"hello\", len=5}], "
#define PEER "Address={sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"192.0.2.1\")}}, "	\
	"InputBufferLength=56, OutputBuffer=NULL, OutputBufferLength=0) = 0x0 STATUS_SUCCESS"

	BEGIN("NtDeviceIoControlFile", 0, 0x44, 0, 0, 0, 0x12f100, 0x12023, 0x12f000, 56, 0, 0);
	rec_cap(&entry, 6, VSYS_CAP_PARTS, 0, 0x12f000, &bytes, sizeof(bytes));
	rec_cap(&entry, 6, VSYS_CAP_BYTES, 0, 0x12f400, to, sizeof(to));
	line(DEVICE("SEND_DATAGRAM") "Remote" PEER, "a datagram is sent");
	BEGIN("NtDeviceIoControlFile", 0, 0x44, 0, 0, 0, 0x12f100, 0x1201b, 0x12f000, 56, 0, 0);
	rec_cap(&ret, 6, VSYS_CAP_PARTS, 0, 0x12f000, &bytes, sizeof(bytes));
	rec_cap(&ret, 6, VSYS_CAP_BYTES, 0, 0x12f400, to + 6, sizeof(to) - 6);
	line(DEVICE("RECEIVE_DATAGRAM") PEER, "a datagram is received");
}

static void names(void)
{
#define ADJUST "NtAdjustPrivilegesToken(TokenHandle=0x44, DisableAllPrivileges=FALSE, NewState="
#define ADJUSTED "BufferLength=0, PreviousState=NULL, ReturnLength=NULL) = 0x0 STATUS_SUCCESS"
	BEGIN("NtAdjustPrivilegesToken", 0, 0x44, 0, 0x12f000, 0, 0, 0);
	MEMORY(&entry, 2, NULL, 2, 20, 0, 2, 23, 0, 0);
	line(ADJUST "{PrivilegeCount=2, Privileges=[{Luid=SeDebugPrivilege, "
	     "Attributes=SE_PRIVILEGE_ENABLED}, {Luid=SeChangeNotifyPrivilege, Attributes=0}]}, "
	     ADJUSTED, "privileges");
	BEGIN("NtAdjustPrivilegesToken", 0, 0x44, 0, 0x12f000, 0, 0, 0);
	MEMORY(&entry, 2, NULL, 0xffffffff, 20, 0, 2, 23);
	line(ADJUST "{PrivilegeCount=4294967295, Privileges=[{Luid=SeDebugPrivilege, "
	     "Attributes=SE_PRIVILEGE_ENABLED}]...}, " ADJUSTED, "a count that lies");
	BEGIN("NtTerminateThread", 0, 0x44, 3);
	line("NtTerminateThread(ThreadHandle=0x44, ExitStatus=0x3) = 0x0 STATUS_SUCCESS",
	     "an exit code is no status");
	BEGIN("NtOpenThread", 0xc0000022, 0x12f000, 0x1f03ff, 0, 0);
	line("NtOpenThread(ThreadHandle=0x12f000, DesiredAccess=THREAD_ALL_ACCESS_NT5, "
	     "ObjectAttributes=NULL, ClientId=NULL) = 0xc0000022 STATUS_ACCESS_DENIED",
	     "all access, before Vista");
	begin(0x1fff, 0xc000001c, 1, (const uint64_t[]){ 1 });
	rec_head(&entry)->flags |= VSYS_F_UNKNOWN;
	line("syscall_0x1fff(0x1) = 0xc000001c STATUS_INVALID_SYSTEM_SERVICE",
	     "the status of an unknown call");
	begin(0x1fff, 0x102, 1, (const uint64_t[]){ 1 });
	rec_head(&entry)->flags |= VSYS_F_UNKNOWN;
	line("syscall_0x1fff(0x1) = 0x102", "and a result that need not be one");
}

/* Names that are numbers, and the text of window classes. */
static void atoms(void)
{
	struct vsys_ustring u = { .buffer = 0x8002 };

	BEGIN("NtUserDefSetText", 1, 0x2a, 0x8002);
	line("NtUserDefSetText(hwnd=0x2a, Text=#32770) = TRUE", "an atom in place of a string");
	BEGIN("NtUserDefSetText", 1, 0x2a, 0x12f000);
	rec_cap(&entry, 1, VSYS_CAP_WSTRING, 0, 0x12f010, "O\0K", 4);
	line("NtUserDefSetText(hwnd=0x2a, Text=\"OK\") = TRUE", "a title");
	BEGIN("NtLoadDriver", 0, 0x12f000);
	rec_cap(&entry, 0, VSYS_CAP_USTRING, 0, 0x12f000, &u, sizeof(u));
	line("NtLoadDriver(DriverServiceName=#32770) = 0x0 STATUS_SUCCESS",
	     "an atom in place of its text");
}

static void delivery(const void *frame, size_t n, const char *want, const char *name)
{
	unsigned int abi = table->abis[0].abi;
	struct vsys_text t = { 0 };
	struct vsys_delivery d;
	char what[96];

	rec_return(&ret, 0, 0, 1);
	rec_abi(&ret, abi, VSYS_DOOR_SYSENTER);
	rec_head(&ret)->flags |= VSYS_F_UNPAIRED;
	rec_cap(&ret, VSYS_TARGET_SP, VSYS_CAP_BYTES, 0, 0x12f000, frame, n);
	rec_cap(&ret, VSYS_TARGET_PC, VSYS_CAP_BYTES, 0, 0x7c90eac7, NULL, 0);
	snprintf(what, sizeof(what), "%s: %s", table->name, name);
	if (vsys_delivery_of(rec_head(&ret), &d))
		vsys_format_record(&t, rec_head(&ret), NULL);
	is_text(t.s ? t.s : "none", want, what);
	vsys_text_free(&t);
}

static void deliveries(void)
{
	static const uint32_t callback[16] = { 0, 73, 0x12f010, 8 }, far[16] = { 0, 73, 0x12f014, 8 };
	static const uint32_t apc[16] = { 0x7c8024d7, 1, 2, 3, 0x1003f };
	static const uint32_t fault[16] = { 0x12f008, 0x12f060, 0xc0000005 };
	static const uint64_t callback64[8] = { 0, 0, 0, 0, 0x12f058, UINT64_C(73) << 32 | 8 };
	static const uint64_t far64[8] = { 0, 0, 0, 0, 0x11f058, UINT64_C(73) << 32 | 8 };
	static const uint64_t apc64[8] = { 1, 2, 3, 0x7c8024d7, 0, 0, 0x10005f };

	if (is_wide()) {
		delivery(callback64, 64, "[vm 1 vcpu 0] --- callback 73 ---", "a callback");
		delivery(apc64, 64, "[vm 1 vcpu 0] --- APC 0x7c8024d7 ---", "an APC");
		delivery(far64, 64, "none", "a buffer elsewhere");
		delivery(callback64, 56, "none", "memory that is absent");
		return;
	}
	delivery(callback, 64, "[vm 1 vcpu 0] --- callback 73 ---", "a callback");
	delivery(apc, 64, "[vm 1 vcpu 0] --- APC 0x7c8024d7 ---", "an APC");
	delivery(fault, 64, "[vm 1 vcpu 0] --- exception 0xc0000005 ---", "an exception");
	delivery(far, 64, "none", "a buffer elsewhere");
}

int main(void)
{
	static const char *const profiles[] = { "windows_xpsp3_x86", "windows_10_19041_x64" };
	unsigned int i;

	ktap_plan(2 * 40);
	for (i = 0; i < 2; i++) {
		table = vsys_table_find(profiles[i]);
		set_file();
		registry();
		unwritten();
		sids();
		contexts();
		datagrams();
		names();
		atoms();
		deliveries();
	}
	return ktap_end();
}
