// SPDX-License-Identifier: GPL-2.0
/*
 * SYSRET without REX.W, to compatibility mode.
 *
 * Judged against Intel SDM vol. 2B and AMD APM vol. 3, "SYSRET", Operation:
 * RIP = ECX, CS = STAR[63:48] | 3 with the attributes of 32-bit code, SS =
 * (STAR[63:48] + 8) | 3.  Intel gives SS the attributes of a flat stack; AMD
 * leaves base, limit and attributes as they were, so that a null SS stays
 * unusable.  The upper halves of registers are undefined after compatibility
 * mode, so all values fit in 32 bits.
 */
#include "lib/rt.h"

extern const char code[], target[], target_end[];
static u32 stack[16];

asm(".pushsection .text\n"
    "code: .byte 0x0f, 0x07\n"
    "	ud2\n"
    ".code32\n"
    "target:\n"
    "	inc %eax\n"		/* 40h, a REX prefix to 64-bit code */
    "	push %ebx\n"
    "	pop %edx\n"
    "	int3\n"
    "target_end:\n"
    ".code64\n"
    ".popsection");

static void prepare(struct regs *in, struct regs *want, u64 r11)
{
	fill_regs32(in, code, KERNEL_CS);
	in->rsp = (u64)&stack[16];
	in->rcx = (u64)target;
	in->r11 = r11;
	expect_sysret(want, in, false);
	want->rax++;
	want->rdx = in->rbx;
	want->rip = (u64)target_end;
	/* INC changes all but CF; EAX is positive or negative without carries. */
	want->rflags &= ~X86_STATUS;
	want->rflags |= r11 & X86_CF;
	want->rflags |= (u32)want->rax >> 31 ? X86_SF : 0;
	want->rflags |= __builtin_popcount(want->rax & 0xff) & 1 ? 0 : X86_PF;
}

static void compat(const char *name, u64 r11, u64 upper)
{
	struct regs in, want;

	prepare(&in, &want, r11);
	in.rcx |= upper;
	test_begin("%s", name);
	run(&in);
	this_cpu()->out.rcx &= 0xffffffff;
	test_regs(&want);
	test_end();
}

static void star(u16 selector)
{
	struct regs in, want;

	set_star(KERNEL_CS, selector);
	prepare(&in, &want, X86_IF);
	test_begin("STAR[63:48] %x", (u32)selector);
	run(&in);
	if (cpu_is_amd() && (selector & 3) != 3)
		this_cpu()->out.ss |= 3;	/* see sysret.c */
	test_regs(&want);
	test_end();
	set_star(KERNEL_CS, USER_CS32);
}

/* Intel: SS is loaded whole.  AMD: the attributes stay, PUSH raises #SS(0). */
/* (Linux calls the latter X86_BUG_SYSRET_SS_ATTRS.) */
static void null_ss(void)
{
	struct regs in, want, known;

	prepare(&in, &want, X86_IF);
	in.ss = 0;
	known = want;
	known.vector = SS;
	known.rip = (u64)target + 1;
	known.rdx = in.rdx;
	known.rflags |= X86_RF;
	if (cpu_is_amd()) {
		struct regs intel = want;

		want = known;
		known = intel;
	}
	test_begin("SYSRET with a null SS");
	run(&in);
	test_regs(&want);
	/* On AMD the CPU, not SYSRET, must fault on such a stack. */
	if (cpu_is_amd())
		test_end_cpu(REGS_EQ(&known, &this_cpu()->out),
			     "QEMU TCG uses a stack segment that is unusable");
	else
		test_end_known(REGS_EQ(&known, &this_cpu()->out),
			       "Bochs leaves the attributes of SS, as AMD does");
}

void guest_main(void)
{
	compat("ECX, flags and stack", X86_IF, 0);
	compat("carry, DF, AC, ID, IOPL, NT",
	       X86_CF | X86_DF | X86_AC | X86_ID | X86_IOPL | X86_NT, 0);
	compat("upper half of R11", 0xffffffff00000000, 0);
	compat("upper half of RCX", 0, 0x0000123400000000);
	compat("non-canonical RCX", 0, 0x8000000000000000);
	star(0x18);
	star(0x1b);
	star(0x60);
	null_ss();
}
