// SPDX-License-Identifier: GPL-2.0
/*
 * 64-bit Linux: calls that a holder on the host inspects and changes.  The expected
 * state of kernel and program follows from the manuals; lib/held.h lists the
 * holder's actions.  Without a holder this guest fails.
 */
#include "lib/held.h"
#include "lib/user.h"

enum {
	SPLIT = 0x10000000,	/* two pages, physically apart */
	GAP = 0x10010000,	/* one page, the next is absent */
	EDGE = 0x10040000,	/* one page, the next is the kernel's */
	ROM = 0x10020000,	/* a page that is read-only */
	STACK = 0x10030000,
	AROUND = 16,		/* bytes on each side of a border of pages */
};

static void fill(struct regs *in, u64 nr)
{
	fill_regs(in, user_code, USER_CS);
	in->rsp = STACK + 0x800;
	in->rflags |= X86_IF;
	in->rax = nr;
	in->rdi = 0x1111;
	in->rsi = 0x2222;
	in->rdx = 0x3333;
	in->r10 = 0x4444;
	in->r8 = 0x5555;
	in->r9 = 0x6666;
}

/* The call with @in must reach the kernel as if the program had passed @as. */
static void arrives(const struct regs *in, const struct regs *as)
{
	struct regs want;

	expect_syscall(&want, as, 2);
	test_begin("call %lx arrives", in->rax);
	run(in);
	test_regs(&want);
	test_end();
}

/* The kernel answers @result, the program receives @gets. */
static void returns(u64 nr, u64 result, u64 gets)
{
	struct regs in = this_cpu()->out, want;

	in.rip = (u64)sysret_code;
	in.rax = result;
	expect_sysret(&want, &in, true);
	want.rax = gets;
	test_begin("call %lx returns", nr);
	run(&in);
	test_regs(&want);
	test_end();
}

/* The call is skipped: SYSRET leaves RCX and R11 as SYSCALL would have set them. */
static void skipped(const struct regs *in)
{
	struct regs want = *in;

	want.vector = BP;
	want.rip = (u64)user_code + 3;
	want.rcx = (u64)user_code + 2;
	want.r11 = in->rflags;
	want.rax = HELD_RESULT;
	test_begin("call %lx is skipped", in->rax);
	run(in);
	test_regs(&want);
	test_end();
}

static void plain(u64 nr, u64 result, u64 gets)
{
	struct regs in;

	fill(&in, nr);
	arrives(&in, &in);
	returns(nr, result, gets);
}

static bool all(const u8 *at, unsigned int n, u8 byte)
{
	while (n-- > 0)
		if (*at++ != byte)
			return false;
	return true;
}

/*
 * The holder writes to @n bytes at @at; @done: call @nr may write; @marks: expected
 * marks of its pages, SDM vol. 3, 4.8.
 */
static void memory(u64 nr, u64 at, unsigned int n, u8 *look, bool done, u64 marks)
{
	struct regs in;

	fill(&in, nr);
	in.rdi = at;
	in.rsi = n;
	take_marks(at);
	take_marks(at + n - 1);
	arrives(&in, &in);
	test_begin("memory of call %lx", nr);
	test_eq("marks of its last page", take_marks(at + n - 1), marks);
	if ((at ^ (at + n - 1)) >> 12)
		test_eq("marks of its first page", take_marks(at), marks);
	test_eq("changed", all(look, n, HELD_BYTE), done);
	test_eq("as it was", all(look, n, 0), !done);
	test_eq("before", look[-1], 0);
	if (done)
		test_eq("after", look[n], 0);
	test_end();
	returns(nr, 0, 0);
}

