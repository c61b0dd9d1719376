// SPDX-License-Identifier: GPL-2.0
/*
 * Write a recorded stream of several profiles and ABIs for profiles.sh, to be
 * read with the tables of tooltables.c: machine 1 runs Linux, 2 and 3 Windows,
 * 4 a system without a table.
 */
#include <stdio.h>
#include <string.h>

#include "records.h"
#include "table.h"

enum { VMS = 4 };

static struct rec r;
static uint64_t seq[VMS + 1], now = 1000, calls, records;

static void emit(uint32_t vm)
{
	struct vsys_record *h = rec_head(&r);

	h->vm = vm;
	h->profile = vm - 1;
	h->time = now++;
	h->seq = seq[vm]++;
	records++;
	fwrite(r.b, 1, h->size, stdout);
}

static void entry(unsigned int abi, unsigned int door, uint32_t nr, unsigned int nargs,
		  const uint64_t *args)
{
	rec_entry(&r, nr, ++calls, nargs, args);
	rec_abi(&r, abi, door);
}

static void ret(uint32_t vm, unsigned int abi, unsigned int door, uint32_t nr, uint64_t result)
{
	rec_return(&r, nr, calls, result);
	rec_abi(&r, abi, door);
	emit(vm);
}

static void linux_calls(void)
{
	static const uint64_t args[] = { 3, 0, 1 };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		rec_event(&r, VSYS_REC_REFUSED);
		((struct vsys_rec_refused *)r.b)->reason = VSYS_REFUSED_DOOR;
		((struct vsys_rec_refused *)r.b)->door = VSYS_DOOR_SYSENTER;
		emit(1);
	}
	rec_entry_reg(&r, 0xc0000082, 1, 0xffffffff81000000);
	emit(1);
	entry(VSYS_ABI_LINUX_X86_64, VSYS_DOOR_SYSCALL, NR_READ, 3, args);
	emit(1);
	ret(1, VSYS_ABI_LINUX_X86_64, VSYS_DOOR_SYSCALL, NR_READ, 0);
	entry(VSYS_ABI_LINUX_I386, VSYS_DOOR_INT80, NR_I386_READ, 3, args);
	emit(1);
	ret(1, VSYS_ABI_LINUX_I386, VSYS_DOOR_INT80, NR_I386_READ, 0xfffffffe);
	entry(VSYS_ABI_LINUX_X32, VSYS_DOOR_SYSCALL, NR_READ | 1u << 30, 3, args);
	emit(1);
	ret(1, VSYS_ABI_LINUX_X32, VSYS_DOOR_SYSCALL, NR_READ | 1u << 30, 1);
	entry(VSYS_ABI_LINUX_I386, VSYS_DOOR_INT80, NR_WRITE, 2, args);
	emit(1);
	ret(1, VSYS_ABI_LINUX_I386, VSYS_DOOR_INT80, NR_WRITE, 2);
	/* The module did not know the call, whatever the table says. */
	entry(VSYS_ABI_LINUX_X86_64, VSYS_DOOR_SYSCALL, NR_WRITE, 2, args);
	rec_head(&r)->flags = VSYS_F_UNKNOWN;
	emit(1);
	ret(1, VSYS_ABI_LINUX_X86_64, VSYS_DOOR_SYSCALL, NR_WRITE, 0);
}

/* The name hardest to write: backslash, quote, newline, half a surrogate pair. */
static const unsigned char odd_name[] = {
	'\\', 0, '"', 0, '\n', 0, 0x00, 0xd8, 0x3d, 0xd8, 0x00, 0xde, 0xe4, 0,
};

static void windows_calls(void)
{
	static const uint64_t args[] = { 0x44, 0x5000 };
	unsigned char b[64];

	entry(VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL, NT_QUERY_LINK, 2, args);
	rec_ustring(b, sizeof(odd_name), sizeof(odd_name), "");
	memcpy(b + sizeof(struct vsys_ustring), odd_name, sizeof(odd_name));
	rec_cap(&r, 1, VSYS_CAP_USTRING, 0, 0x5000, b, 16 + sizeof(odd_name));
	emit(2);
	ret(2, VSYS_ABI_WINDOWS_X64, VSYS_DOOR_SYSCALL, NT_QUERY_LINK, 0x80000005);
	entry(VSYS_ABI_WINDOWS_X86, VSYS_DOOR_INT2E, NT_QUERY_LINK, 2, args);
	rec_valid(&r, 1);
	emit(3);
	ret(3, VSYS_ABI_WINDOWS_X86, VSYS_DOOR_INT2E, NT_QUERY_LINK, 0xc0000005);
	entry(VSYS_ABI_WINDOWS_X86, VSYS_DOOR_SYSENTER, 1, 2, args);
	emit(4);
	ret(4, VSYS_ABI_WINDOWS_X86, VSYS_DOOR_SYSENTER, 1, 0xc0000005);
}

int main(void)
{
	struct vsys_profiles p = { 0 };
	struct vsys_text t = { 0 };

	vsys_profiles_add(&p, "linux_x86_64");
	vsys_profiles_add(&p, "windows_test_x64");
	vsys_profiles_add(&p, "windows_test_x86");
	vsys_profiles_add(&p, "alien");
	vsys_stream_begin(&t, &p);
	fwrite(t.s, 1, t.len, stdout);
	linux_calls();
	windows_calls();
	rec_end(&r, records);
	fwrite(r.b, 1, rec_head(&r)->size, stdout);
	vsys_text_free(&t);
	vsys_profiles_free(&p);
	return 0;
}
