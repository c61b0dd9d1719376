// SPDX-License-Identifier: GPL-2.0
/*
 * Pairing of returns and calls under a 64-bit Linux: calls that are answered by
 * SYSRET and by IRET, with interrupts and other IRETs in between, of several
 * threads and processes, and of signal handlers.  iret.expect has the output of
 * vsysread.
 */
#include "lib/linux.h"

enum { INT80_NR = 20 };

/* Each thread has a stack of its own. */
enum {
	SP = STACK + 0x800, WAITER = STACK + 0x700, OTHER = STACK + 0x600,
	FORKER = STACK + 0x500, VFORKER = STACK + 0x400, SIGNALLED = STACK + 0x300,
	FRAME = STACK + 0x280,
};

extern const u8 vector_stubs[256][16];
extern const char code[], after[], int80[], after_int80[], handler[], sysretq[],
	iret66[], ring0[], user_loop[];

asm(".pushsection .text\n"
    "code: syscall\n"
    "after: int3\n"
    "int80: int $0x80\n"
    "after_int80: int3\n"
    "handler: syscall\n"
    "	int3\n"
    "sysretq: sysretq\n"
    "iret66: cpuid\n"	/* exits, so that the IRET is watched */
    "	mov $4710, %eax\n"
    "	.byte 0x66, 0x48, 0xcf\n"	/* REX.W wins: an IRETQ */
    "ring0: int3\n"
    "user_loop: dec %rcx\n"
    "	jnz user_loop\n"
    "	int3\n"
    ".popsection");

static void arrive(const char *from, u64 nr, u64 sp, u64 event)
{
	struct regs in;

	fill_regs(&in, from, USER_CS);
	in.rflags |= X86_IF;
	in.rax = nr;
	in.rdi = 0;
	in.rsp = sp;
	test_begin("call %u arrives", (u32)nr);
	run(&in);
	test_eq("event", this_cpu()->out.vector, event);
	test_end();
}

static void back(const char *name, const struct regs *in, u64 rip, u64 sp, u64 rax)
{
	test_begin("%s", name);
	run(in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("RIP", this_cpu()->out.rip, rip + 1);
	test_eq("RSP", this_cpu()->out.rsp, sp);
	test_eq("RAX", this_cpu()->out.rax, rax);
	test_end();
}

static void by_sysret(u64 sp, u64 rax)
{
	struct regs in;

	fill_regs(&in, sysretq, KERNEL_CS);
	in.rcx = (u64)after;
	in.r11 = X86_FIXED | X86_IF;
	in.rsp = sp;
	in.rax = rax;
	back("SYSRET", &in, (u64)after, sp, rax);
}

static void by_iret(const char *to, u64 sp, u64 rax)
{
	struct regs in;

	fill_regs(&in, to, USER_CS);
	in.rflags |= X86_IF;
	in.rsp = sp;
	in.rax = rax;
	back("IRET", &in, (u64)to, sp, rax);
}

static void by_iret66(u64 sp)
{
	const u64 frame[] = { (u64)after, USER_CS, X86_FIXED | X86_IF, sp, USER_SS };
	struct regs in;

	fill_regs(&in, iret66, KERNEL_CS);
	in.rsp = (u64)frame;
	back("IRET with prefix 66h", &in, (u64)after, sp, 4710);
}

/* Interrupts in the kernel, which returns from them by IRET to itself. */
static void interrupts(void)
{
	struct percpu *pc = this_cpu();
	u64 before = pc->irqs;
	int i;

	pc->irq_stop = 0;
	for (i = 0; i < 3; i++) {
		apic_self_irq(IRQ_VECTOR);
		asm volatile("sti; nop; nop; cli" : : : "memory");
	}
	pc->irq_stop = 1;
	test_begin("interrupts in the kernel");
	test_eq("interrupts", pc->irqs - before, 3);
	test_end();
}

/*
 * The same, but IF stays 0, and nothing makes the vCPU exit until the kernel goes
 * back to ring 3.
 */
static void exception(void)
{
	struct regs in;

	fill_regs(&in, ring0, KERNEL_CS);
	run(&in);
}

/* Interrupts in ring 3 between calls. */
static void user_interrupts(void)
{
	struct percpu *pc = this_cpu();
	struct regs in;
	u64 before = pc->irqs;

	fill_regs(&in, user_loop, USER_CS);
	in.rflags |= X86_IF;
	in.rsp = SP;
	in.rcx = 1000;
	pc->irq_stop = 0;
	apic_self_irq(IRQ_VECTOR);
	test_begin("an interrupt in ring 3");
	run(&in);
	pc->irq_stop = 1;
	test_eq("event", pc->out.vector, BP);
	test_eq("interrupts", pc->irqs - before, 1);
	test_end();
}

static void answers(void)
{
	arrive(code, 39, SP, EV_SYSCALL);
	interrupts();
	by_sysret(SP, 4711);

	arrive(code, 186, SP, EV_SYSCALL);
	interrupts();
	by_iret(after, SP, 4712);

	arrive(int80, INT80_NR, SP, 0x80);
	interrupts();
	by_iret(after_int80, SP, 4711);

	arrive(code, 102, SP, EV_SYSCALL);
	exception();
	by_sysret(SP, 0);

	arrive(code, 107, SP, EV_SYSCALL);
	exception();
	by_iret(after, SP, 0);
	user_interrupts();

	arrive(code, 110, SP, EV_SYSCALL);
	by_iret66(SP);
}

/*
 * Two threads: the first waits, the other one calls meanwhile.  IRETs are only watched
 * for the last call of a vCPU, so this one is not seen.
 */
static void threads(void)
{
	arrive(code, 34, WAITER, EV_SYSCALL);
	arrive(code, 39, OTHER, EV_SYSCALL);
	by_sysret(OTHER, 4711);
	arrive(code, 186, OTHER, EV_SYSCALL);
	by_iret(after, OTHER, 4713);
	by_iret(after, WAITER, -4);
}

/* A child returns from its parent's call: in a process of its own, or before it. */
static void forks(void)
{
	u64 parent = read_cr3(), child = copy_tables();

	arrive(code, 57, FORKER, EV_SYSCALL);
	by_sysret(FORKER, 4714);
	write_cr3(child);
	by_iret(after, FORKER, 0);
	arrive(code, 39, FORKER, EV_SYSCALL);
	by_sysret(FORKER, 4714);
	write_cr3(parent);

	arrive(code, 58, VFORKER, EV_SYSCALL);
	by_iret(after, VFORKER, 0);
	by_sysret(VFORKER, 4715);
}

/* A signal: the call returns only after its handler has called rt_sigreturn. */
static void signals(void)
{
	arrive(code, 34, SIGNALLED, EV_SYSCALL);
	arrive(handler, 15, FRAME, EV_SYSCALL);
	by_iret(after, SIGNALLED, -4);
}

void guest_main(void)
{
	linux_memory();
	apic_init();
	this_cpu()->irq_stop = 1;
	set_gate(0x80, vector_stubs[0x80], 0xee);
	answers();
	threads();
	forks();
	signals();
	arrive(code, 231, SP, EV_SYSCALL);
}
