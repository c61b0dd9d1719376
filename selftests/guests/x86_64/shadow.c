// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL and SYSRET in the shadow of STI or MOV SS.  The shadow is one
 * instruction long: it ends with the call, and a pending event is taken there
 * if RFLAGS then lets it (Intel SDM vol. 2B "STI", vol. 3A 6.8.3; AMD APM vol.
 * 3 "STI", vol. 2, 15.21.5).
 */
#include "lib/rt.h"

extern const char sti_call[], sti_back[], mov_ss_call[];

asm(".pushsection .text\n"
    "sti_call: sti\n"
    "	syscall\n"
    "	int3\n"
    "sti_back: sti\n"
    "	sysretq\n"
    "mov_ss_call: mov %eax, %ss\n"
    "	syscall\n"
    "	int3\n"
    ".popsection");

static void call(u64 sfmask)
{
	struct regs in, want;

	wrmsr(MSR_SFMASK, sfmask);
	fill_regs(&in, sti_call, USER_CS);
	in.rflags |= X86_IOPL;		/* lets ring 3 use STI */
	want = in;
	want.rip++;
	want.rflags |= X86_IF;
	expect_syscall(&want, &want, 2);
	if (!(sfmask & X86_IF))
		want.vector = IRQ_VECTOR;
	test_begin("STI; SYSCALL with SFMASK %lx", sfmask);
	run_shadowed(&in, in.rip + 1, IRQ_VECTOR);
	test_regs(&want);
	if (sfmask & X86_IF)
		test_eq("still pending", apic_irq_taken(), true);
	else
		apic_eoi();
	test_end_rf(&want);
}

static void back(u64 r11)
{
	struct regs in, want;

	fill_regs(&in, sti_back, KERNEL_CS);
	in.rcx = (u64)sti_call + 3;
	in.r11 = r11;
	expect_sysret(&want, &in, true);
	if (r11 & X86_IF) {
		want.vector = IRQ_VECTOR;
		want.rip = in.rcx;
	}
	test_begin("STI; SYSRET with R11 %lx", r11);
	run_shadowed(&in, in.rip + 1, IRQ_VECTOR);
	test_regs(&want);
	if (r11 & X86_IF)
		apic_eoi();
	else
		test_eq("still pending", apic_irq_taken(), true);
	test_end_rf(&want);
}

/* MOV SS holds back the single-step trap as well. */
static void mov_ss(u64 sfmask)
{
	struct regs in, want;

	wrmsr(MSR_SFMASK, sfmask);
	fill_regs(&in, mov_ss_call, USER_CS);
	in.rax = USER_SS;
	in.rflags |= X86_TF;
	want = in;
	want.rip += 2;
	expect_syscall(&want, &want, 2);
	if (!(sfmask & X86_TF)) {
		want.vector = DB;
		want.dr6 = 0xffff4ff0;
	}
	test_begin("MOV SS; SYSCALL with TF and SFMASK %lx", sfmask);
	run_shadowed(&in, in.rip + 2, 0);
	test_regs(&want);
	test_end_known(this_cpu()->out.vector == DB &&
		       this_cpu()->out.rip == (u64)entry_lstar,
		       "Bochs judges the trap by TF before the instruction");
}

void guest_main(void)
{
	apic_init();
	this_cpu()->irq_stop = 1;
	call(X86_IF);
	call(0);
	back(X86_IF);
	back(0);
	mov_ss(X86_TF);
	mov_ss(0);
	test_begin("nothing pending is left");
	test_eq("interrupt", apic_irq_taken(), false);
	test_end();
}
