// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that itself clears EFER.SCE: SYSCALL and SYSRET are #UD until it
 * sets it again (Intel SDM vol. 2B and AMD APM vol. 3, both instructions; of
 * SYSRET at CPL 3 #UD has priority over #GP).  At all times RDMSR, KVM_GET_MSRS
 * and KVM_GET_SREGS show the value that the guest has written.
 */
#include "lib/rt.h"

extern const char call[], back[];

asm(".pushsection .text\n"
    "call: syscall\n"
    "	int3\n"
    "back: sysretq\n"
    ".popsection");

#define EFER	0xd00UL		/* NXE, LMA, LME */

static void visible(const char *when, u64 efer)
{
	static struct minivm_mark m;

	test_begin("what is seen of the MSRs %s", when);
	test_eq("RDMSR EFER", rdmsr(MSR_EFER), efer);
	mark(&m);
	test_eq("KVM_GET_SREGS efer", m.sregs_efer, efer);
	test_eq("KVM_GET_SREGS cs", m.sregs_cs, KERNEL_CS);
	test_eq("KVM_GET_MSRS EFER", m.msr_efer, efer);
	test_eq("KVM_GET_MSRS STAR", m.msr_star, 0x001b000800000000);
	test_eq("KVM_GET_MSRS LSTAR", m.msr_lstar, (u64)entry_lstar);
	test_eq("KVM_GET_MSRS SFMASK", m.msr_sfmask, X86_IF | X86_TF);
	test_eq("RDMSR STAR", rdmsr(MSR_STAR), 0x001b000800000000);
	test_eq("RDMSR LSTAR", rdmsr(MSR_LSTAR), (u64)entry_lstar);
	test_eq("RDMSR SFMASK", rdmsr(MSR_SFMASK), X86_IF | X86_TF);
	test_end();
}

static void works(void)
{
	struct regs in, want;

	fill_regs(&in, call, USER_CS);
	expect_syscall(&want, &in, 2);
	test_begin("SYSCALL works");
	run(&in);
	test_regs(&want);
	test_end();

	in = this_cpu()->out;
	in.rip = (u64)back;
	expect_sysret(&want, &in, true);
	test_begin("SYSRET works");
	run(&in);
	test_regs(&want);
	test_end();
}

static void fault(const char *name, const char *code, u64 cs)
{
	struct regs in, want;

	fill_regs(&in, code, cs);
	in.rcx = (u64)call + 2;
	want = in;
	want.vector = UD;
	want.rflags |= X86_RF;
	test_begin("%s at CPL %u is #UD", name, (u32)cs & 3);
	run(&in);
	test_regs(&want);
	if (code == back)
		test_end_sysret(&want);
	else
		test_end();
}

void guest_main(void)
{
	int i;

	set_star(KERNEL_CS, USER_CS32);
	wrmsr(MSR_SFMASK, X86_IF | X86_TF);
	for (i = 0; i < 3; i++) {
		visible("before calls", EFER | EFER_SCE);
		works();
		visible("after calls", EFER | EFER_SCE);
		wrmsr(MSR_EFER, EFER);
		visible("with SCE clear", EFER);
		fault("SYSCALL", call, USER_CS);
		fault("SYSCALL", call, KERNEL_CS);
		fault("SYSRET", back, KERNEL_CS);
		fault("SYSRET", back, USER_CS);
		visible("after #UDs", EFER);
		wrmsr(MSR_EFER, EFER | EFER_SCE);
	}
}
