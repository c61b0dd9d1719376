// SPDX-License-Identifier: GPL-2.0
/*
 * Many SYSCALL and SYSRET in a row on all vCPUs at once, with a checksum over
 * all registers: plain, with an interrupt pending at every 16th SYSRET, which
 * must arrive exactly once each, and under a periodic timer.
 */
#include "lib/rt.h"

enum { IRQ_EVERY = 16, TIMER_COUNT = 2000000, TIMER_IRQS = 5, MAX_ROUNDS = 3000000 };

extern const char code[], after[], handler[], irq_handler[];

/*
 * The same mixing on both sides of the call; RCX and R11 are inputs.  RSP is
 * mixed like the rest: nothing here uses a stack.
 */
#define MIX \
	"add %rcx, %rax\n xor %rax, %rbx\n add %rbx, %rdx\n xor %rdx, %rsi\n" \
	"add %rsi, %rdi\n xor %rdi, %rbp\n add %rbp, %rsp\n xor %rsp, %r8\n" \
	"add %r8, %r9\n xor %r9, %r10\n add %r11, %r10\n add %r10, %r12\n" \
	"xor %r12, %r13\n add %r13, %r14\n xor %r14, %r15\n rol $7, %r15\n" \
	"add %r15, %rax\n"

asm(".pushsection .text\n"
    "code:\n"
    "1:\n" MIX
    "	cmp %esp, %esp\n"		/* ZF and PF */
    "	syscall\n"
    "after:\n" MIX
    "	decq %gs:48\n"			/* PC_SCRATCH */
    "	jnz 1b\n"
    "	int3\n"
    "handler:\n" MIX
    "	sysretq\n"
    "irq_handler:\n" MIX
    "	testb $15, %gs:48\n"
    "	jnz 1f\n"
    "	mov %rax, %gs:56\n"		/* PC_SCRATCH + 8 and on */
    "	mov %rcx, %gs:64\n"
    "	mov %rdx, %gs:72\n"
    "	mov $0x83f, %ecx\n"		/* self-IPI */
    "	mov $0x40, %eax\n"		/* IRQ_VECTOR */
    "	xor %edx, %edx\n"
    "	wrmsr\n"
    "	mov %gs:56, %rax\n"
    "	mov %gs:64, %rcx\n"
    "	mov %gs:72, %rdx\n"
    "1:	sysretq\n"
    ".popsection");

static void mix(struct regs *r)
{
	r->rax += r->rcx; r->rbx ^= r->rax; r->rdx += r->rbx; r->rsi ^= r->rdx;
	r->rdi += r->rsi; r->rbp ^= r->rdi; r->rsp += r->rbp; r->r8 ^= r->rsp;
	r->r9 += r->r8; r->r10 ^= r->r9; r->r10 += r->r11; r->r12 += r->r10;
	r->r13 ^= r->r12; r->r14 += r->r13; r->r15 ^= r->r14;
	r->r15 = r->r15 << 7 | r->r15 >> 57;
	r->rax += r->r15;
}

/* What @rounds rounds make of @r. */
static void predict(struct regs *r, u64 rounds)
{
	while (rounds--) {
		mix(r);
		r->rcx = (u64)after;
		r->r11 = X86_FIXED | X86_ZF | X86_PF | X86_IF;
		mix(r);
		mix(r);
	}
}

struct outcome {
	u64 irqs, rounds;
	bool same;
	volatile bool done;
};

static struct outcome outcomes[MINIVM_MAX_VCPUS];
static volatile u64 go;
static u64 rounds = 10000;

/* At least @rounds rounds, and more until there were @irqs interrupts. */
static void work(unsigned int cpu, const char *target, u64 irqs)
{
	struct outcome *out = &outcomes[cpu];
	struct percpu *pc = this_cpu();
	struct regs in, want;
	unsigned int i;

	wrmsr(MSR_LSTAR, (u64)target);
	fill_regs(&in, code, USER_CS);
	in.rflags |= X86_IF;
	in.rax += cpu;
	want = in;
	pc->irqs = 0;
	out->same = true;
	out->rounds = 0;
	do {
		predict(&want, rounds);
		pc->scratch[0] = rounds;
		run(&in);
		out->same &= pc->out.vector == BP;
		for (i = 0; i < 16; i++)
			out->same &= ((u64 *)&pc->out)[i] == ((u64 *)&want)[i];
		in = pc->out;
		in.rip = (u64)code;
		out->rounds += rounds;
	} while (out->same && pc->irqs < irqs && out->rounds < MAX_ROUNDS);
	out->irqs = pc->irqs;
	out->done = true;
}

/*
 * While waiting, leave the guest now and then: under Bochs without pause loop
 * exiting a guest that spins with IF 0 never does, and the host is stuck.
 */
static void relax(void)
{
	u32 a = 0, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d)
		     : : "memory");
}

static const char *target_of(u64 phase)
{
	return phase == 2 ? irq_handler : handler;
}

void guest_ap(unsigned int cpu)
{
	u64 phase;

	for (phase = 1; phase <= 3; phase++) {
		while (go < phase)
			relax();
		if (phase == 1)
			apic_init();
		if (phase == 3)
			apic_timer(TIMER_COUNT, IRQ_VECTOR);
		work(cpu, target_of(phase), phase == 3 ? TIMER_IRQS : 0);
	}
}

static void phase(const char *name, u64 number)
{
	unsigned int cpu;

	for (cpu = 0; cpu < vm_vcpus(); cpu++)
		outcomes[cpu].done = false;
	go = number;
	work(0, target_of(number), number == 3 ? TIMER_IRQS : 0);
	for (cpu = 0; cpu < vm_vcpus(); cpu++) {
		while (!outcomes[cpu].done)
			relax();
		test_begin("%s: vcpu %u", name, cpu);
		print("# vcpu %u: %lu rounds, %lu interrupts\n", cpu,
		      outcomes[cpu].rounds, outcomes[cpu].irqs);
		test_eq("all registers agree", outcomes[cpu].same, true);
		if (number == 2)
			test_eq("interrupts", outcomes[cpu].irqs,
				rounds / IRQ_EVERY);
		if (number == 3)
			test_eq("interrupts came",
				outcomes[cpu].irqs >= TIMER_IRQS, true);
		test_end();
	}
}

void guest_main(void)
{
	if (vm_arg)
		rounds = vm_arg & ~(IRQ_EVERY - 1UL);
	apic_init();
	phase("plain", 1);
	phase("interrupt at SYSRET", 2);
	apic_timer(TIMER_COUNT, IRQ_VECTOR);
	phase("timer", 3);
}
