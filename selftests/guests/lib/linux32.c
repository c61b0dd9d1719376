// SPDX-License-Identifier: GPL-2.0
/*
 * The calls of calls-i386 and calls-compat, by their numbers on i386.
 * calls-i386.expect and calls-compat.expect have the output of vsysread,
 * a line for each entry of calls[], in order.
 */
#include "held.h"
#include "linux32.h"

enum { INT80 = LINUX32_INT80, FAST = LINUX32_FAST, RAW = LINUX32_RAW };

extern const u8 vector_stubs[256][16];
extern const char int80_code[], int80_end[], fast_caller[];

asm(".pushsection .text\n"
    "	.globl int80_code\n"
    "int80_code: int $0x80\n"
    "fast_caller: int3\n"
    ".popsection");

#define PREAD	180, { 3, OUT, 4096, 0x10, 1 }, 7, "debian\n"
#define MMAP2	192, { 0, 8192, 1, 2, 3, 1 }
#define ALLOCATE 324, { 3, 0, 0x10, 1, 0x20, 2 }, 0
#define CWD	(u32)AT_FDCWD

static const struct call calls[] = {
	{ 20, { 0 }, 4711, .door = INT80 },
	{ 4, { 1, HELLO, 5 }, 5, .door = INT80 },
	{ 295, { CWD, FILE, O_CLOEXEC }, 3, .door = INT80 },
	{ 3, { 3, OUT, 4096 }, 7, "debian\n", .door = INT80 },
	{ PREAD, .door = INT80 },
	{ ALLOCATE, .door = INT80 },
	{ MMAP2, 0xb7f00000, .door = INT80 },
	{ 6, { 3 }, 0, .door = INT80 },
	{ 0x1fff, { 1, 2, 3, 4, 5, 6 }, -38, .door = INT80 },
	{ 20, { 0 }, 4711, .door = FAST },
	{ 4, { 1, HELLO, 5 }, 5, .door = FAST },
	{ 5, { FILE, 0101, 0644 }, 4, .door = FAST },
	{ PREAD, .door = FAST },
	{ ALLOCATE, .door = FAST },
	{ MMAP2, 0xb7f00000, .door = FAST },
	{ MMAP2, -14, .door = RAW },
	{ 146, { 1, IOV32, 2 }, 5, .door = FAST },
	{ 11, { TRUE, ARGV32, ENVP32 }, -2, .door = FAST },
	/* Bad input. */
	{ 295, { CWD, SPLIT + 0x1000 - 5, 0 }, 4, .door = FAST },
	{ 295, { CWD, GAP + 0x1000 - 8, 0 }, -14, .door = FAST },
	{ 295, { CWD, GAP + 0x1000, 0 }, -14, .door = FAST },
	{ 295, { CWD, 0, 0 }, -14, .door = FAST },
	{ 295, { CWD, ENDLESS, 0 }, -36, .door = FAST },
	{ 295, { CWD, DEVICE, 0 }, -14, .door = FAST },
	{ 295, { CWD, 0xfffffff8, 0 }, -14, .door = FAST },
	{ 4, { 1, 0xfffffff8, 16 }, -14, .door = INT80 },
	{ 146, { 1, GAP + 0x1000, 2 }, -14, .door = INT80 },
	/* Returns by IRET, not from INT 80h. */
	{ 224, { 0 }, 4712, .how = BY_IRET, .door = FAST },
	{ 29, { 0 }, -4, .how = RESTARTED, .door = FAST },
	{ 20, { 0 }, 4711, .door = FAST },
	{ 252, { 0 }, .how = NORETURN, .door = FAST },
};

static void fill(struct regs *in, const struct call *c)
{
	in->rflags |= X86_IF;
	in->rax = c->nr;
	in->rbx = c->args[0];
	in->rcx = c->args[1];
	in->rdx = c->args[2];
	in->rsi = c->args[3];
	in->rdi = c->args[4];
	in->rbp = c->args[5];
	in->rsp = STACK + 0x800;
}

/* The low halves of eight registers; the upper halves are undefined. */
static void test_return(const struct regs *in, u64 rip, u64 rsp, u32 result)
{
	const struct regs *out = &this_cpu()->out;

	test_eq("event", out->vector, BP);
	test_eq("RIP", out->rip, rip + 1);
	test_eq("RSP", out->rsp, rsp);
	test_eq("RAX", (u32)out->rax, result);
	test_eq("RBX", (u32)out->rbx, (u32)in->rbx);
	test_eq("RCX", (u32)out->rcx, (u32)in->rcx);
	test_eq("RDX", (u32)out->rdx, (u32)in->rdx);
	test_eq("RSI", (u32)out->rsi, (u32)in->rsi);
	test_eq("RDI", (u32)out->rdi, (u32)in->rdi);
	test_eq("RBP", (u32)out->rbp, (u32)in->rbp);
}

static void arrives(const struct call *c, const struct regs *in,
		    const struct regs *want)
{
	test_begin("call %u arrives", (u32)c->nr);
	run(in);
	test_regs(want);
	if (c->looks_right)
		test_eq("memory", c->looks_right(), true);
	test_end();
	if (c->out)
		put_string(OUT, c->out);
	this_cpu()->out.rax = (u32)c->result;
}

