// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel with page tables of its own, as with KPTI, and with PCIDs where the
 * CPU has them.  At the program's address the kernel's tables have another
 * page, not executable, with UD2: reading the program's code through the wrong
 * tables yields nonsense.
 */
#include "lib/rt.h"

enum { CODE = 0x20000000, ROUNDS = 50 };
#define NO_FLUSH	(1UL << 63)

extern const char leave[];

/* The way out of a KPTI kernel: R15 has the program's CR3. */
asm(".pushsection .text\n"
    "leave: mov %r15, %cr3\n"
    "	sysretq\n"
    ".popsection");

static bool have_pcid(void)
{
	u32 a = 1, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	return c >> 17 & 1;
}

static bool round_trip(u64 user_cr3, u64 kernel_cr3)
{
	struct percpu *pc = this_cpu();
	struct regs in, want;
	bool same;

	pc->user_cr3 = user_cr3;
	pc->kernel_cr3 = kernel_cr3;
	fill_regs(&in, (void *)CODE, USER_CS);
	in.rflags |= X86_IF;
	expect_syscall(&want, &in, 2);
	run(&in);
	same = test_regs(&want);
	same &= test_eq("CR3 at SYSCALL", pc->out.cr3, user_cr3 & ~NO_FLUSH);

	pc->user_cr3 = 0;
	in = pc->out;
	in.rip = (u64)leave;
	in.r15 = user_cr3;
	expect_sysret(&want, &in, true);
	run(&in);
	same &= test_regs(&want);
	same &= test_eq("CR3 after SYSRET", pc->out.cr3, user_cr3 & ~NO_FLUSH);
	pc->kernel_cr3 = 0;
	return same;
}

static void rounds(const char *name, u64 user_cr3, u64 kernel_cr3)
{
	int i;

	test_begin("%s", name);
	for (i = 0; i < ROUNDS; i++)
		if (!round_trip(user_cr3, kernel_cr3))
			break;
	test_end();
}

/* Two programs with different code at the same address. */
static void two_programs(u64 one, u64 two, u64 kernel_cr3)
{
	struct percpu *pc = this_cpu();
	struct regs in, want;
	int i;

	*pte_in(two, (void *)CODE) = (u64)alloc_page() | PTE_P | PTE_U;
	memcpy((void *)(*pte_in(two, (void *)CODE) & ~0xfffUL), "\x0f\x0b", 2);
	test_begin("SYSCALL and UD2 at one address in two address spaces");
	for (i = 0; i < ROUNDS; i++) {
		pc->user_cr3 = i & 1 ? two : one;
		pc->kernel_cr3 = kernel_cr3;
		fill_regs(&in, (void *)CODE, USER_CS);
		if (i & 1) {
			want = in;
			want.vector = UD;
			want.rflags |= X86_RF;
		} else {
			expect_syscall(&want, &in, 2);
		}
		run(&in);
		pc->user_cr3 = 0;
		if (!test_regs(&want))
			break;
	}
	pc->kernel_cr3 = 0;
	test_end();
}

void guest_main(void)
{
	u64 kernel = read_cr3(), user, other, code = (u64)alloc_page();
	u64 decoy = (u64)alloc_page();

	memcpy((void *)code, "\x0f\x05\xcc", 3);
	memcpy((void *)decoy, "\x0f\x0b", 2);
	map_page(CODE, code, PTE_P | PTE_U);
	user = copy_tables();
	other = copy_tables();
	map_page(CODE, decoy, PTE_P | PTE_U | PTE_NX);

	rounds("page tables of its own", user, kernel);
	two_programs(user, other, kernel);

	test_begin("PCID 1 for the program, no flushes");
	if (!have_pcid()) {
		test_skip("no PCID");
		return;
	}
	asm volatile("mov %%cr4, %%rax; bts $17, %%rax; mov %%rax, %%cr4"
		     : : : "rax");
	rounds("PCID 1 for the program", user | 1, kernel);
	rounds("PCID 1 for the program, no flushes", user | 1 | NO_FLUSH,
	       kernel | NO_FLUSH);
	two_programs(user | 1 | NO_FLUSH, other | 2 | NO_FLUSH,
		     kernel | NO_FLUSH);
}
