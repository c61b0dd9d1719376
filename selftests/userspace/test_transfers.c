// SPDX-License-Identifier: GPL-2.0
/* Where in files calls read and write: vsys_decoder_transfer(). */
#include "handle_calls.h"

enum {
	WRITE = 1, LSEEK = 8, PREAD64 = 17, PWRITE64 = 18, WRITEV = 20, SENDFILE = 40, PREADV2 = 327,
	F_SETFL = 4, O_APPEND = 02000, PENDING = 0x103,
};

/* "4+5": 5 bytes at 4; "?+5": somewhere. */
static const char *where(void)
{
	static char text[64];
	struct vsys_transfer t;

	if (!vsys_decoder_transfer(d, &t))
		return "none";
	if (t.placed)
		snprintf(text, sizeof(text), "%llu+%llu", (unsigned long long)t.offset,
			 (unsigned long long)t.bytes);
	else
		snprintf(text, sizeof(text), "?+%llu", (unsigned long long)t.bytes);
	return text;
}

/* A call with data, of an argument at @at of four more. */
static const char *transfers(uint32_t nr, int fd, uint64_t place, uint64_t flags, uint64_t result)
{
	const uint64_t args[6] = { (uint64_t)fd, 0x6000, 64, place, 0, flags };

	rec_entry(&entry, nr, ++calls, 6, args);
	((struct vsys_rec_entry *)entry.b)->space = space;
	if (nr == WRITE || nr == PWRITE64 || nr == WRITEV)
		rec_cap(&entry, 1, VSYS_CAP_BYTES, 0, 0x6000, "data", 4);
	started();
	end(result, 1, nr == READ || nr == PREAD64 || nr == PREADV2 ? "data" : NULL, 4);
	return where();
}

static void positions(void)
{
	caller(20, 1, 0x20000);
	path_call(OPEN, 0, "/data", 0, 0, 3);
	is_text(where(), "none", "nothing is transferred by open");
	is_text(transfers(READ, 3, 0, 0, 10), "0+10", "a new file is at its begin");
	is_text(transfers(WRITE, 3, 0, 0, 5), "10+5", "the next bytes");
	is_text(transfers(WRITE, 3, 0, 0, (uint64_t)-28), "none", "a call that failed");
	is_text(transfers(PWRITE64, 3, 100, 0, 4), "100+4", "pwrite names its place");
	is_text(transfers(PREAD64, 3, 200, 0, 4), "200+4", "and so does pread");
	is_text(transfers(READ, 3, 0, 0, 1), "15+1", "neither moves the position");
	is_text(transfers(PREADV2, 3, UINT64_MAX, 0, 4), "16+4", "preadv2 at -1 does");
	call(LSEEK, 3, 7, 0, 7);
	is_text(transfers(WRITEV, 3, 0, 0, 2), "7+2", "lseek");
	call(DUP2, 3, 4, 0, 4);
	is_text(transfers(READ, 4, 0, 0, 1), "9+1", "a duplicate has the same position");
	call(FORK, 0, 0, 0, 21);
	caller(21, 20, 0x21000);
	is_text(transfers(READ, 3, 0, 0, 1), "10+1", "and so has a child");
	path_call(OPEN, 0, "/data", 0, 0, 5);
	is_text(transfers(READ, 5, 0, 0, 1), "0+1", "the same file, opened again");
	call(SENDFILE, 5, 3, 0, 100);
	is_text(transfers(READ, 3, 0, 0, 1), "?+1", "a call that moves both");
	is_text(transfers(WRITE, 5, 0, 0, 1), "?+1", "the other one, too");
}

