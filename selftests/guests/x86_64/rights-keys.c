// SPDX-License-Identifier: GPL-2.0
/*
 * Protection keys and SMAP: memory that they keep from the caller is not in the trace,
 * see ../rights.  Needs a CPU that has both.
 */
#include "lib/linux.h"

enum { KEYED = 0x10080000, PLAIN = 0x10081000, KEY = 5 };

#define CR4_SMAP	(1UL << 21)
#define CR4_PKE		(1UL << 22)

static void set_cr4(u64 bits)
{
	u64 cr4;

	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	asm volatile("mov %0, %%cr4" : : "r" (cr4 | bits) : "memory");
}

static void wrpkru(u32 value)
{
	asm volatile("wrpkru" : : "a" (value), "c" (0), "d" (0) : "memory");
}

static void open_both(void)
{
	static const struct call calls[] = {
		{ 257, { AT_FDCWD, KEYED, 0 }, -2 },
		{ 257, { AT_FDCWD, PLAIN, 0 }, -2 },
		{ 0, { 3, KEYED, 5 }, 5 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		linux64_call(&calls[i]);
}

/* SMAP only concerns the program's pages: now only PLAIN and KEYED are. */
static void take_memory(void)
{
	u64 at;

	for (at = 0x1000; at < MINIVM_MEMORY; at += 0x1000)
		*pte_of((void *)at) &= ~PTE_U;
	write_cr3(read_cr3());
}

/* Does not return to the program: its code page is not user-accessible any more. */
static void call_in_ring0(u64 flags)
{
	struct regs in, want;

	fill_regs(&in, user_code, KERNEL_CS);
	in.rflags |= flags;
	in.rax = 257;
	in.rdi = AT_FDCWD;
	in.rsi = PLAIN;
	in.rdx = 0;
	expect_syscall(&want, &in, 2);
	test_begin("a call in ring 0");
	run(&in);
	test_regs(&want);
	test_end();
}

void guest_main(void)
{
	u32 a = 7, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	test_begin("the CPU has protection keys and SMAP");
	if (!(c & 1 << 3 && b & 1 << 20)) {
		test_skip("it has not");
		return;
	}
	test_end();
	linux_memory();
	map_user(KEYED);
	map_user(PLAIN);
	put_string(KEYED, "keyed");
	put_string(PLAIN, "plain");
	*pte_of((void *)KEYED) |= (u64)KEY << 59;
	invlpg((void *)KEYED);
	set_cr4(CR4_PKE);
	wrpkru(0);
	open_both();
	wrpkru(1 << 2 * KEY);
	open_both();
	wrpkru(2 << 2 * KEY);	/* writes only */
	open_both();
	wrpkru(0);

	take_memory();
	set_cr4(CR4_SMAP);
	call_in_ring0(X86_AC);
	call_in_ring0(0);
}
