// SPDX-License-Identifier: GPL-2.0
/*
 * A program in ring 3 gives its kernel pointers to memory that the program itself
 * cannot read: where the kernel has a page, and where it has none.  The trace must
 * not tell the two apart, see rights.expect.  A caller in ring 0 keeps its rights.
 */
#include "lib/linux.h"

/* The same page of the kernel's at each; ABSENT_HIGH is not mapped. */
#define LOW		0x10080000UL		/* in the program's half */
#define HIGH		0xffff888000100000UL
#define HIGH_USER	0xffff888000101000UL	/* user-accessible by its page tables */
#define ABSENT_HIGH	0xffff888000200000UL

/* Contents of that page. */
enum { TEXT = 0, ARGS = 0x100, VECTORS = 0x200, MESSAGE = 0x300, TIME = 0x400 };

/* The program's vectors with pointers to it. */
#define TO(n)		(DATA + 0x400 + (n) * 0x80UL)
enum { TO_ARGS = 0, TO_IOV = 0x10, TO_MESSAGE = 0x20 };

static const u64 places[] = { ABSENT_HIGH, HIGH, HIGH_USER, LOW };

static void put_secret(u64 page)
{
	put_string(page + TEXT, "secret");
	((u64 *)(page + ARGS))[0] = NAME;
	((u64 *)(page + VECTORS))[0] = HELLO;
	((u64 *)(page + VECTORS))[1] = 5;
	((u64 *)(page + MESSAGE))[2] = IOV;
	((u64 *)(page + MESSAGE))[3] = 1;
	((u64 *)(page + TIME))[0] = 4711;
}

static void put_pointers(int n, u64 place)
{
	((u64 *)(TO(n) + TO_ARGS))[0] = place + TEXT;
	((u64 *)(TO(n) + TO_IOV))[0] = place + TEXT;
	((u64 *)(TO(n) + TO_IOV))[1] = 6;
	((u64 *)(TO(n) + TO_MESSAGE))[2] = place + VECTORS;
	((u64 *)(TO(n) + TO_MESSAGE))[3] = 1;
}

/* One call for each kind of capture. */
static void make_calls(int n, u64 place)
{
	const struct call calls[] = {
		{ 257, { AT_FDCWD, place + TEXT, 0 }, -14 },
		{ 1, { 1, place + TEXT, 6 }, -14 },
		{ 59, { place + TEXT, ARGV, ENVP }, -14 },
		{ 59, { TRUE, place + ARGS, ENVP }, -14 },
		{ 59, { TRUE, TO(n) + TO_ARGS, ENVP }, -14 },
		{ 20, { 1, place + VECTORS, 1 }, -14 },
		{ 20, { 1, TO(n) + TO_IOV, 1 }, -14 },
		{ 46, { 3, place + MESSAGE, 0 }, -14 },
		{ 46, { 3, TO(n) + TO_MESSAGE, 0 }, -14 },
		{ 35, { place + TIME, 0 }, -14 },
		{ 42, { 3, place + TEXT, 6 }, -14 },
		/* The kernel claims to have written there. */
		{ 0, { 3, place + TEXT, 6 }, 6 },
		{ 5, { 3, place + TIME }, 0 },
		{ 19, { 3, TO(n) + TO_IOV, 1 }, 6 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		linux64_call(&calls[i]);
}

/* The kernel calls itself. */
static void call_in_ring0(u64 place)
{
	struct regs in, want;

	fill_regs(&in, user_code, KERNEL_CS);
	in.rax = 257;
	in.rdi = AT_FDCWD;
	in.rsi = place;
	in.rdx = 0;
	expect_syscall(&want, &in, 2);
	test_begin("a call in ring 0");
	run(&in);
	test_regs(&want);
	in = this_cpu()->out;
	in.rip = (u64)sysret_code;
	in.rax = 3;
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

void guest_main(void)
{
	u64 page = (u64)alloc_page();
	unsigned int i;

	linux_memory();
	map_page(LOW, page, PTE_P | PTE_W);
	map_page(HIGH, page, PTE_P | PTE_W);
	map_page(HIGH_USER, page, PTE_P | PTE_W | PTE_U);
	put_secret(page);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		put_pointers(i, places[i]);
		make_calls(i, places[i]);
	}
	call_in_ring0(LOW);
	call_in_ring0(HIGH);
}
