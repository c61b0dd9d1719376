// SPDX-License-Identifier: GPL-2.0
/* From which module a call comes, by what its process has mapped. */
#include "handle_calls.h"

enum {
	MMAP = 9, MUNMAP = 11, MREMAP = 25,
	NT_MAP = 0x28, NT_UNMAP = 0x2a, NT_ALLOCATE = 0x18, NT_FREE = 0x1e, NT_OPEN_SECTION = 0x37,
	NT_OPEN_PROCESS = 0x26, NT_USER = 0x1001,
	FIXED = 0x12, ANONYMOUS = 0x22,
};

static struct vsys_text json;

/* The caller of a call of number @nr at @pc. */
static const char *from_call(uint32_t nr, unsigned int abi, uint64_t pc)
{
	static const struct vsys_profiles profiles;
	static struct vsys_text line;
	struct vsys_rec_entry *e = (void *)entry.b;
	struct vsys_call_event ev = { VSYS_STATE_RETURNED, e, (void *)ret.b, by(), NULL };
	struct vsys_decoded c;

	begin(nr, 0, 0, 0, 0, NULL);
	rec_head(&entry)->abi = (uint8_t)abi;
	e->pc = pc;
	started();
	rec_return(&ret, nr, e->call, 0);
	rec_head(&ret)->abi = (uint8_t)abi;
	vsys_handles_call(h, table, &ev);
	vsys_decoder_call(d, table, &ev, &c);
	vsys_text_reset(&line);
	if (c.caller)
		vsys_format_caller(&line, c.caller);
	else
		vsys_text_put(&line, "nobody asks");
	vsys_text_reset(&json);
	vsys_format_call_json(&json, &c, &profiles);
	vsys_handles_done(h);
	return line.s;
}

static const char *from(uint64_t pc)
{
	return from_call(READ, VSYS_ABI_LINUX_X86_64, pc);
}

static void map(uint64_t at, uint64_t length, uint64_t flags, int fd, uint64_t offset)
{
	const uint64_t args[6] = { at, length, 5, flags, (uint64_t)fd, offset };

	rec_entry(&entry, MMAP, ++calls, 6, args);
	((struct vsys_rec_entry *)entry.b)->space = space;
	started();
	end(at, 0, NULL, 0);
}

static void linux(void)
{
	caller(10, 1, 0x10000);
	is_text(from(0x401000), "0x401000", "what the kernel has mapped is not known");
	path_call(OPEN, 0, "/lib/libc.so.6", 0, 0, 3);
	map(0x7f0000, 0x9001, 2, 3, 0);
	map(0x7f2000, 0x4000, FIXED, 3, 0x1000);
	map(0x7f6000, 0x1000, FIXED | ANONYMOUS, -1, 0);
	call(CLOSE, 3, 0, 0, 0);
	is_text(from(0x7f2345), "libc.so.6+0x2345", "a library: from its begin, not from its file's");
	is_true(strstr(json.s, "\"module\":\"libc.so.6\",\"offset\":\"0x2345\",\"direct\":false"), "as JSON");
	is_text(from(0x7f9fff), "libc.so.6+0x9fff", "to the end of its page");
	is_text(from(0x7fa000), "0x7fa000", "and no further");
	is_text(from(0x7f6010), "[anonymous]+0x10 <direct>", "memory of no file in its middle");
	is_text(from(0x7f7010), "libc.so.6+0x7010", "the library goes on");
	path_call(MEMFD, 0, "x", 0, 0, 4);
	map(0x600000, 0x1000, 2, 4, 0);
	is_text(from(0x600004), "memfd:x+0x4 <direct>", "memfd");
	map(0x610000, 0x1000, 2, 77, 0);
	is_text(from(0x610004), "0x610004", "a descriptor that is not known");
	begin(MREMAP, 0x600000, 0x1000, 0x1000, 0, NULL);
	started();
	end(0x700000, 0, NULL, 0);
	is_text(from(0x700004), "memfd:x+0x4 <direct>", "mremap");
	is_text(from(0x600004), "0x600004", "it has moved");
	call(MUNMAP, 0x7f3000, 0x1000, 0, 0);
	is_text(from(0x7f3000), "0x7f3000", "munmap");
	is_text(from(0x7f4000), "libc.so.6+0x4000", "of a part");

	begin(FORK, 0, 0, 0, 0, NULL);
	started();
	end(11, 0, NULL, 0);
	call(MUNMAP, 0, 0xfffffffffffff000, 0, 0);
	is_text(from(0x7f4000), "0x7f4000", "all are gone");
	caller(11, 10, 0x11000);
	is_text(from(0x7f4000), "libc.so.6+0x4000", "a child has what its parent had");
	begin(EXECVE, 0, 0, 0, 0, "/bin/x");
	started();
	end(0, 0, NULL, 0);
	is_text(from(0x7f4000), "0x7f4000", "execve");
}

