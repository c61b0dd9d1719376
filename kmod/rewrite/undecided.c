// SPDX-License-Identifier: GPL-2.0
/* Rules whose string was absent at a call's entry: do they match later? */
#include <linux/sched.h>

#include "record.h"
#include "rewrite/match.h"
#include "rewrite/rule.h"
#include "rewrite/rule_table.h"
#include "rewrite/undecided.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"

/* The undecided rule at @i or behind, to be released. */
struct vsys_rule_own *vsys_undecided_next(const struct vsys_call *call, u32 *i)
{
	struct vsys_rule_own *r = NULL;

	while (!r && (*i = vsys_rule_set_next(&call->undecided, *i)) < VSYS_RULES_CALL_MAX) {
		r = vsys_rule_get(call, *i);
		*i += !r;
	}
	return r;
}

/**
 * vsys_undecided_again() - find the rules that match a call whose strings were touched
 * @v: the vCPU, with the call's captures
 * @call: the call, before it is made
 *
 * A string that another thread of the guest makes absent again and again matches strict rules.
 */
void vsys_undecided_again(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_rule_own *r;
	enum vsys_match match;
	u32 i, arg;

	for (i = 0; (r = vsys_undecided_next(call, &i)); i++) {
		match = vsys_match_glob(v, r, &arg);
		if (match == VSYS_MATCH_UNKNOWN && r->in.flags & VSYS_RULE_STRICT &&
		    call->touches == VSYS_TOUCHES)
			match = VSYS_MATCH_YES;
		if (match != VSYS_MATCH_UNKNOWN)
			vsys_rule_set_del(&call->undecided, i);
		if (match == VSYS_MATCH_YES && (r->on_result || vsys_match_select(r)))
			vsys_rule_set_add(&call->rules, i);
		vsys_rule_put(r);
		cond_resched();
	}
}

/* Record that @r cannot act on the call any more as it should: argument @arg was absent. */
void vsys_undecided_record(struct vsys_vcpu *v, struct vsys_call *call, struct vsys_rule_own *r,
			   u32 arg)
{
	const struct vsys_tap *tap;
	unsigned long flags;

	vsys_rule_drop(call, &call->undecided, r);
	atomic64_inc(&r->undecided);
	local_irq_save(flags);
	tap = vsys_match_tap(v, r);	/* its session may have detached */
	if (tap)
		vsys_record_undecided(v, call, tap->bit, r->in.id, arg);
	local_irq_restore(flags);
}

/**
 * vsys_undecided_late() - the strings of a pending call could be read: which rules can be dropped?
 * @v: the vCPU, with the captures
 * @call: the call; what stays undecided matches, too late to act
 */
void vsys_undecided_late(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_rule_own *r;
	u32 i, arg;

	for (i = 0; (r = vsys_undecided_next(call, &i)); i++) {
		if (vsys_match_glob(v, r, &arg) == VSYS_MATCH_NO)
			vsys_rule_set_del(&call->undecided, i);
		vsys_rule_put(r);
		cond_resched();
	}
}

/**
 * vsys_undecided_return() - find the undecided rules that match a call at its return
 * @v: the vCPU, with the call's late captures
 * @call: the call; these are its undecided rules then, and among its rules
 * @left: it returns to another address space: the strings are gone
 */
void vsys_undecided_return(struct vsys_vcpu *v, struct vsys_call *call, bool left)
{
	struct vsys_rule_own *r;
	enum vsys_match match;
	u32 i, arg;

	for (i = 0; (r = vsys_undecided_next(call, &i)); i++) {
		match = vsys_match_glob(v, r, &arg);
		if (left || match == VSYS_MATCH_UNKNOWN)
			vsys_undecided_record(v, call, r, arg);
		else if (match == VSYS_MATCH_NO || (!r->on_result && !vsys_match_select(r)))
			vsys_rule_set_del(&call->undecided, i);
		vsys_rule_put(r);
		cond_resched();
	}
	vsys_rule_set_or(&call->rules, &call->undecided);
}

/* The call has ended, and its rules are undecided. */
void vsys_undecided_give_up(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_rule_own *r;
	u32 i;

	for (i = 0; (r = vsys_undecided_next(call, &i)); i++) {
		vsys_undecided_record(v, call, r, r->in.glob_arg);
		vsys_rule_put(r);
	}
	vsys_rule_set_clear(&call->undecided);
}
