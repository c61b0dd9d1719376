// SPDX-License-Identifier: GPL-2.0
/*
 * The guest that runs while the host's module comes and goes: on each vCPU it
 * calls getpid() for as long as --arg says, in ticks of the TSC, or until stop.c
 * ends it.  The n-th call of a vCPU returns n, so that a trace alone shows
 * whether one is missing, and at the end all registers must be those that this many
 * rounds produce.
 */
#include "busy.h"
#include "lib/rt.h"

enum { BATCH = 512, BATCHES_MAX = 1 << 20, EXITS = 2000 };

extern const char code[], after[], handler[];

/*
 * RCX and R11 are as SYSCALL, then SYSRET left them; RAX is the result.  RSP
 * stays unchanged: the host recognizes the return of a call by it.
 */
#define MIX \
	"add %rcx, %rdx\n xor %rdx, %rsi\n add %rsi, %rdi\n xor %rdi, %rbp\n" \
	"xor %rbp, %r8\n add %r8, %r9\n xor %r9, %r10\n" \
	"add %r11, %r10\n add %r10, %r12\n xor %r12, %r13\n add %rax, %r14\n" \
	"xor %r14, %r15\n rol $7, %r15\n add %r15, %rdx\n"

asm(".pushsection .text\n"
    "code:\n"
    "1:	mov $39, %eax\n"
    "	cmp %esp, %esp\n"		/* ZF and PF */
    "	syscall\n"
    "after:\n" MIX
    "	decq %gs:48\n"			/* PC_SCRATCH */
    "	jnz 1b\n"
    "	int3\n"
    "handler:\n" MIX
    "	inc %rbx\n"
    "	mov %rbx, %rax\n"
    "	sysretq\n"
    ".popsection");

static void mix(struct regs *r)
{
	r->rdx += r->rcx; r->rsi ^= r->rdx; r->rdi += r->rsi; r->rbp ^= r->rdi;
	r->r8 ^= r->rbp; r->r9 += r->r8; r->r10 ^= r->r9;
	r->r10 += r->r11; r->r12 += r->r10; r->r13 ^= r->r12; r->r14 += r->rax;
	r->r15 ^= r->r14;
	r->r15 = r->r15 << 7 | r->r15 >> 57;
	r->rdx += r->r15;
}

/* Registers after BATCH rounds from @r. */
static void predict(struct regs *r)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		r->rax = 39;
		r->rcx = (u64)after;
		r->r11 = X86_FIXED | X86_ZF | X86_PF | X86_IF;
		mix(r);
		r->rax = ++r->rbx;
		mix(r);
	}
}

static struct outcome {
	u64 rounds;
	bool same;
	volatile bool done;
} outcomes[MINIVM_MAX_VCPUS];

static volatile struct {
	u64 magic, stop;
} control __attribute__((aligned(4096))) = { BUSY_MAGIC, 0 };

static void leave_guest(void)
{
	u32 a = 0, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d) : : "memory");
}

static void work(unsigned int cpu)
{
	struct outcome *out = &outcomes[cpu];
	struct percpu *pc = this_cpu();
	u64 start = rdtsc();
	struct regs in, want;
	unsigned int i, n;

	wrmsr(MSR_LSTAR, (u64)handler);
	fill_regs(&in, code, USER_CS);
	in.rflags |= X86_IF;
	in.rbx = 0;
	in.rsp += cpu << 12;
	out->same = true;
	/* A process that waits for this guest has time to see its first call. */
	for (n = 0; n < EXITS; n++)
		leave_guest();
	for (n = 0; out->same && n < BATCHES_MAX; n++) {
		want = in;
		predict(&want);
		pc->scratch[0] = BATCH;
		run(&in);
		out->same = pc->out.vector == BP;
		for (i = 0; i < 16; i++)
			out->same &= ((u64 *)&pc->out)[i] == ((u64 *)&want)[i];
		in = pc->out;
		in.rip = (u64)code;
		out->rounds += BATCH;
		if (control.stop || (vm_arg && rdtsc() - start > vm_arg))
			break;
	}
	out->done = true;
}

void guest_ap(unsigned int cpu)
{
	work(cpu);
}

void guest_main(void)
{
	unsigned int cpu;

	work(0);
	for (cpu = 0; cpu < vm_vcpus(); cpu++) {
		/* Some hosts do not make a spinning guest exit. */
		while (!outcomes[cpu].done)
			leave_guest();
		test_begin("vcpu %u", cpu);
		print("# vcpu %u: %lu calls\n", cpu, outcomes[cpu].rounds);
		test_eq("all registers agree", outcomes[cpu].same, true);
		test_end();
	}
}
