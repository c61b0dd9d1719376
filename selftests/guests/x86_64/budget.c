// SPDX-License-Identifier: GPL-2.0
/*
 * Calls whose arguments lead to as much memory as possible.  Without --arg,
 * budget.expect has their records; with it, that many rounds of each are timed, in ticks
 * of the TSC, which are instructions under some emulators.
 */
#include "lib/linux.h"

enum {
	ELEMENTS = 700,
	VECTOR = 0x10100000,	/* of ELEMENTS pointers or iovecs */
	PAGES = 0x10204000,	/* ELEMENTS pages, all the same one */
	LONG_TEXT = 0x10800000,	/* two pages of 'a' */
};

extern const char budget_loop[], budget_return[];

asm(".pushsection .text\n"
    "budget_loop:\n"
    "1:	mov %r13, %rax\n"
    "	syscall\n"
    "	dec %rbx\n"
    "	jnz 1b\n"
    "	int3\n"
    "budget_return:\n"
    "	mov $-14, %rax\n"
    "	sysretq\n"
    ".popsection");

static void prepare(void)
{
	u64 page = (u64)alloc_page();
	int i;

	linux_memory();
	for (i = 0; i < 4; i++)
		map_user(VECTOR + i * 0x1000);
	for (i = 0; i < ELEMENTS; i++)
		map_page(PAGES + i * 0x1000, page, PTE_P | PTE_W | PTE_U);
	for (i = 0; i < 2; i++) {
		map_user(LONG_TEXT + i * 0x1000);
		memset((void *)(LONG_TEXT + i * 0x1000UL), 'a', 0x1000);
	}
}

/* Each in a page of its own, @size bytes apart; with @len iovecs. */
static void put_vector(u64 step, u64 len)
{
	u64 *to = (u64 *)VECTOR;
	int i;

	for (i = 0; i < ELEMENTS; i++) {
		*to++ = PAGES + i * step + (len ? 0 : 0x800);
		if (len)
			*to++ = len;
	}
	*to++ = 0;
}

static void put_message(u64 count)
{
	((u64 *)DATA)[0x80] = 0;
	((u64 *)DATA)[0x82] = VECTOR;
	((u64 *)DATA)[0x83] = count;
}

#define MESSAGE	(DATA + 0x400)

static void time_call(const char *name, u64 nr, u64 a, u64 b, u64 c)
{
	struct regs in;
	u64 start;

	fill_regs(&in, budget_loop, USER_CS);
	in.r13 = nr;
	in.rdi = a;
	in.rsi = b;
	in.rdx = c;
	in.r10 = LONG_TEXT + 3;
	in.r8 = LONG_TEXT + 5;
	in.rbx = 2;
	run(&in);
	in.rbx = vm_arg;
	start = rdtsc();
	run(&in);
	print("%s %lu\n", name, (rdtsc() - start) / vm_arg);
	test_begin("%s", name);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

static void time_calls(void)
{
	wrmsr(MSR_LSTAR, (u64)budget_return);
	time_call("write", 1, 1, LONG_TEXT + 0x800, 4096);
	time_call("openat", 257, AT_FDCWD, LONG_TEXT + 1, 0);
	time_call("mount", 165, LONG_TEXT + 1, LONG_TEXT + 2, LONG_TEXT + 4);
	put_vector(0x1000, 0);
	time_call("execve_pages", 59, TRUE, VECTOR, VECTOR);
	put_vector(0, 0);
	time_call("execve_one_page", 59, TRUE, VECTOR, VECTOR);
	put_vector(0x1000, 1);
	time_call("writev_6", 20, -1, VECTOR, 6);
	time_call("writev_60", 20, -1, VECTOR, 60);
	time_call("writev", 20, -1, VECTOR, ELEMENTS);
	put_message(ELEMENTS);
	time_call("sendmsg", 46, -1, MESSAGE, 0);
	put_vector(0x1000, 0x1000);
	time_call("writev_long", 20, -1, VECTOR, ELEMENTS);
}

static void make_calls(void)
{
	static const struct call execve = { 59, { TRUE, VECTOR, ENVP }, -2 };
	/* Of 512 elements 511 are of the first vector. */
	static const struct call both = {
		59, { TRUE, VECTOR, VECTOR + (ELEMENTS - 3) * 8 }, -2,
	};
	static const struct call writev = { 20, { 1, VECTOR, ELEMENTS }, -14 };
	static const struct call sendmsg = { 46, { 3, MESSAGE, 0 }, -14 };

	put_vector(0x1000, 0);
	linux64_call(&execve);
	((u64 *)VECTOR)[511] = 0;
	linux64_call(&both);
	put_vector(0x1000, 1);
	memset((void *)PAGES, 'x', 0x1000);
	linux64_call(&writev);
	put_message(ELEMENTS);
	linux64_call(&sendmsg);
}

void guest_main(void)
{
	prepare();
	if (vm_arg)
		time_calls();
	else
		make_calls();
}