/* A call of Windows that returns an address and a size. */
static void nt_memory(uint32_t nr, const uint64_t *args, uint64_t base, unsigned int at, uint64_t size)
{
	struct vsys_rec_entry *e = (void *)entry.b;
	struct vsys_call_event ev = { VSYS_STATE_RETURNED, e, (void *)ret.b, by(), NULL };

	rec_entry(&entry, nr, ++calls, 11, args);
	rec_abi(&entry, VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL);
	e->space = space;
	started();
	rec_return(&ret, nr, e->call, 0);
	rec_head(&ret)->abi = VSYS_ABI_WINDOWS_X64;
	rec_cap(&ret, at == 6 ? 2 : 1, VSYS_CAP_BYTES, 0, 0x2000, &base, 8);
	rec_cap(&ret, at, VSYS_CAP_BYTES, 0, 0x2010, &size, 8);
	vsys_handles_call(h, table, &ev);
	vsys_handles_done(h);
}

/* A call that returns a handle; its OBJECT_ATTRIBUTES are argument 2. */
static void nt_open(uint32_t nr, const char *name, uint64_t client, uint64_t handle)
{
	const uint64_t args[11] = { 0x1000, 0, 0x2000, 0x3000 }, id[2] = { client };

	nt_begin(nr, args, name, 0, 0);
	if (!name)
		rec_cap(&entry, 3, VSYS_CAP_BYTES, 0, 0x3000, id, sizeof(id));
	started();
	end(0, 0, &handle, 8);
}

static const char *nt_from(uint32_t nr, uint64_t pc)
{
	return from_call(nr, VSYS_ABI_WINDOWS_X64, pc);
}

static void windows(void)
{
	const uint64_t own[11] = { 0x98, UINT64_MAX }, other[11] = { 0x98, 0x84 };
	const uint64_t memory[11] = { UINT64_MAX }, unmap[11] = { UINT64_MAX, 0x180000000 };

	table = vsys_table_find("windows_10_19041_x64");
	caller(40, 4, 0x40000);
	is_text(nt_from(6, 0x7ff800001234), "0x7ff800001234", "ntdll.dll is not known, and no call direct");
	nt_open(NT_OPEN_SECTION, "\\KnownDlls\\win32u.dll", 0, 0x98);
	nt_memory(NT_MAP, own, 0x180000000, 6, 0x20000);
	is_text(nt_from(NT_USER, 0x180001010), "win32u.dll+0x1010", "a view, a call of win32k");
	is_text(nt_from(6, 0x180001010), "win32u.dll+0x1010 <direct>", "but no other one");
	nt_memory(NT_UNMAP, unmap, 0, 6, 0);
	is_text(nt_from(6, 0x180001010), "0x180001010", "it is unmapped");
	nt_open(NT_OPEN_SECTION, "\\??\\C:\\Windows\\System32\\ntdll.dll", 0, 0x98);
	nt_memory(NT_MAP, own, 0x190000000, 6, 0x20000);
	is_text(nt_from(6, 0x190000010), "ntdll.dll+0x10 <direct>", "a second ntdll.dll");
	nt_memory(NT_ALLOCATE, memory, 0x1a0000000, 3, 0x1000);
	is_text(nt_from(6, 0x1a0000010), "[anonymous]+0x10 <direct>", "allocated memory");
	is_text(nt_from(NT_USER, 0x1a0000010), "[anonymous]+0x10 <direct>", "a call of win32k, too");
	nt_memory(NT_FREE, memory, 0x1a0000000, 2, 0x1000);
	is_text(nt_from(6, 0x1a0000010), "0x1a0000010", "it is free");

	caller(50, 4, 0x50000);
	is_text(nt_from(6, 0x1b0000010), "0x1b0000010", "another process");
	caller(40, 4, 0x40000);
	nt_open(NT_OPEN_PROCESS, NULL, 50, 0x84);
	nt_memory(NT_MAP, other, 0x1b0000000, 6, 0x1000);
	is_text(nt_from(6, 0x1b0000010), "0x1b0000010", "not its own");
	caller(50, 4, 0x50000);
	is_text(nt_from(6, 0x1b0000010), "ntdll.dll+0x10 <direct>", "is mapped by the first");
}

/* As many maps as a guest likes, then all of them gone. */
static void many(void)
{
	uint64_t i;

	table = vsys_table_find("linux_x86_64");
	caller(60, 1, 0x60000);
	for (i = 0; i < 70000; i++)
		map(0x10000000 + i * 0x2000, 0x1000, ANONYMOUS, -1, 0);
	is_text(from(0x10000000), "[anonymous]+0x0 <direct>", "65,536 maps are known");
	is_text(from(0x10000000 + 69999 * 0x2000), "0x322de000", "not 70,000");
	map(0x10000000, 0x1ffff0000, FIXED | ANONYMOUS, -1, 0);
	is_text(from(0x10003000), "[anonymous]+0x3000 <direct>", "all become one");
	map(0xfffffffffffff000, 0x2000, ANONYMOUS, -1, 0);
	is_text(from(0xfffffffffffff010), "0xfffffffffffff010", "no address above the last");
}

int main(void)
{
	ktap_plan(32);
	table = vsys_table_find("linux_x86_64");
	h = vsys_handles_new();
	d = vsys_decoder_new(0);
	vsys_decoder_handles(d, h, VSYS_HANDLE_NUMBER, false);
	is_text(from(0x401000), "nobody asks", "without -k");
	vsys_handles_free(h);
	h = vsys_handles_new();
	vsys_handles_modules(h);
	vsys_decoder_handles(d, h, VSYS_HANDLE_NUMBER, false);
	linux();
	windows();
	many();
	vsys_decoder_free(d);
	vsys_handles_free(h);
	return ktap_end();
}
