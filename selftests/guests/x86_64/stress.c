// SPDX-License-Identifier: GPL-2.0
/*
 * Many SYSCALL and SYSRET in a row on all vCPUs at once, with a checksum over
 * all registers: plain, with an interrupt pending at every 16th SYSRET, which
 * must arrive exactly once each, and under a periodic timer.
 */
#include "lib/stress.h"

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
    STRESS_SELF_IRQ
    "	sysretq\n"
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

/* Registers after @rounds rounds from @r. */
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

static void plain(void)
{
	wrmsr(MSR_LSTAR, (u64)handler);
}

static void interrupted(void)
{
	wrmsr(MSR_LSTAR, (u64)irq_handler);
}

static const struct stress phases[] = {
	{ "plain", code, USER_CS, plain, predict },
	{ "interrupt at SYSRET", code, USER_CS, interrupted, predict, .irqs = 1 },
	{ "timer", code, USER_CS, plain, predict, .timer = true },
};

void guest_ap(unsigned int cpu)
{
	stress_ap(cpu, phases, ARRAY_SIZE(phases));
}

void guest_main(void)
{
	stress_main(phases, ARRAY_SIZE(phases));
}
