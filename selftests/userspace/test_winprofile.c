// SPDX-License-Identifier: GPL-2.0
/* The generated tables: calls of Windows guests, by the numbers of each version. */
#include "ktap.h"
#include "records.h"

static struct rec entry, ret;

/* Pointer-sized members: captures have the layout of the guest. */
struct guest {
	const char *profile;
	unsigned int abi, bytes;
	uint32_t create_file, open_process, allocate, terminate, get_dc;
};

static const struct guest guests[] = {
	{ "windows_xpsp3_x86", VSYS_ABI_WINDOWS_X86, 4, 37, 122, 17, 257, 4497 },
	{ "windows_7_x86", VSYS_ABI_WINDOWS_X86, 4, 66, 190, 19, 370, 4516 },
	{ "windows_7_x64", VSYS_ABI_WINDOWS_X64, 8, 82, 35, 21, 41, 4106 },
	{ "windows_10_19041_x64", VSYS_ABI_WINDOWS_X64, 8, 85, 38, 24, 44, 4106 },
	{ "windows_11_22621_x64", VSYS_ABI_WINDOWS_X64, 8, 85, 38, 24, 44, 4104 },
};

static void begin(const struct guest *g, uint32_t nr, unsigned int nargs, const uint64_t *args,
		  uint64_t result)
{
	rec_entry(&entry, nr, 1, nargs, args);
	rec_abi(&entry, g->abi, VSYS_DOOR_INT2E);
	rec_return(&ret, nr, 1, result);
	rec_abi(&ret, g->abi, VSYS_DOOR_INT2E);
}

#define BEGIN(g, nr, result, ...) do {						\
	const uint64_t args_[] = { __VA_ARGS__ };				\
										\
	begin(g, nr, sizeof(args_) / sizeof(args_[0]), args_, result);		\
} while (0)

static void line(const struct guest *g, const char *want, const char *name)
{
	char full[1024], what[96];

	snprintf(full, sizeof(full), "[vm 1 vcpu 0] %s", want);
	snprintf(what, sizeof(what), "%s: %s", g->profile, name);
	is_text(rec_line(vsys_table_find(g->profile), &entry, &ret), full, what);
}

/* @n numbers, each as wide as a pointer. */
static void words(struct rec *r, const struct guest *g, unsigned int arg, unsigned int n,
		  const uint64_t *values)
{
	unsigned char b[64];
	unsigned int i;

	for (i = 0; i < n; i++)
		memcpy(b + i * g->bytes, &values[i], g->bytes);
	rec_cap(r, arg, VSYS_CAP_BYTES, 0, 0x12f000, b, n * g->bytes);
}

static void create_file(const struct guest *g)
{
	static const uint64_t handle = 0x7c, iosb[] = { 0, 1 };
	struct vsys_objattr o = {
		.length = g->bytes * 6, .attributes = 0x40, .name = 0x30000,
	};
	unsigned char b[256];

	BEGIN(g, g->create_file, 0, 0x12f5a0, 0x80100000, 0x12f5b0, 0x12f5c0, 0, 0x80, 1, 1,
	      0x20, 0, 0);
	rec_cap(&entry, 2, VSYS_CAP_OBJATTR, 0, 0x12f5b0, b,
		rec_objattr(b, &o, "\\??\\C:\\boot.ini"));
	words(&ret, g, 0, 1, &handle);
	words(&ret, g, 3, 2, iosb);
	line(g, "NtCreateFile(FileHandle=&0x7c, DesiredAccess=GENERIC_READ|SYNCHRONIZE, "
	     "ObjectAttributes=\"\\??\\C:\\boot.ini\", "
	     "IoStatusBlock={Status=STATUS_SUCCESS, Information=0x1}, AllocationSize=NULL, "
	     "FileAttributes=FILE_ATTRIBUTE_NORMAL, ShareAccess=FILE_SHARE_READ, "
	     "CreateDisposition=FILE_OPEN, CreateOptions=FILE_SYNCHRONOUS_IO_NONALERT, "
	     "EaBuffer=NULL, EaLength=0) = 0x0 STATUS_SUCCESS", "NtCreateFile");
}

static void others(const struct guest *g)
{
	static const uint64_t client[] = { 4, 8 }, base[] = { 0, 0x250000 };
	static const uint64_t size[] = { 1, 4096 };
	uint64_t self = g->bytes == 4 ? 0xffffffff : UINT64_MAX;

	BEGIN(g, g->open_process, 0xc0000022, 0x12f000, 0x400, 0, 0x12f010);
	words(&entry, g, 3, 2, client);
	line(g, "NtOpenProcess(ProcessHandle=0x12f000, DesiredAccess=PROCESS_QUERY_INFORMATION, "
	     "ObjectAttributes=NULL, ClientId={UniqueProcess=0x4, UniqueThread=0x8}) = "
	     "0xc0000022 STATUS_ACCESS_DENIED", "NtOpenProcess");
	BEGIN(g, g->allocate, 0, self, 0x12f000, 0, 0x12f008, 0x3000, 4);
	words(&entry, g, 1, 1, &base[0]);
	words(&ret, g, 1, 1, &base[1]);
	words(&entry, g, 3, 1, &size[0]);
	words(&ret, g, 3, 1, &size[1]);
	line(g, "NtAllocateVirtualMemory(ProcessHandle=NtCurrentProcess, "
	     "BaseAddress=&NULL => &0x250000, ZeroBits=0, RegionSize=&1 => &4096, "
	     "AllocationType=MEM_COMMIT|MEM_RESERVE, PageProtection=PAGE_READWRITE) = "
	     "0x0 STATUS_SUCCESS", "NtAllocateVirtualMemory");
	BEGIN(g, g->terminate, 0, 0x44, 0xc0000005);
	line(g, "NtTerminateProcess(ProcessHandle=0x44, ExitStatus=STATUS_ACCESS_VIOLATION) = "
	     "0x0 STATUS_SUCCESS", "NtTerminateProcess");
	BEGIN(g, g->get_dc, 0x1234, 0);
	line(g, "NtUserGetDC(hwnd=0x0) = 0x1234", "NtUserGetDC");
	BEGIN(g, 0x1fff, 0, 1, 2, 3, 4);
	line(g, "syscall_0x1fff(0x1, 0x2, 0x3, 0x4) = 0x0", "unknown");
}

int main(void)
{
	unsigned int i;

	ktap_plan(6 * sizeof(guests) / sizeof(guests[0]));
	for (i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		create_file(&guests[i]);
		others(&guests[i]);
	}
	return ktap_end();
}
