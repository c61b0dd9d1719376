// SPDX-License-Identifier: GPL-2.0
/*
 * RF is 0 after SYSCALL and SYSRET, whatever its value before, in R11, or in the flags
 * that a VM exit saved: an instruction breakpoint on the target must hit, which it
 * does not while RF is 1.
 *
 * Judged against Intel SDM vol. 3B, 17.3.1.1, and vol. 2B, SYSRET (R11 &
 * 3C7FD7h has no RF); AMD APM vol. 3, SYSCALL and SYSRET (RF=0).
 */
#include "lib/rt.h"

extern const char call[], back[], ud2[], lock_syscall[];

asm(".pushsection .text\n"
    "call: syscall\n"
    "	int3\n"
    "back: sysretq\n"
    "ud2: ud2\n"
    "lock_syscall: lock\n"
    "	.byte 0x0f, 0x05\n"
    ".popsection");

enum { DR7_OFF = 0x400, DR7_G0_EXEC = 0x402 };
#define DR6_B0	0xffff0ff1

static void set_dr(const void *address, u64 dr7)
{
	asm volatile("mov %0, %%dr0; mov %1, %%dr7" : : "r" (address), "r" (dr7));
}

static void hit(const char *name, const struct regs *in, struct regs *want,
		const void *target, const char *known)
{
	struct regs *out = &this_cpu()->out;
	u64 event;

	want->vector = DB;
	want->dr6 = DR6_B0;
	want->rip = (u64)target;
	test_begin("%s", name);
	set_dr(target, DR7_G0_EXEC);
	run(in);
	set_dr(0, DR7_OFF);
	event = out->vector;
	/* This test does not judge whether the #DB pushes RF. */
	if (event == DB)
		out->rflags &= ~X86_RF;
	test_regs(want);
	test_end_known(known && event == BP, known);
}

/* A #DB before it, and with RF none: its own #UD (SDM vol. 3B, 17.3.1.1). */
static void undefined(const char *name, const char *code)
{
	struct regs in, want;

	fill_regs(&in, code, USER_CS);
	want = in;
	hit(name, &in, &want, code, NULL);
	in.rflags |= X86_RF;
	want = in;
	want.vector = UD;
	test_begin("%s, RF: one #UD", name);
	set_dr(code, DR7_G0_EXEC);
	run(&in);
	set_dr(0, DR7_OFF);
	test_regs(&want);
	test_end_cpu(this_cpu()->out.vector == EV_SYSCALL,
		     "QEMU TCG does not look at LOCK before SYSCALL");
}

void guest_main(void)
{
	struct regs in, want;

	undefined("breakpoint on UD2", ud2);
	undefined("breakpoint on LOCK SYSCALL", lock_syscall);

	wrmsr(MSR_SFMASK, 0);
	fill_regs(&in, call, USER_CS);
	expect_syscall(&want, &in, 2);
	hit("breakpoint on the handler", &in, &want, entry_lstar, NULL);

	in.rflags |= X86_RF;
	expect_syscall(&want, &in, 2);
	hit("breakpoint on the handler, RF at SYSCALL", &in, &want, entry_lstar,
	    NULL);

	fill_regs(&in, back, KERNEL_CS);
	in.rcx = (u64)call + 2;
	in.r11 = X86_IF;
	expect_sysret(&want, &in, true);
	hit("breakpoint on SYSRET's target", &in, &want, call + 2, NULL);

	in.rflags |= X86_RF;
	expect_sysret(&want, &in, true);
	hit("breakpoint on SYSRET's target, RF at SYSRET", &in, &want, call + 2,
	    NULL);

	in.r11 = X86_IF | X86_RF;
	expect_sysret(&want, &in, true);
	hit("breakpoint on SYSRET's target, RF in R11", &in, &want, call + 2,
	    "Bochs loads RF at SYSRET");
}
