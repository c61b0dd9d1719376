// SPDX-License-Identifier: GPL-2.0
/*
 * Many SYSENTER and SYSEXIT in a row, with a checksum over all registers that
 * they leave: plain, with an interrupt pending at every 16th SYSEXIT, and under
 * a periodic timer.  As the 64-bit guest on Intel, from compatibility code.
 */
#include "lib/stress.h"

extern const char code[], handler[], irq_handler[];

/* ECX and EDX are the targets of SYSEXIT. */
#define MIX \
	"add %edi, %eax\n xor %eax, %ebx\n add %ebx, %esi\n xor %esi, %edi\n" \
	"add %edi, %ebp\n rol $7, %ebp\n add %ebp, %eax\n"

asm(".pushsection .text\n"
    ".code32\n"
    "code:\n"
    "1:\n" MIX
    "	add %eax, %esp\n"
    "	mov %esp, %ecx\n"
    "	mov $after, %edx\n"
    "	sysenter\n"
    "after:\n" MIX
    "	decl %gs:48\n"			/* PC_SCRATCH */
    "	jnz 1b\n"
    "	int3\n"
#ifdef __x86_64__
    ".code64\n"
#endif
    "handler:\n" MIX
    "	sti\n"
    "	.byte 0x0f, 0x35\n"
    "irq_handler:\n" MIX
    STRESS_SELF_IRQ
    "	sti\n"
    "	.byte 0x0f, 0x35\n"
    ".popsection");

static void mix(u32 *ax, u32 *bx, u32 *si, u32 *di, u32 *bp)
{
	*ax += *di; *bx ^= *ax; *si += *bx; *di ^= *si; *bp += *di;
	*bp = *bp << 7 | *bp >> 25;
	*ax += *bp;
}

static void predict(struct regs *r, u64 rounds)
{
	extern const char after[];
	u32 ax = r->rax, bx = r->rbx, si = r->rsi, di = r->rdi, bp = r->rbp;
	u32 sp = r->rsp, left = rounds;

	while (left--) {
		mix(&ax, &bx, &si, &di, &bp);
		sp += ax;
		mix(&ax, &bx, &si, &di, &bp);
		mix(&ax, &bx, &si, &di, &bp);
	}
	r->rax = ax; r->rbx = bx; r->rsi = si; r->rdi = di; r->rbp = bp;
	r->rcx = r->rsp = sp;
	r->rdx = (uintptr_t)after;
}

static void plain(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)handler);
}

static void interrupted(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (uintptr_t)irq_handler);
}

static const struct stress phases[] = {
	{ "plain", code, USER_CS32, plain, predict },
	{ "interrupts at SYSEXIT", code, USER_CS32, interrupted, predict, .irqs = 1 },
	{ "timer", code, USER_CS32, plain, predict, .timer = true },
};

#ifdef __x86_64__
static const bool is_64 = true;
#else
static const bool is_64;
#endif

void guest_ap(unsigned int cpu)
{
	stress_ap(cpu, phases, ARRAY_SIZE(phases));
}

void guest_main(void)
{
	if (is_64 && cpu_is_amd()) {
		test_begin("SYSENTER and SYSEXIT in a row");
		test_skip("no SYSENTER in long mode on AMD");
		return;
	}
	stress_main(phases, ARRAY_SIZE(phases));
}
