/* SPDX-License-Identifier: GPL-2.0 */
/* Which thread of the guest makes a call? */
#ifndef VSYS_TASK_H
#define VSYS_TASK_H

#include "vcpu.h"
#include "vm.h"

/* Is the task of the slot's call the one that runs now?  Interrupts are off. */
static __always_inline bool vsys_task_here(const struct vsys_vcpu *v)
{
	lockdep_assert_irqs_disabled();
	return READ_ONCE(*READ_ONCE(v->mem.pin[0])) == v->task.slot;
}

/* And are its watched words the same? */
static __always_inline bool vsys_task_same(const struct vsys_vcpu *v)
{
	const struct vsys_vcpu_task *t = &v->task;
	u64 differs = READ_ONCE(*READ_ONCE(v->mem.pin[0])) ^ t->slot;

	lockdep_assert_irqs_disabled();
	differs |= READ_ONCE(*v->mem.pin[1]) ^ t->watch[0];
	differs |= READ_ONCE(*v->mem.pin[2]) ^ t->watch[1];
	differs |= READ_ONCE(*v->mem.pin[3]) ^ t->watch[2];
	differs |= READ_ONCE(*v->mem.pin[4]) ^ t->watch[3];
	return likely(!differs);
}

bool vsys_task_update(struct vsys_vcpu *v, u64 root, bool atomic);
bool vsys_task_key(struct vsys_vcpu *v, u64 root, u64 *key);
void vsys_task_wait(struct vsys_vcpu *v, u64 root);
void vsys_task_expire(struct vsys_vcpu *v);

#endif /* VSYS_TASK_H */
