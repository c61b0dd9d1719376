// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that call execve with strings that their page tables do not have yet: the kernel
 * maps them, and then leaves the address space.  At the same addresses the other space has
 * other strings.  leave.expect has the output of vsysread.
 */
#include "lib/linux.h"

enum { EXECVE = 59, GETPID = 39, EXECVEAT = 322 };
enum { LATE = 0x10070000, LATER = 0x10071000, HERE = 0x400, THERE = 0x600, BACK = 0x800 };
enum { HLT = 0xf4, INT3 = 0xcc };

static u64 here, there;
static u64 path, names;		/* pages */

/* A program calls; its kernel is reached. */
static void arrive(const char *what, u64 nr, u64 sp, u64 a, u64 b, u64 c)
{
	struct regs in, want;

	fill_regs(&in, user_code, USER_CS);
	in.rsp = STACK + sp;
	in.rax = nr;
	in.rdi = a;
	in.rsi = b;
	in.rdx = c;
	in.r10 = ENVP;
	in.r8 = 0;
	expect_syscall(&want, &in, 2);
	want.rip = (u64)entry_lstar;
	test_begin("%s arrives", what);
	run(&in);
	test_regs(&want);
	test_end();
}

/* Return by SYSRET, with this result. */
static void answer(u64 sp, long result)
{
	struct regs in;

	fill_regs(&in, sysret_code, KERNEL_CS);
	in.rcx = (u64)user_code + 2;
	in.r11 = X86_FIXED;
	in.rsp = STACK + sp;
	in.rax = result;
	run(&in);
}

/* A new program begins. */
static void begin(u64 sp)
{
	struct regs in;

	fill_regs(&in, user_code + 2, USER_CS);
	in.rsp = STACK + sp;
	in.rax = 0;
	test_begin("the new program begins");
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

static void set(u64 cr3, u64 virt, u64 phys)
{
	*pte_in(cr3, (void *)virt) = phys ? phys | PTE_P | PTE_U : 0;
	invlpg((void *)virt);
}

static void go(u64 cr3)
{
	test_begin("CR3 is as written");
	write_cr3(cr3);
	test_eq("CR3", read_cr3(), cr3);
	test_end();
}

static void forget(void)
{
	go(here);
	set(here, LATE, 0);
	set(here, LATER, 0);
}

static void spaces(void)
{
	u64 wrong = (u64)alloc_page();

	path = (u64)alloc_page();
	names = (u64)alloc_page();
	memcpy((void *)path, "/bin/late", 10);
	memcpy((void *)wrong, "/bin/wrong", 11);
	((u64 *)names)[0] = LATE;
	((u64 *)names)[1] = OPTION;
	map_page(LATE, wrong, PTE_P | PTE_U);
	map_page(LATER, wrong, PTE_P | PTE_U);
	here = read_cr3();
	there = copy_tables();
}

void guest_main(void)
{
	u8 *after = (u8 *)user_code + 2;

	linux_memory();
	spaces();

	/* Another program runs while it waits; then it fails. */
	forget();
	arrive("execve", EXECVE, HERE, LATE, ARGV, ENVP);
	go(there);
	arrive("getpid", GETPID, THERE, 0, 0, 0);
	answer(THERE, 1);
	go(here);
	set(here, LATE, path);
	go(there);
	go(here);
	answer(HERE, -2);

	/* It fails at once: its return has the string. */
	forget();
	arrive("execve", EXECVE, HERE, LATE, ARGV, ENVP);
	set(here, LATE, path);
	answer(HERE, -13);

	/* A string that never comes. */
	forget();
	arrive("execve", EXECVE, HERE, LATE, ARGV, ENVP);
	go(there);
	go(here);
	answer(HERE, -14);

	/* It succeeds. */
	forget();
	arrive("execve", EXECVE, HERE, LATE, LATER, ENVP);
	set(here, LATE, path);
	set(here, LATER, names);
	/* The last exit before is that of the SYSRET: a fault has none. */
	arrive("getpid", GETPID, THERE, 0, 0, 0);
	*after = HLT;
	answer(THERE, 4);
	*after = INT3;
	go(there);
	begin(BACK);
	arrive("getpid", GETPID, THERE, 0, 0, 0);
	answer(THERE, 2);

	/* So does another from there, whose strings are present. */
	arrive("execveat", EXECVEAT, HERE, 3, TRUE, ARGV);
	go(here);
	begin(BACK);
	arrive("getpid", GETPID, THERE, 0, 0, 0);
	answer(THERE, 3);
}
