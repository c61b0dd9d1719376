// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL at CPL 0 is a SYSCALL like any other, and its SYSRET ends at CPL 3
 * (Intel SDM vol. 2B and AMD APM vol. 3: neither checks the caller's CPL).
 */
#include "lib/rt.h"

extern const char code[], handler[];

asm(".pushsection .text\n"
    "code: syscall\n"
    "	int3\n"
    "handler: sysretq\n"
    ".popsection");

void guest_main(void)
{
	struct regs in, want;

	fill_regs(&in, code, KERNEL_CS);
	in.rflags |= X86_IF | X86_AC;
	expect_syscall(&want, &in, 2);
	test_begin("SYSCALL at CPL 0");
	run(&in);
	test_regs(&want);
	test_end();

	wrmsr(MSR_LSTAR, (u64)handler);
	in.rcx = (u64)code + 2;
	in.r11 = in.rflags;
	expect_sysret(&want, &in, true);
	test_begin("SYSCALL at CPL 0 and SYSRET");
	run(&in);
	test_regs(&want);
	test_end();
}
