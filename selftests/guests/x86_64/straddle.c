// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL and SYSRET across a page boundary.  The two pages are apart in
 * physical memory; the page after the first one there is a decoy.  Also an
 * instruction at the very end of a page whose successor is absent: no byte
 * beyond the instruction may be read.
 */
#include "lib/rt.h"

enum { FIRST = 0x20000000, SECOND = FIRST + 0x1000 };

static u8 *first, *second;

/* Place @split bytes of @n in the first page; INT3 follows. */
static u64 put_code(const char *code, int n, int split)
{
	memcpy(first + 0x1000 - split, code, split);
	memcpy(second, code + split, n - split);
	second[n - split] = 0xcc;
	return SECOND - split;
}

static void syscall(const char *code, int n, int split)
{
	struct regs in, want;

	fill_regs(&in, (void *)put_code(code, n, split), USER_CS);
	expect_syscall(&want, &in, n);
	test_begin("SYSCALL of %u bytes, %u of them in the first page", n, split);
	run(&in);
	test_regs(&want);
	test_end();
}

static void sysret(const char *code, int n, int split)
{
	struct regs in, want;

	fill_regs32(&in, (void *)put_code(code, n, split), KERNEL_CS);
	in.rcx = SECOND + n - split;
	in.r11 = X86_IF;
	expect_sysret(&want, &in, n > 2);
	test_begin("SYSRET of %u bytes, %u of them in the first page", n, split);
	run(&in);
	test_regs(&want);
	test_end();
}

static void at_the_end(void)
{
	struct regs in, want;

	put_code("\x0f\x05", 2, 2);
	map_page(SECOND, 0, 0);
	fill_regs(&in, (void *)(SECOND - 2UL), USER_CS);
	expect_syscall(&want, &in, 2);
	test_begin("SYSCALL before an absent page");
	run(&in);
	test_regs(&want);
	test_end();

	put_code("\x48\x0f\x07", 3, 3);
	first[0] = 0xcc;
	fill_regs(&in, (void *)(SECOND - 3UL), KERNEL_CS);
	in.rcx = FIRST;
	in.r11 = X86_IF;
	expect_sysret(&want, &in, true);
	test_begin("SYSRET before an absent page");
	run(&in);
	test_regs(&want);
	test_end();
}

void guest_main(void)
{
	static const char chain[] =
		"\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x0f\x05";
	u8 *decoy;
	int i;

	first = alloc_page();
	decoy = alloc_page();
	second = alloc_page();
	memset(decoy, 0x0b, 0x1000);	/* 0f 0b is UD2 */
	map_page(FIRST, (u64)first, PTE_P | PTE_U);
	map_page(SECOND, (u64)second, PTE_P | PTE_U);

	syscall("\x0f\x05", 2, 1);
	syscall("\x66\x0f\x05", 3, 1);
	syscall("\x66\x0f\x05", 3, 2);
	for (i = 1; i < 15; i++)
		syscall(chain, 15, i);
	sysret("\x48\x0f\x07", 3, 1);
	sysret("\x48\x0f\x07", 3, 2);
	sysret("\x0f\x07", 2, 1);
	at_the_end();
}
