// SPDX-License-Identifier: GPL-2.0
/*
 * A program in ring 3 makes these system calls, by their numbers on x86-64
 * Linux, and a kernel in ring 0 answers as written here.  What vsysread must
 * print of them, without the prefix that names machine and vCPU, stands in
 * calls.expect, a line for each entry of calls[], in order.
 */
#include "lib/rt.h"

#define AT_FDCWD	((u64)-100)
#define O_CLOEXEC	02000000
#define NORETURN	0x7fff		/* as a result: the call does not return */
#define BY_IRET		0x7ffe		/* it returns, but not by SYSRET */

/* Fixed user addresses, so that the lines with pointers are known. */
enum {
	SPLIT = 0x10000000,	/* two pages, physically apart */
	GAP = 0x10010000,	/* one page, the next is absent */
	ENDLESS = 0x10020000,	/* two pages of 'a', the next is absent */
	OUT = 0x10030000,	/* for what read() returns */
	DATA = 0x10040000,	/* strings and vectors */
	STACK = 0x10050000,
};

struct call {
	u64 nr, args[6];
	long result;
	const char *out;	/* stored at OUT before the call returns */
};

#define FILE	DATA		/* "/etc/hostname" */
#define HELLO	(DATA + 0x20)
#define ABSENT	(DATA + 0x40)	/* "/nonexistent" */
#define EMPTY	(DATA + 0x60)
#define STRANGE	(DATA + 0x80)	/* bytes that need escapes */
#define TRUE	(DATA + 0xa0)	/* "/bin/true" */
#define NAME	(DATA + 0xb0)	/* "true" */
#define OPTION	(DATA + 0xb8)	/* "-x" */
#define ARGV	(DATA + 0xc0)
#define ENVP	(DATA + 0xe0)
#define IOV	(DATA + 0x100)

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
	{ 186, { 0 }, BY_IRET },
	{ 39, { 0 }, 4711 },
	{ 231, { 0 }, NORETURN },
};

extern const char user_code[], sysret_code[];

asm(".pushsection .text\n"
    "user_code: syscall\n"
    "	int3\n"
    "sysret_code: sysretq\n"
    ".popsection");

static void put_string(u64 at, const char *s)
{
	do
		*(char *)at++ = *s;
	while (*s++);
}

static void map(u64 virt)
{
	map_page(virt, (u64)alloc_page(), PTE_P | PTE_W | PTE_U);
}

static void prepare_memory(void)
{
	map(SPLIT);
	alloc_page();		/* so that the next is not adjacent */
	map(SPLIT + 0x1000);
	map(GAP);
	map(ENDLESS);
	map(ENDLESS + 0x1000);
	map(OUT);
	map(DATA);
	map(STACK);
	put_string(SPLIT + 0x1000 - 5, "/proc/self/maps");
	memcpy((void *)(GAP + 0x1000 - 8UL), "/tmp/gap", 8);
	memset((void *)(u64)ENDLESS, 'a', 0x2000);
	put_string(FILE, "/etc/hostname");
	put_string(HELLO, "hello, world");
	put_string(ABSENT, "/nonexistent");
	put_string(STRANGE, "a\"b\\c\n\t\x01" "7\xff");
	put_string(TRUE, "/bin/true");
	put_string(NAME, "true");
	put_string(OPTION, "-x");
	((u64 *)ARGV)[0] = NAME;
	((u64 *)ARGV)[1] = OPTION;
	((u64 *)IOV)[0] = HELLO;
	((u64 *)IOV)[1] = 2;
	((u64 *)IOV)[2] = HELLO + 7;
	((u64 *)IOV)[3] = 3;
}

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
	if (c->result == NORETURN)
		return;

	if (c->out)
		put_string(OUT, c->out);
	user = in;
	user.rip = this_cpu()->out.rcx;
	in = this_cpu()->out;
	in.rip = (u64)sysret_code;
	in.rax = c->result;
	expect_sysret(&want, &in, true);
	if (c->result == BY_IRET) {
		want.rcx = user.rcx;
		want.r11 = user.r11;
		want.rax = user.rax;
		in = user;
	}
	test_begin("call %lu returns", c->nr);
	run(&in);
	test_regs(&want);
	test_end();
}

void guest_main(void)
{
	unsigned int i;

	prepare_memory();
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		make(&calls[i]);
}
