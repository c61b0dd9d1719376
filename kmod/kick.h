/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupt a CPU: what it does with interrupts off, or in guest mode, ends before. */
#ifndef VSYS_KICK_H
#define VSYS_KICK_H

#include <linux/atomic.h>
#include <linux/smp.h>

#include "compat/compat.h"

static inline void vsys_kick_nothing(void *unused)
{
}

/* Interrupt @cpu, and wait until it was; -1: none. */
static inline void vsys_kick_cpu(int cpu)
{
	if (cpu >= 0)
		smp_call_function_single(cpu, vsys_kick_nothing, NULL, 1);
}

/**
 * vsys_kick_vcpu() - make a vCPU exit and wait until it has
 * @vcpu: KVM's vCPU
 *
 * After it the fast path, which runs in guest mode with interrupts off, sees all
 * that was written before.
 */
static inline void vsys_kick_vcpu(const struct kvm_vcpu *vcpu)
{
	/* Pairs with KVM's barrier between IN_GUEST_MODE and the run. */
	smp_mb();
	if (smp_load_acquire(&vcpu->mode) == OUTSIDE_GUEST_MODE)
		return;
	vsys_kick_cpu(READ_ONCE(vcpu->cpu));
}

#endif /* VSYS_KICK_H */
