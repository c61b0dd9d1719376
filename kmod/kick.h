/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupt a CPU: what it does with interrupts off, or in guest mode, ends before. */
#ifndef VSYS_KICK_H
#define VSYS_KICK_H

#include <linux/smp.h>

static inline void vsys_kick_nothing(void *unused)
{
}

/* Interrupt @cpu, and wait until it was; -1: none. */
static inline void vsys_kick_cpu(int cpu)
{
	if (cpu >= 0)
		smp_call_function_single(cpu, vsys_kick_nothing, NULL, 1);
}

#endif /* VSYS_KICK_H */