static void arguments(void)
{
	struct regs in, as;

	fill(&in, HELD_ARGS);
	as = in;
	as.rdi += HELD_ADD;
	as.rsi += HELD_ADD;
	as.rdx += HELD_ADD;
	as.r10 += HELD_ADD;
	as.r8 += HELD_ADD;
	as.r9 += HELD_ADD;
	arrives(&in, &as);
	returns(HELD_ARGS, 0, 0);
	fill(&in, HELD_AWAY);
	as = in;
	as.rdi += HELD_ADD;
	arrives(&in, &as);
	returns(HELD_AWAY, 1, 1);
	fill(&in, HELD_NUMBER);
	as = in;
	as.rax = HELD_CONTINUE;
	arrives(&in, &as);
	returns(HELD_NUMBER, 2, 2);
	fill(&in, HELD_ELSEWHERE);
	as = in;
	as.rax = HELD_KNOWN;
	arrives(&in, &as);
	returns(HELD_ELSEWHERE, 2, 2);
	fill(&in, HELD_REGS);
	as = in;
	as.rbx = HELD_VALUE;
	as.rflags |= X86_CF;
	arrives(&in, &as);
	returns(HELD_REGS, 3, 3);
}

static void skips(void)
{
	struct regs in;

	fill(&in, HELD_SKIP);
	skipped(&in);
	/* All flags must be preserved. */
	in.rflags |= X86_STATUS | X86_DF | X86_AC | X86_ID;
	skipped(&in);
	in.rflags = X86_FIXED;
	skipped(&in);
}

static void rules(void)
{
	struct regs in, as;
	char *data = (char *)SPLIT;

	fill(&in, RULE_SKIP);
	skipped(&in);
	fill(&in, RULE_DEADLINE);
	skipped(&in);
	plain(RULE_RESULT, 4, HELD_RESULT);
	fill(&in, RULE_ARG);
	as = in;
	as.rsi = HELD_VALUE;
	arrives(&in, &as);
	returns(RULE_ARG, 5, 5);
	memset(data, 0, 16);
	fill(&in, RULE_POKE);
	in.rdi = SPLIT;
	arrives(&in, &in);
	test_begin("memory of call %lx", (u64)RULE_POKE);
	test_eq("written", !memcmp(data, "\0" RULE_BYTES, sizeof(RULE_BYTES) + 1), true);
	test_end();
	returns(RULE_POKE, 6, 6);
	plain(RULE_SECOND, 1, 1);
	plain(RULE_SECOND, 2, HELD_RESULT);
	plain(RULE_SECOND, 3, 3);
	plain(RULE_SECOND, 4, HELD_RESULT);
	fill(&in, RULE_EQUAL);
	arrives(&in, &in);
	returns(RULE_EQUAL, 7, 7);
	in.rdi = HELD_VALUE;
	arrives(&in, &in);
	returns(RULE_EQUAL, 7, HELD_RESULT);
	plain(RULE_FAILED, 4, 4);
	plain(RULE_FAILED, 5, HELD_RESULT);
}

void guest_main(void)
{
	u64 rom = (u64)alloc_page();

	map_user(SPLIT);
	map_user(SPLIT + 0x1000);
	map_user(GAP);
	map_user(STACK);
	map_user(EDGE);
	map_page(EDGE + 0x1000, (u64)alloc_page(), PTE_P | PTE_W);
	map_page(ROM, rom, PTE_P | PTE_U);

	plain(HELD_CONTINUE, 4711, 4711);
	arguments();
	skips();
	plain(HELD_RETURN, 5, HELD_RESULT);
	plain(HELD_AWAY_RETURN, 6, HELD_RESULT);
	memory(HELD_MEMORY, SPLIT + 0x1000 - AROUND, 2 * AROUND,
	       (u8 *)SPLIT + 0x1000 - AROUND, true, PTE_A | PTE_D);
	memory(HELD_READONLY, ROM + 1, 64, (u8 *)rom + 1, true, PTE_A);
	memory(HELD_ABSENT, GAP + 0x1000 - AROUND, AROUND,
	       (u8 *)GAP + 0x1000 - AROUND, false, 0);
	memory(HELD_ABSENT, EDGE + 0x1000 - AROUND, AROUND,
	       (u8 *)EDGE + 0x1000 - AROUND, false, 0);
	memory(HELD_PHYS, rom + 0x800, 64, (u8 *)rom + 0x800, true, 0);
	rules();
	plain(HELD_END, 0, 0);
}
