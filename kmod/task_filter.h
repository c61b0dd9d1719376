/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TASK_FILTER_H
#define VSYS_TASK_FILTER_H

#include "tap.h"
#include "vcpu.h"
#include "vm.h"

struct vsys_session;
struct vsys_tap;

enum { VSYS_TASK_QUICK = 4 };	/* patterns that may be matched with interrupts off */

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

/*
 * Find out whether the session wants calls of the vCPU's task; interrupts are off, or in an
 * RCU reader.  Returns false if that takes long, and @atomic.
 */
static inline bool vsys_task_filter_passes(struct vsys_vcpu *v, struct vsys_tap *tap, bool atomic,
					   bool *passes)
{
	struct vsys_task_conds *conds = vsys_dereference(tap->session->tasks);

	*passes = true;
	if (likely(!conds))
		return true;
	if (likely(tap->conds == conds->id && tap->task == v->task.seq))
		*passes = tap->task_passes;
	else if (atomic && conds->patterns > VSYS_TASK_QUICK)
		return false;
	else
		*passes = vsys_task_filter_decide(v, tap, conds);
	return true;
}

#endif /* VSYS_TASK_FILTER_H */
