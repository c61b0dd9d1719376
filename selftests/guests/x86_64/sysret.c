// SPDX-License-Identifier: GPL-2.0
/*
 * SYSRET with REX.W, back to 64-bit mode: every register after it.
 *
 * Judged against Intel SDM vol. 2B, "SYSRET", Operation: RIP = RCX, RFLAGS =
 * (R11 & 3C7FD7h) | 2, CS = (STAR[63:48] + 16) | 3, SS = (STAR[63:48] + 8) | 3,
 * CPL = 3; AMD APM vol. 3 has the same, "RFLAGS.q = R11 // RF=0, VM=0".  On SS
 * AMD's texts differ: 21086 says that the RPL becomes 3, the APM's operation
 * does not OR 3.  So of a STAR without RPL only CS is judged on AMD.
 */
#include "lib/rt.h"

extern const char code[], target[];

asm(".pushsection .text\n"
    "code: sysretq\n"
    "	ud2\n"
    "target: int3\n"
    ".popsection");

static void prepare(struct regs *in, struct regs *want, u64 r11)
{
	fill_regs(in, code, KERNEL_CS);
	in->rcx = (u64)target;
	in->r11 = r11;
	expect_sysret(want, in, true);
}

static void flags(u64 r11)
{
	struct regs in, want, known;
	const struct regs *got = &this_cpu()->out;

	prepare(&in, &want, r11);
	test_begin("R11 %lx", r11);
	run(&in);
	test_regs(&want);
	known = want;
	known.rflags &= ~0x180000UL;
	known.rflags |= r11 & (X86_VM | X86_RF);
	test_end_known(REGS_EQ(&known, got),
		       "QEMU TCG loads VM and RF, not VIF and VIP, at SYSRET");
}

static void star(u16 selector)
{
	struct regs in, want;

	set_star(KERNEL_CS, selector);
	prepare(&in, &want, X86_IF);
	test_begin("STAR[63:48] %x", (u32)selector);
	run(&in);
	if (cpu_is_amd() && (selector & 3) != 3)
		this_cpu()->out.ss |= 3;
	test_regs(&want);
	test_end();
	set_star(KERNEL_CS, USER_CS32);
}

void guest_main(void)
{
	static const u64 r11[] = {
		0, X86_IF, X86_STATUS, X86_DF, X86_NT, X86_AC | X86_ID,
		X86_IOPL, X86_RF, 0x180000 /* VIF VIP */,
		0xffffffff00000000 | X86_IF, 0x8028 /* reserved */,
		~(X86_TF | X86_VM | X86_RF | 0x180000), X86_VM,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(r11); i++)
		flags(r11[i]);
	star(0x18);
	star(0x1b);
	star(0x60);
	star(0x63);
	star(0xffe3);
}
