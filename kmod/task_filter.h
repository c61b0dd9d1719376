/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TASK_FILTER_H
#define VSYS_TASK_FILTER_H

#include "tap.h"
#include "vcpu.h"
#include "vm.h"

struct vsys_session;
struct vsys_tap;

/*
 * How many rules have conditions on tasks; under vsys_lock.  No static key: any member of the
 * group may add and remove rules, and each patch of text interrupts all CPUs.
 */
extern u32 vsys_rules_by_task;

struct vsys_task_conds *vsys_task_conds_read(u64 from, u32 count);
bool vsys_task_conds_hold(const struct vsys_vcpu *v, struct vsys_task_conds *conds);
bool vsys_task_filter_decide(const struct vsys_vcpu *v, struct vsys_tap *tap,
			     struct vsys_task_conds *conds);
int vsys_task_filter(struct vsys_session *s, struct vsys_task_filter *in);

/* Does the session want calls of the vCPU's task?  Interrupts are off. */
static inline bool vsys_task_filter_passes(struct vsys_vcpu *v, struct vsys_tap *tap)
{
	struct vsys_task_conds *conds = vsys_dereference(tap->session->tasks);

	if (likely(!conds))
		return true;
	if (likely(tap->conds == conds->id && tap->task == v->task.seq))
		return tap->task_passes;
	return vsys_task_filter_decide(v, tap, conds);
}

#endif /* VSYS_TASK_FILTER_H */
