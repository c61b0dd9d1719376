// SPDX-License-Identifier: GPL-2.0
/*
 * A program in ring 3 makes these system calls, by their numbers on x86-64
 * Linux, and a kernel in ring 0 answers as written here.  What vsysread must
 * print of them, without the prefix that names machine and vCPU, stands in
 * calls.expect, a line for each entry of calls[], in order.
 */
#include "lib/linux.h"

static const struct call calls[] = {
	{ 39, { 0 }, 4711 },
	{ 1, { 1, HELLO, 5 }, 5 },
	{ 257, { AT_FDCWD, FILE, O_CLOEXEC }, 3 },
	{ 0, { 3, OUT, 4096 }, 7, "debian\n" },
	{ 3, { 3 }, 0 },
	{ 257, { AT_FDCWD, ABSENT, 0 }, -2 },
	{ 0x1fff, { 1, 2, 3, 4, 5, 6 }, -38 },
	{ 257, { AT_FDCWD, SPLIT + 0x1000 - 5, 0 }, 4 },
	{ 257, { AT_FDCWD, GAP + 0x1000 - 8, 0 }, -14 },
	{ 257, { AT_FDCWD, GAP + 0x1000, 0 }, -14 },
	{ 257, { AT_FDCWD, 0, 0 }, -14 },
	{ 257, { AT_FDCWD, 0x8000000000000000, 0 }, -14 },
	{ 257, { AT_FDCWD, ENDLESS, 0 }, -36 },
	{ 257, { AT_FDCWD, EMPTY, 0 }, -2 },
	{ 257, { 3, STRANGE, 01101, 0644 }, 5 },
	{ 1, { 1, ENDLESS, 300 }, 300 },
	{ 0, { 3, GAP + 0x1000, 16 }, -14 },
	{ 59, { TRUE, ARGV, ENVP }, -2 },
	{ 20, { 1, IOV, 2 }, 5 },
	{ 257, { AT_FDCWD, DEVICE, 0 }, -14 },
	{ 257, { AT_FDCWD, 0xfffffffffffffff8, 0 }, -14 },
	{ 186, { 0 }, 4712, .how = BY_IRET },
	{ 39, { 0 }, 4711 },
	{ 231, { 0 }, .how = NORETURN },
};

extern const char user_code[], sysret_code[];

asm(".pushsection .text\n"
    "user_code: syscall\n"
    "	int3\n"
    "sysret_code: sysretq\n"
    ".popsection");

static void make(const struct call *c)
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
	test_begin("call %lu arrives", c->nr);
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
	test_begin("call %lu returns", c->nr);
	run(&in);
	test_regs(&want);
	test_end();
}

void guest_main(void)
{
	unsigned int i;

	linux_memory();
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		make(&calls[i]);
}
