// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that moves the entries of its calls: each call uses the current values,
 * and each change is a record before the first call by the new value.
 * moves.expect has the output of vsysread; moves-i386.expect that of the 32-bit guest,
 * which has SYSENTER.
 */
#include "lib/rt.h"

/* Fixed addresses, so that the lines with them are known. */
enum { FIRST = 0x20001000, SECOND = 0x20002000, STACK = 0x20004000 };

extern const char call[], landing[];

asm(".pushsection .text\n"
#ifdef __x86_64__
    "call: syscall\n"
#else
    "call: sysenter\n"
    "	int $0x80\n"
#endif
    "landing: int3\n"
    ".popsection");

/* JMP to @target, to be executed at @virt. */
static void put_entry(uintptr_t virt, const char *target)
{
	u8 *page = alloc_page();

	page[0] = 0xe9;
	*(u32 *)(page + 1) = (uintptr_t)target - virt - 5;
	map_page(virt, (uintptr_t)page, PTE_P | PTE_U);
}

#ifdef __x86_64__
enum { GETPID = 39 };
#define ENTRY_MSR MSR_LSTAR

static void expect(struct regs *want, const struct regs *in)
{
	expect_syscall(want, in, 2);
	want->rip = (u64)entry_lstar;
}

static void prepare(void)
{
	put_entry(FIRST, entry_lstar);
	put_entry(SECOND, entry_lstar);
	wrmsr(MSR_LSTAR, FIRST);
	wrmsr(MSR_SFMASK, X86_IF);
	set_star(KERNEL_CS, USER_CS32);
}
#else
enum { GETPID = 20 };
#define ENTRY_MSR MSR_SYSENTER_EIP

static void expect(struct regs *want, const struct regs *in)
{
	expect_sysenter(want, in);
	want->rip = (u32)entry_sysenter;
}

static void prepare(void)
{
	put_entry(FIRST, entry_sysenter);
	put_entry(SECOND, entry_sysenter);
	map_page(STACK - 0x1000, (u32)alloc_page(), PTE_P | PTE_W);
	set_sysenter(KERNEL_CS, STACK, FIRST);
}
#endif

static void make(const char *what)
{
	struct regs in, want;

	fill_regs(&in, call, sizeof(uintptr_t) == 8 ? USER_CS : USER_CS32);
	in.rflags |= X86_IF | X86_AC;
	in.rax = GETPID;
	in.rbp = in.rsp;	/* SYSENTER passes the stack pointer in EBP */
	expect(&want, &in);
	test_begin("%s", what);
	run(&in);
	test_regs(&want);
	test_end();

	in.rip = (uintptr_t)landing;
	in.rax = 4711;
	test_begin("%s: back by IRET", what);
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
}

static void move(const char *what, u32 msr, u64 value)
{
	wrmsr(msr, value);
	make(what);
	test_begin("%s, and reads as written", what);
	test_eq("MSR", rdmsr(msr), value);
	test_end();
}

void guest_main(void)
{
	prepare();
	make("the first call");
	make("the same again");
	move("the entry moves", ENTRY_MSR, SECOND);
	move("and back", ENTRY_MSR, FIRST);
#ifdef __x86_64__
	move("SFMASK changes", MSR_SFMASK, X86_IF | X86_AC);
	move("STAR changes", MSR_STAR, 0x001b005000000000);
#else
	move("the stack moves", MSR_SYSENTER_ESP, STACK - 0x100);
	move("CS changes", MSR_SYSENTER_CS, 0x50);
#endif
}
