// SPDX-License-Identifier: GPL-2.0
/* The negative control: its expectation is wrong, so it must not pass. */
#include "lib/rt.h"

extern const char code[];

asm(".pushsection .text\n"
    "code: syscall\n"
    ".popsection");

void guest_main(void)
{
	struct regs in, want;

	fill_regs(&in, code, USER_CS);
	expect_syscall(&want, &in, 2);
	want.rcx++;
	test_begin("RCX after SYSCALL is one too large");
	run(&in);
	test_regs(&want);
	test_end();
}