static void appending(void)
{
	caller(30, 1, 0x30000);
	path_call(OPEN, 0, "/log", 0, O_APPEND, 3);
	is_text(transfers(WRITE, 3, 0, 0, 4), "?+4", "the end is not known");
	is_text(transfers(PWRITE64, 3, 8, 0, 4), "?+4", "pwrite appends, too (pwrite(2), BUGS)");
	call(LSEEK, 3, 0, 0, 0);
	is_text(transfers(READ, 3, 0, 0, 4), "0+4", "it is read from its begin");
	path_call(OPEN, 0, "/late", 0, 0, 4);
	call(FCNTL, 4, F_SETFL, O_APPEND, 0);
	is_text(transfers(WRITE, 4, 0, 0, 4), "?+4", "F_SETFL");
	note(30, 9, 0, "/before");
	is_text(transfers(READ, 9, 0, 0, 4), "?+4", "what was opened before the trace");
	call(LSEEK, 9, 5, 0, 5);
	is_text(transfers(READ, 9, 0, 0, 4), "5+4", "until it seeks");
}

static const char *nt_transfers(uint32_t nr, uint64_t place, const int64_t *offset, uint64_t status,
				uint64_t bytes)
{
	const uint64_t args[11] = { 0x44, 0, 0, 0, 0x4000, 0x6000, 64, place };
	const uint64_t block[2] = { 0, bytes };
	struct vsys_call_event ev = {
		.state = VSYS_STATE_RETURNED, .entry = (void *)entry.b, .ret = (void *)ret.b, .task = by(),
	};

	nt_begin(nr, args, NULL, 0, 0);
	rec_cap(&entry, 5, VSYS_CAP_BYTES, 0, 0x6000, "data", 4);
	if (offset)
		rec_cap(&entry, 7, VSYS_CAP_BYTES, 0, place, offset, sizeof(*offset));
	started();
	rec_return(&ret, nr, calls, status);
	rec_abi(&ret, VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL);
	rec_cap(&ret, 4, VSYS_CAP_BYTES, 0, 0x4000, block, sizeof(block));
	rec_cap(&ret, 5, VSYS_CAP_BYTES, 0, 0x6000, "data", 4);
	vsys_handles_call(h, table, &ev);
	vsys_handles_done(h);
	return where();
}

/* Windows 10 19041: NtReadFile is 6, NtWriteFile 8, NtCreateFile 85. */
static void windows(void)
{
	enum { NT_READ = 6, NT_WRITE = 8, NT_CREATE = 85 };
	const uint64_t args[11] = { 0x2000, 0x120089, 0x2000 }, handle = 0x44;
	static const int64_t at = 50, end_of_file = -1, position = -2;
	struct vsys_call_event ev = {
		.state = VSYS_STATE_RETURNED, .entry = (void *)entry.b, .ret = (void *)ret.b, .task = by(),
	};

	table = vsys_table_find("windows_10_19041_x64");
	caller(40, 1, 0x40000);
	nt_begin(NT_CREATE, args, "\\??\\C:\\a", 0, 0);
	started();
	rec_return(&ret, NT_CREATE, calls, 0);
	rec_abi(&ret, VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL);
	rec_cap(&ret, 0, VSYS_CAP_BYTES, 0, 0x2000, &handle, 8);
	vsys_handles_call(h, table, &ev);
	vsys_handles_done(h);
	is_text(nt_transfers(NT_READ, 0, NULL, 0, 10), "0+10", "Windows: no place is named");
	is_text(nt_transfers(NT_READ, 0x5000, &position, 0, 10), "10+10", "nor with -2");
	is_text(nt_transfers(NT_WRITE, 0x5000, &at, 0, 4), "50+4", "a place is named");
	is_text(nt_transfers(NT_WRITE, 0, NULL, 0, 4), "54+4", "and is the position then");
	is_text(nt_transfers(NT_WRITE, 0x5000, &end_of_file, 0, 4), "?+4", "the end");
	is_text(nt_transfers(NT_READ, 0, NULL, PENDING, 4), "none", "a call that is pending");
}

int main(void)
{
	ktap_plan(27);
	h = vsys_handles_new();
	d = vsys_decoder_new(0);
	table = vsys_table_find("linux_x86_64");
	vsys_decoder_handles(d, h, VSYS_HANDLE_NAME, false);
	is_text((transfers(READ, 3, 0, 0, 4), where()), "none", "nobody has asked");
	vsys_handles_transfers(h);
	positions();
	appending();
	windows();
	vsys_handles_free(h);
	vsys_decoder_free(d);
	return ktap_end();
}