/* The result that the program receives. */
static u32 result_of(const struct call *c)
{
	return c->held ? HELD_RESULT : c->result;
}

/* A holder has added to the arguments in registers. */
static void add_to(struct regs *r, const struct call *c, u64 *second, u64 *sixth)
{
	r->rbx += c->add + c->add_first;
	*second += c->add;
	r->rdx += c->add;
	r->rsi += c->add;
	r->rdi += c->add;
	*sixth += c->add;
}

/* The call is skipped: the program continues at @rip. */
static void skipped(const struct call *c, const struct regs *in, const struct regs *after,
		    u64 rip, u64 rsp)
{
	test_begin("call %u is skipped", (u32)c->nr);
	run(in);
	test_return(after, rip, rsp, HELD_RESULT);
	test_end();
}

/* The call through INT 80h with registers and CS from @in. */
void int80_call(const struct call *c, const struct regs *in)
{
	struct regs at = *in, want;

	at.rip = (uintptr_t)int80_code;
	if (c->held & HOLDER_SKIPS) {
		skipped(c, &at, &at, (uintptr_t)fast_caller, at.rsp);
		return;
	}
	want = at;
	add_to(&want, c, &want.rcx, &want.rbp);
	want.vector = 0x80;
	want.rip = (uintptr_t)fast_caller;
	arrives(c, &at, &want);
	if (c->how == NORETURN)
		return;
	test_begin("call %u returns", (u32)c->nr);
	add_to(&at, c, &at.rcx, &at.rbp);
	run(&this_cpu()->out);
	test_return(&at, (uintptr_t)fast_caller, at.rsp, result_of(c));
	test_end();
}

/* In the kernel EBP is the program's stack pointer. */
void expect_vdso_sysenter(struct regs *want, const struct regs *in)
{
	struct regs at = *in;

	at.rbp = at.rsp;
	expect_sysenter(want, &at);
}

static void fast_call(const struct fast_door *fast, const struct call *c)
{
	struct regs in, at, want, user;
	const char *landing = fast->landing;
	u64 back = (uintptr_t)fast_caller, rsp, sixth = 0;

	fill_regs32(&in, fast->code, USER_CS32);
	fill(&in, c);
	*(u32 *)(uintptr_t)in.rsp = back;
	at = in;
	at.rsp -= 12;
	rsp = in.rsp + 4;
	if (c->door == RAW) {
		landing = fast->raw_landing;
		back = (uintptr_t)landing;
		in.rip = (uintptr_t)fast->raw;
		in.rsp = at.rsp = rsp = STACK + 0x1000;
	}
	at.rip = (uintptr_t)landing - TO_LANDING;
	fast->expect(&want, &at);
	if (c->door == RAW)
		in.rbp = want.rbp;
	if (c->held & HOLDER_SKIPS) {
		skipped(c, &in, &in, back, rsp);
		return;
	}
	/* SYSCALL overwrites ECX; the sixth argument is in the program's stack slot for EBP. */
	add_to(&want, c, want.vector == EV_CSTAR ? &want.rbp : &want.rcx, &sixth);
	arrives(c, &in, &want);
	if (c->how == NORETURN)
		return;

	test_begin("call %u returns", (u32)c->nr);
	user = in;
	user.rip = (uintptr_t)landing;
	user.rsp = at.rsp;
	if (c->how == RESTARTED) {
		/* An interrupted kernel restarts the call: by the vDSO's INT 80h. */
		user.rip -= 2;
		user.rax = c->nr;
		run(&user);
		test_eq("event", this_cpu()->out.vector, 0x80);
		test_eq("EAX", this_cpu()->out.rax, c->nr);
		test_eq("RIP", this_cpu()->out.rip, (uintptr_t)landing);
		user.rip += 2;
	}
	if (c->how != BY_USUAL) {
		user.rax = (u32)c->result;
		run(&user);
	} else {
		fast->leave(landing, at.rsp);
	}
	in.rbx += c->add + c->add_first;
	in.rsi += c->add;
	in.rdi += c->add;
	in.rbp += c->add;
	if (c->door == RAW) {
		/* The registers that the door overwrites are not restored. */
		in.rcx = this_cpu()->out.rcx;
		in.rdx = this_cpu()->out.rdx;
	}
	test_return(&in, back, rsp, result_of(c));
	test_end();
}

void linux32_prepare(void)
{
	this_cpu()->irq_stop = 1;
	linux_memory();
	set_gate(0x80, vector_stubs[0x80], 0xee);
}

void linux32_make(const struct fast_door *fast, const struct call *c)
{
	struct regs in;

	if (c->door != INT80) {
		fast_call(fast, c);
		return;
	}
	fill_regs32(&in, int80_code, USER_CS32);
	fill(&in, c);
	int80_call(c, &in);
}

void linux32_calls(const struct fast_door *fast)
{
	const struct call *c;

	linux32_prepare();
	for (c = calls; c < calls + ARRAY_SIZE(calls); c++)
		linux32_make(fast, c);
}
