// SPDX-License-Identifier: GPL-2.0
/*
 * An instruction fetch that faults: #PF, CR2 is the missing page, RIP the
 * the instruction, I/D is set in the error code (Intel SDM vol. 3A, 4.7; AMD
 * APM vol. 2, 8.4.2); once the page is there the instruction works.
 */
#include "lib/rt.h"

enum { FIRST = 0x20000000, SECOND = FIRST + 0x1000 };
enum { ERR_P = 1, ERR_U = 4, ERR_I = 16 };

static u64 first, second;

static void expect_fault(const struct regs *in, u64 error, u64 cr2,
			 const char *name)
{
	struct regs want = *in;

	want.vector = PF;
	want.error = error;
	want.cr2 = cr2;
	want.rflags |= X86_RF;
	test_begin("%s", name);
	run(in);
	test_regs(&want);
	test_end();
}

static void resume(bool is_call, int length, const char *name)
{
	struct regs in = this_cpu()->out, want;

	/* The handler returns with IRET, which restores RF. */
	if (is_call)
		expect_syscall(&want, &in, length);
	else
		expect_sysret(&want, &in, true);
	want.error = 0;
	test_begin("%s", name);
	run(&in);
	test_regs(&want);
	test_end();
}

/* @flags: of a page from which the code in @cs cannot fetch. */
static void missing(const char *what, const char *code, int n, int split,
		    u64 cs, u64 flags)
{
	u64 error = (flags & PTE_P ? ERR_P : 0) | (cs & 3 ? ERR_U : 0) | ERR_I;
	bool is_call = cs & 3;
	struct regs in;

	print("# %s, %u of %u bytes in the first page\n", what, split, n);
	memcpy((void *)(first + 0x1000UL - split), code, split);
	memcpy((void *)second, code + split, n - split);
	*(u8 *)(second + n - split) = 0xcc;
	fill_regs(&in, (void *)(SECOND - (u64)split), cs);
	in.rcx = SECOND + n - split;
	in.r11 = X86_IF;

	map_page(FIRST, first, PTE_P | PTE_U);
	map_page(SECOND, second, flags);
	expect_fault(&in, error, SECOND, "#PF for the second page");
	map_page(SECOND, second, PTE_P | PTE_U);
	resume(is_call, n, "the second page is there");

	map_page(FIRST, first, flags);
	expect_fault(&in, error, in.rip, "#PF for the first page");
	map_page(FIRST, first, PTE_P | PTE_U);
	resume(is_call, n, "the first page is there");
}

void guest_main(void)
{
	first = (u64)alloc_page();
	alloc_page();
	second = (u64)alloc_page();
	missing("SYSCALL, absent", "\x0f\x05", 2, 1, USER_CS, 0);
	missing("SYSCALL, absent", "\x66\x66\x0f\x05", 4, 2, USER_CS, 0);
	missing("SYSCALL, NX", "\x0f\x05", 2, 1, USER_CS,
		PTE_P | PTE_U | PTE_NX);
	missing("SYSCALL, supervisor", "\x0f\x05", 2, 1, USER_CS, PTE_P);
	missing("SYSRET, absent", "\x48\x0f\x07", 3, 1, KERNEL_CS, 0);
	missing("SYSRET, NX", "\x48\x0f\x07", 3, 2, KERNEL_CS,
		PTE_P | PTE_U | PTE_NX);
}
