// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL and SYSRET executed by 32-bit code in compatibility mode.
 *
 * AMD APM vol. 3, SYSCALL: enters 64-bit mode at CSTAR, RCX = next EIP.
 * Intel SDM vol. 2B, SYSCALL and SYSRET: #UD when CS.L is not 1.
 * SYSRET at CPL 3 on AMD is #GP(0).  Upper halves of registers are undefined.
 *
 * With an AMD CPUID on an Intel host, KVM emulates the guest's SYSCALL and
 * intercepts #UD for it: this must still work.
 */
#include "lib/rt.h"

extern const char call[], call_end[], bad_sysret[], back[];

asm(".pushsection .text\n"
    ".code32\n"
    "call: .byte 0x0f, 0x05\n"
    "call_end: int3\n"
    "bad_sysret: .byte 0x0f, 0x07\n"
    "	int3\n"
    ".code64\n"
    "back: .byte 0x0f, 0x07\n"
    ".popsection");

static bool told_amd(void)
{
	u32 a = 0, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	return b == 0x68747541;
}

static void fault(const char *name, const char *code, u64 vector)
{
	struct regs in, want;

	fill_regs32(&in, code, USER_CS32);
	in.rflags |= X86_IF;
	want = in;
	want.vector = vector;
	want.rflags |= X86_RF;
	test_begin("%s", name);
	run(&in);
	test_regs(&want);
	if (code == bad_sysret)
		test_end_sysret(&want);
	else
		test_end();
}

static void call_and_return(u64 rflags, u64 sfmask)
{
	struct regs in, want;

	wrmsr(MSR_SFMASK, sfmask);
	fill_regs32(&in, call, USER_CS32);
	in.rflags |= rflags;
	expect_syscall(&want, &in, 2);
	want.vector = EV_CSTAR;
	want.rip = (u64)entry_cstar;
	test_begin("SYSCALL, RFLAGS %lx, SFMASK %lx", in.rflags, sfmask);
	run(&in);
	test_regs(&want);
	test_end();

	in = this_cpu()->out;
	in.rip = (u64)back;
	expect_sysret(&want, &in, false);
	test_begin("and SYSRET");
	run(&in);
	test_regs(&want);
	test_eq("back after SYSCALL", want.rip, (u64)call_end + 1);
	test_end();
}

void guest_main(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (cpu_is_amd() || told_amd()) {
			call_and_return(0, 0);
			call_and_return(X86_IF | X86_AC | X86_RF, X86_IF);
			call_and_return(X86_NT | X86_ID, X86_NT | X86_TF);
		} else {
			fault("SYSCALL is #UD", call, UD);
		}
		if (cpu_is_amd())
			fault("SYSRET at CPL 3 is #GP(0)", bad_sysret, GP);
		else
			fault("SYSRET is #UD", bad_sysret, UD);
	}
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SCE);
	fault("SYSCALL with SCE clear is #UD", call, UD);
	fault("SYSRET with SCE clear is #UD", bad_sysret, UD);
}
