/* SPDX-License-Identifier: GPL-2.0 */
/* Calls in a row on all vCPUs at once, with a checksum over all registers. */
#ifndef GUESTS_STRESS_H
#define GUESTS_STRESS_H

#include "rt.h"

enum { STRESS_IRQ_EVERY = 16, STRESS_TIMER_IRQS = 5 };

/*
 * One phase.  @code runs in ring 3, counts percpu.scratch[0] down to zero and
 * ends with INT3; @predict computes the registers after @rounds rounds.
 * @prepare is called on each vCPU.
 */
struct stress {
	const char *name;
	const char *code;
	u64 cs;
	void (*prepare)(void);
	void (*predict)(struct regs *r, u64 rounds);
	unsigned int irqs;	/* sent to itself in every 16th round */
	bool timer;		/* continue until the timer has fired some times */
	bool once;		/* prepare() runs once for all vCPUs, before they begin */
};

/* --arg is the number of rounds.  A vCPU other than 0 makes its call in guest_ap(). */
void stress_main(const struct stress *phases, unsigned int n);
void stress_ap(unsigned int cpu, const struct stress *phases, unsigned int n);

/* For @code and handlers: in every 16th round send an interrupt to this vCPU itself. */
#define STRESS_SELF_IRQ \
	"testb $15, %gs:48\n"			/* PC_SCRATCH */ \
	"jnz 1f\n" \
	"mov " R(ax) ", %gs:56\n" \
	"mov " R(cx) ", %gs:64\n" \
	"mov " R(dx) ", %gs:72\n" \
	"mov $0x83f, %ecx\n" \
	"mov $0x40, %eax\n"			/* IRQ_VECTOR */ \
	"xor %edx, %edx\n" \
	"wrmsr\n" \
	"mov %gs:56, " R(ax) "\n" \
	"mov %gs:64, " R(cx) "\n" \
	"mov %gs:72, " R(dx) "\n" \
	"1:\n"

#endif
