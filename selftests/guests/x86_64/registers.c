// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL in 64-bit mode: every register after it.
 *
 * Judged against Intel SDM vol. 2B and AMD APM vol. 3, "SYSCALL", Operation:
 * RCX = next RIP, R11 = RFLAGS (RF 0), RIP = LSTAR, RFLAGS &= ~SFMASK, CS and
 * SS from STAR[47:32] with fixed attributes and CPL 0, all else as it was.
 */
#include "lib/rt.h"

extern const char code[], privileged_entry[];

asm(".pushsection .text\n"
    "code: syscall\n"
    "	ud2\n"
    /* Only CPL 0 and 64-bit code can execute this. */
    "privileged_entry:\n"
    "	movabs $0x1122334455667788, %r15\n"
    "	mov %cr0, %r14\n"
    "	clts\n"
    "	jmp entry_lstar\n"
    ".popsection");

/*
 * QEMU 7.2 masks only the part of RFLAGS without the status flags and
 * DF, and so clears these whatever SFMASK says (helper_syscall).
 */
static bool tcg_loses_flags(const struct regs *want)
{
	struct regs known = *want, got = this_cpu()->out;

	known.rflags &= ~(X86_STATUS | X86_DF);
	return REGS_EQ(&known, &got);
}

static void flags(u64 rflags, u64 sfmask, u64 cs)
{
	struct regs in, want;

	fill_regs(&in, code, cs);
	in.rflags |= rflags;
	wrmsr(MSR_SFMASK, sfmask);
	expect_syscall(&want, &in, 2);
	test_begin("CPL %u, RFLAGS %lx, SFMASK %lx",
		   (u32)cs & 3, in.rflags, sfmask);
	run(&in);
	test_regs(&want);
	test_end_known(tcg_loses_flags(&want),
		       "QEMU TCG clears status flags and DF at SYSCALL");
}

static void star(u16 cs)
{
	struct regs in, want;

	fill_regs(&in, code, USER_CS);
	set_star(cs, USER_CS32);
	expect_syscall(&want, &in, 2);
	test_begin("STAR[47:32] %x, descriptors are not looked at", (u32)cs);
	run(&in);
	test_regs(&want);
	test_end();
	set_star(KERNEL_CS, USER_CS32);
}

static void privileged(void)
{
	struct regs in, want;
	u64 cr0;

	fill_regs(&in, code, USER_CS);
	wrmsr(MSR_LSTAR, (u64)privileged_entry);
	asm("mov %%cr0, %0" : "=r" (cr0));
	expect_syscall(&want, &in, 2);
	want.rip = (u64)entry_lstar;
	want.r15 = 0x1122334455667788;
	want.r14 = cr0;
	test_begin("the handler runs 64-bit code at CPL 0");
	run(&in);
	test_regs(&want);
	test_end();
	wrmsr(MSR_LSTAR, (u64)entry_lstar);
}

void guest_main(void)
{
	static const u64 masks[] = {
		0, X86_IF, X86_TF | X86_IF | X86_DF | X86_NT | X86_AC,
		0x257fd5,	/* Linux's value on x86-64 */
		X86_RF, 0xffffffff,
	};
	static const u64 rflags[] = {
		0, X86_IF, X86_DF, X86_AC | X86_ID, X86_NT | X86_IOPL,
		X86_STATUS, X86_RF,
		X86_STATUS | X86_IF | X86_DF | X86_IOPL | X86_NT | X86_AC |
		X86_ID | X86_RF,
	};
	unsigned int m, f;

	for (m = 0; m < ARRAY_SIZE(masks); m++)
		for (f = 0; f < ARRAY_SIZE(rflags); f++)
			flags(rflags[f], masks[m], USER_CS);
	flags(X86_IF | X86_RF, X86_IF, KERNEL_CS);
	flags(X86_AC | X86_NT, 0, KERNEL_CS);
	wrmsr(MSR_SFMASK, 0);
	star(KERNEL_CS);
	star(0x50);
	star(0xfff0);
	privileged();
}
