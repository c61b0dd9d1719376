// SPDX-License-Identifier: GPL-2.0
/*
 * Calls leave no trace in the state that the guest can read: CPUID has SYSCALL (Intel
 * SDM vol. 2A and AMD APM vol. 3, CPUID leaf 80000001h, EDX bit 11), the MSRs
 * are as written, in the handler, too, and LSTAR may move at any time.
 */
#include "lib/rt.h"

extern const char code[], reading_entry[], other_entry[];

asm(".pushsection .text\n"
    "code: syscall\n"
    "	ud2\n"
    "reading_entry:\n"
    "	mov %rcx, %r12\n"
    "	mov $0xc0000080, %ecx\n"
    "	rdmsr\n"
    "	mov %eax, %r13d\n"
    "	mov $0x80000001, %eax\n"
    "	xor %ecx, %ecx\n"
    "	cpuid\n"
    "	mov %edx, %r14d\n"
    "	jmp entry_lstar\n"
    "other_entry:\n"
    "	movabs $0x0123456789abcdef, %r15\n"
    "	jmp entry_lstar\n"
    ".popsection");

static u32 cpuid_features(void)
{
	u32 a = 0x80000001, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
	return d;
}

void guest_main(void)
{
	const struct regs *out = &this_cpu()->out;
	u64 efer = rdmsr(MSR_EFER);
	u32 features = cpuid_features();
	struct regs in;
	int i;

	test_begin("CPUID has SYSCALL");
	test_eq("bit 11", features >> 11 & 1, 1);
	test_end();

	test_begin("EFER and CPUID read in the handler");
	wrmsr(MSR_LSTAR, (u64)reading_entry);
	for (i = 0; i < 100; i++) {
		fill_regs(&in, code, USER_CS);
		run(&in);
		test_eq("event", out->vector, EV_SYSCALL);
		test_eq("RCX", out->r12, (u64)code + 2);
		test_eq("EFER", out->r13, efer);
		test_eq("CPUID", out->r14, features);
	}
	test_end();

	test_begin("LSTAR and SFMASK change between calls");
	for (i = 0; i < 100; i++) {
		u64 target = (u64)(i & 1 ? other_entry : entry_lstar);
		u64 mask = i & 2 ? X86_AC : X86_IF;

		wrmsr(MSR_LSTAR, target);
		wrmsr(MSR_SFMASK, mask);
		fill_regs(&in, code, USER_CS);
		in.rflags |= X86_IF | X86_AC;
		run(&in);
		test_eq("event", out->vector, EV_SYSCALL);
		test_eq("R15", out->r15, i & 1 ? 0x0123456789abcdef : in.r15);
		test_eq("RFLAGS", out->rflags, in.rflags & ~mask);
		test_eq("LSTAR", rdmsr(MSR_LSTAR), target);
		test_eq("SFMASK", rdmsr(MSR_SFMASK), mask);
		test_eq("EFER", rdmsr(MSR_EFER), efer);
	}
	test_end();
}
