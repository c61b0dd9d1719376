// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL and SYSRET in legacy mode.
 *
 * AMD APM vol. 3, "SYSCALL" and "SYSRET", legacy mode: EIP from STAR[31:0], ECX
 * = next EIP, IF, VM and RF are cleared and no other flag; SFMASK is not looked
 * at.  SYSRET sets IF, and is #GP(0) at CPL 3.  Intel SDM vol. 2B: both are #UD
 * outside of 64-bit mode.
 */
#include "lib/rt.h"

extern const char call[], call_end[], back[];

asm(".pushsection .text\n"
    "call: .byte 0x0f, 0x05\n"
    "call_end: int3\n"
    "back: .byte 0x0f, 0x07\n"
    "	ud2\n"
    ".popsection");

static void star(u16 syscall_cs, u16 sysret_cs)
{
	wrmsr(MSR_STAR, (u32)entry_star | (u64)syscall_cs << 32 |
	      (u64)sysret_cs << 48);
}

static void enter(u64 cs, u64 rflags)
{
	u16 star_cs = rdmsr(MSR_STAR) >> 32;
	struct regs in, want;

	fill_regs(&in, call, cs);
	in.rflags |= rflags;
	want = in;
	want.vector = EV_STAR;
	want.rip = (u32)entry_star;
	want.rcx = (u32)call_end;
	want.rflags &= ~(X86_IF | X86_RF | X86_VM);
	want.cs = star_cs & 0xfffc;
	want.ss = (u16)(star_cs + 8);
	test_begin("SYSCALL, CS %x, RFLAGS %lx", (u32)cs, in.rflags);
	run(&in);
	test_regs(&want);
	test_end();
}

static void leave(u64 rflags)
{
	u16 star_cs = rdmsr(MSR_STAR) >> 48;
	struct regs in, want;

	fill_regs(&in, back, KERNEL_CS);
	in.rcx = (u32)call_end;
	in.rflags |= rflags;
	want = in;
	want.vector = BP;
	want.rip = (u32)call_end + 1;
	want.rflags = (want.rflags | X86_IF) & ~X86_RF;
	want.cs = star_cs | 3;
	want.ss = (u16)(star_cs + 8) | 3;
	test_begin("SYSRET, RFLAGS %lx", in.rflags);
	run(&in);
	test_regs(&want);
	test_end();
}

static void fault(const char *name, const char *code, u64 cs, u64 vector)
{
	struct regs in, want;

	fill_regs(&in, code, cs);
	in.rflags |= X86_IF;
	want = in;
	want.vector = vector;
	want.rflags |= X86_RF;
	test_begin("%s, CS %x", name, (u32)cs);
	run(&in);
	test_regs(&want);
	if (code == back)
		test_end_sysret(&want);
	else
		test_end();
}

/* With TF the trap comes at the target, as with SYSENTER. */
static void step(void)
{
	struct regs in;

	fill_regs(&in, call, USER_CS32);
	in.rflags |= X86_TF;
	in.rsp = test_stack();		/* SYSCALL leaves RSP to the handler */
	test_begin("SYSCALL with TF: trap at the handler");
	run(&in);
	test_eq("event", this_cpu()->out.vector, DB);
	test_eq("RIP", this_cpu()->out.rip, (u32)entry_star);
	test_eq("CS", this_cpu()->out.cs, KERNEL_CS);
	test_eq("RCX", this_cpu()->out.rcx, (u32)call_end);
	test_eq("TF", this_cpu()->out.rflags & X86_TF, X86_TF);
	test_end();
}

static void undefined(void)
{
	fault("SYSCALL is #UD", call, USER_CS32, UD);
	fault("SYSRET is #UD", back, USER_CS32, UD);
}

void guest_main(void)
{
	static const u64 rflags[] = {
		0, X86_IF, X86_DF, X86_AC | X86_ID, X86_NT | X86_IOPL,
		X86_STATUS, X86_RF,
		X86_STATUS | X86_IF | X86_DF | X86_IOPL | X86_NT | X86_AC |
		X86_ID | X86_RF,
	};
	unsigned int f;

	undefined();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	star(KERNEL_CS, USER_CS32);
	if (!cpu_is_amd()) {
		undefined();
		return;
	}
	wrmsr(MSR_SFMASK, X86_DF | X86_AC);
	for (f = 0; f < ARRAY_SIZE(rflags); f++) {
		enter(USER_CS32, rflags[f]);
		enter(KERNEL_CS, rflags[f]);
		leave(rflags[f]);
	}
	star(0x50, 0x60);
	enter(USER_CS32, X86_IF);
	leave(X86_IF);
	star(KERNEL_CS, USER_CS32);
	fault("SYSRET at CPL 3 is #GP(0)", back, USER_CS32, GP);
	step();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SCE);
	undefined();
}
