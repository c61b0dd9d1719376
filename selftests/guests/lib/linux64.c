// SPDX-License-Identifier: GPL-2.0
/* A system call of a 64-bit program, by SYSCALL, answered by SYSRET or IRET. */
#include "linux.h"

#ifdef __x86_64__
extern const char after_call[];

asm(".pushsection .text\n"
    ".globl user_code, sysret_code\n"
    "user_code: syscall\n"
    "after_call: int3\n"
    "sysret_code: sysretq\n"
    ".popsection");

/* Call @nr reaches the kernel, which returns 1 by IRET. */
void make_call(const char *what, u64 nr)
{
	struct regs in, want;

	fill_regs(&in, user_code, USER_CS);
	in.rax = nr;
	expect_syscall(&want, &in, 2);
	want.rip = (u64)entry_lstar;
	test_begin("%s", what);
	run(&in);
	test_regs(&want);
	in.rip = (u64)after_call;
	in.rax = 1;
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

void linux64_call(const struct call *c)
{
	struct regs in, want, user;

	fill_regs(&in, user_code, USER_CS);
	in.rsp = STACK + 0x800;
	in.rflags |= X86_IF;
	in.rax = c->nr;
	in.rdi = c->args[0];
	in.rsi = c->args[1];
	in.rdx = c->args[2];
	in.r10 = c->args[3];
	in.r8 = c->args[4];
	in.r9 = c->args[5];
	expect_syscall(&want, &in, 2);
	test_begin("call %lx arrives", c->nr);
	run(&in);
	test_regs(&want);
	test_end();
	if (c->how == NORETURN)
		return;

	if (c->out)
		put_string(OUT, c->out);
	user = in;
	user.rip = this_cpu()->out.rcx;
	in = this_cpu()->out;
	in.rip = (u64)sysret_code;
	in.rax = c->result;
	expect_sysret(&want, &in, true);
	if (c->how == BY_IRET) {
		want.rcx = user.rcx;
		want.r11 = user.r11;
		in = user;
		in.rax = c->result;
	}
	test_begin("call %lx returns", c->nr);
	run(&in);
	test_regs(&want);
	test_end();
}
#endif
