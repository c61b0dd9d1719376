// SPDX-License-Identifier: GPL-2.0
/*
 * Real #UDs reach the guest, also where SYSCALL has just been at the same
 * address and under the same CR3.
 *
 * Judged against Intel SDM vol. 3A, 6.15 "Interrupt 6", and AMD APM vol. 2,
 * 8.2.7: a fault, RIP is that of the instruction, no error code, RF is set in
 * the pushed flags (SDM vol. 3B, 17.3.1.1; APM vol. 2, 3.1.6).
 */
#include "lib/rt.h"

enum { CODE = 0x20000000 };

static void fault(const char *name, const char *code, int n, u64 cs)
{
	struct regs in, want;

	memcpy((void *)CODE, code, n);
	fill_regs(&in, (void *)CODE, cs);
	in.rflags |= X86_IF | X86_CF;
	want = in;
	want.vector = UD;
	want.rflags |= X86_RF;
	test_begin("%s at CPL %u", name, (u32)cs & 3);
	run(&in);
	test_regs(&want);
	test_end();
}

static void syscall(const char *name)
{
	struct regs in, want;

	memcpy((void *)CODE, "\x0f\x05", 2);
	fill_regs(&in, (void *)CODE, USER_CS);
	expect_syscall(&want, &in, 2);
	test_begin("%s", name);
	run(&in);
	test_regs(&want);
	test_end();
}

static void sysret(void)
{
	struct regs in, want;

	memcpy((void *)CODE, "\x48\x0f\x07\xcc", 4);
	fill_regs(&in, (void *)CODE, KERNEL_CS);
	in.rcx = CODE + 3;
	in.r11 = X86_IF;
	expect_sysret(&want, &in, true);
	test_begin("SYSRET in its place");
	run(&in);
	test_regs(&want);
	test_end();
}

/* The other page comes through a new PTE instead of new bytes. */
static void remap(u64 page, u64 other)
{
	memcpy((void *)other, "\x0f\x0b", 2);
	syscall("SYSCALL on the first page");
	map_page(CODE, other, PTE_P | PTE_W | PTE_U);
	fault("UD2 on the second page", "\x0f\x0b", 2, USER_CS);
	map_page(CODE, page, PTE_P | PTE_W | PTE_U);
	syscall("SYSCALL on the first page again");
}

void guest_main(void)
{
	u64 page = (u64)alloc_page(), other = (u64)alloc_page();
	int i;

	map_page(CODE, page, PTE_P | PTE_W | PTE_U);
	for (i = 0; i < 3; i++) {
		fault("UD2", "\x0f\x0b", 2, USER_CS);
		syscall("SYSCALL in its place");
		fault("UD1", "\x0f\xb9\xc0", 3, USER_CS);
		fault("UD2", "\x0f\x0b", 2, KERNEL_CS);
		sysret();
		fault("UD0", "\x0f\xff\xc0", 3, KERNEL_CS);
	}
	fault("0f 04", "\x0f\x04", 2, USER_CS);
	fault("06", "\x06\x0f\x05", 3, USER_CS);
	fault("0f 0a 0f 05", "\x0f\x0a\x0f\x05", 4, KERNEL_CS);
	remap(page, other);
}
