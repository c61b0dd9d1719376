// SPDX-License-Identifier: GPL-2.0
/*
 * Many INT 0x80 and INT 0x2e in a row, with a checksum over all registers and
 * the carry flag: plain, with an interrupt pending at every 16th IRET, with an interrupt
 * that comes while the call is handled, and under a periodic timer.  Each
 * INT and each interrupt must arrive exactly once.
 */
#include "lib/stress.h"

extern const char code[], handler[], irq_handler[], nesting_handler[];

#ifdef __x86_64__
#define IRET "iretq\n"
#else
#define IRET "iret\n"
#endif

/* RSP is mixed like the rest, but not in handlers, which have a stack. */
#define MIX \
	"add " R(cx) ", " R(ax) "\n xor " R(ax) ", " R(bx) "\n" \
	"add " R(bx) ", " R(dx) "\n xor " R(dx) ", " R(si) "\n" \
	"add " R(si) ", " R(di) "\n xor " R(di) ", " R(bp) "\n" \
	"rol $7, " R(bp) "\n add " R(bp) ", " R(cx) "\n add " R(ax) ", " R(cx) "\n"

asm(".pushsection .text\n"
    "code:\n"
    "1:\n" MIX
    "	int $0x80\n"
    "	adc $0, " R(ax) "\n"		/* the carry of MIX, above */
    "	add " R(ax) ", " R(sp) "\n" MIX
    "	int $0x2e\n"
    "	adc $0, " R(bx) "\n"
    "	xor " R(sp) ", " R(dx) "\n"
    "	decl %gs:48\n"			/* PC_SCRATCH */
    "	jnz 1b\n"
    "	int3\n"
    "handler:\n" MIX
    IRET
    "irq_handler:\n" MIX
    STRESS_SELF_IRQ
    IRET
    "nesting_handler:\n"
    "	sti\n" MIX
    STRESS_SELF_IRQ
    "	nop\n"
    "	cli\n"
    IRET
    ".popsection");

/* Of type uintptr_t, as wide as the code's registers; returns the carry. */
static bool mix(uintptr_t *ax, uintptr_t *bx, uintptr_t *cx, uintptr_t *dx,
		uintptr_t *si, uintptr_t *di, uintptr_t *bp)
{
	enum { BITS = sizeof(uintptr_t) * 8 };

	*ax += *cx; *bx ^= *ax; *dx += *bx; *si ^= *dx; *di += *si; *bp ^= *di;
	*bp = *bp << 7 | *bp >> (BITS - 7);
	*cx += *bp;
	*cx += *ax;
	return *cx < *ax;
}

static void predict(struct regs *r, u64 rounds)
{
	uintptr_t ax = r->rax, bx = r->rbx, cx = r->rcx, dx = r->rdx;
	uintptr_t si = r->rsi, di = r->rdi, bp = r->rbp, sp = r->rsp;
	u32 left = rounds;
	bool carry;

	while (left--) {
		carry = mix(&ax, &bx, &cx, &dx, &si, &di, &bp);
		mix(&ax, &bx, &cx, &dx, &si, &di, &bp);
		ax += carry;
		sp += ax;
		carry = mix(&ax, &bx, &cx, &dx, &si, &di, &bp);
		mix(&ax, &bx, &cx, &dx, &si, &di, &bp);
		bx += carry;
		dx ^= sp;
	}
	r->rax = ax; r->rbx = bx; r->rcx = cx; r->rdx = dx;
	r->rsi = si; r->rdi = di; r->rbp = bp; r->rsp = sp;
}

static void both_gates(const char *to)
{
	set_gate(0x80, to, 0xee);
	set_gate(0x2e, to, 0xee);
	use_rsp0(0x80);
	use_rsp0(0x2e);
}

static void plain(void)
{
	both_gates(handler);
}

static void interrupted(void)
{
	both_gates(irq_handler);
}

static void nesting(void)
{
	both_gates(nesting_handler);
}

#ifdef __x86_64__
enum { CS = USER_CS };
#else
enum { CS = USER_CS32 };
#endif

static const struct stress phases[] = {
	{ "plain", code, CS, plain, predict, .once = true },
	{ "interrupts at IRET", code, CS, interrupted, predict, .irqs = 2, .once = true },
	{ "interrupts in the handler", code, CS, nesting, predict, .irqs = 2, .once = true },
	{ "timer", code, CS, plain, predict, .timer = true, .once = true },
	{ "timer, handler with IF", code, CS, nesting, predict, .timer = true, .once = true },
};

void guest_ap(unsigned int cpu)
{
	stress_ap(cpu, phases, ARRAY_SIZE(phases));
}

void guest_main(void)
{
	stress_main(phases, ARRAY_SIZE(phases));
}
