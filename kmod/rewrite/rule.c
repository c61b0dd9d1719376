// SPDX-License-Identifier: GPL-2.0
/* The rules of sessions: add, remove, list.  rule_table.c finds them, match.c matches them. */
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "rewrite/rule.h"
#include "rewrite/rule_index.h"
#include "rewrite/rule_table.h"
#include "session.h"
#include "task_filter.h"
#include "tap.h"
#include "vcpu.h"
#include "verdict.h"
#include "vm.h"

static DECLARE_WAIT_QUEUE_HEAD(idle);	/* until a removed rule acts no more */

static void rule_free(struct rcu_head *rcu)
{
	struct vsys_rule_own *r = container_of(rcu, struct vsys_rule_own, rcu);
	int i;

	for (i = 0; i < VSYS_ACTS_MAX; i++)
		kfree(r->data[i]);
	kfree(r->conds);
	kfree(r->acts);
	kfree(r->glob);
	kvfree(r->tasks);
	kvfree(r);
}

/* Release a rule.  RCU keeps it for the read of @removed, which pairs with rule_unlink(). */
void vsys_rule_put(struct vsys_rule_own *r)
{
	rcu_read_lock();
	if (refcount_dec_and_test(&r->refs)) {
		call_rcu(&r->rcu, rule_free);
	} else {
		smp_mb();
		if (READ_ONCE(r->removed))
			wake_up_all(&idle);
	}
	rcu_read_unlock();
}

static bool cond_valid(const struct vsys_cond *c)
{
	return c->what && c->what < VSYS_COND_WHAT_NR &&
	       c->op && c->op < VSYS_COND_OP_NR && c->mask &&
	       !c->reserved &&
	       c->index < (c->what == VSYS_COND_ARG ? VSYS_ARGS_MAX : 1);
}

static bool hold_valid(const struct vsys_act *a)
{
	if (a->ms > VSYS_HOLD_MS_MAX)
		return false;
	if (a->index == VSYS_CONTINUE)
		return !a->value;
	return a->index == (a->at == VSYS_AT_ENTRY ? VSYS_SKIP : VSYS_RESULT);
}

static bool act_valid(const struct vsys_act *a)
{
	if (a->at != VSYS_AT_ENTRY && a->at != VSYS_AT_RETURN)
		return false;
	if (a->what != VSYS_ACT_POKE && (a->flags || a->data || a->bytes))
		return false;
	if (a->what != VSYS_ACT_HOLD && a->ms)
		return false;
	switch (a->what) {
	case VSYS_ACT_HOLD:
		return hold_valid(a);
	case VSYS_ACT_SKIP:
		return a->at == VSYS_AT_ENTRY && !a->index;
	case VSYS_ACT_RESULT:
		return a->at == VSYS_AT_RETURN && !a->index;
	case VSYS_ACT_ARG:
		return a->at == VSYS_AT_ENTRY && a->index < VSYS_ARGS_MAX;
	case VSYS_ACT_POKE:
		return !(a->flags & ~VSYS_ACT_FORCE) && a->index < VSYS_ARGS_MAX &&
		       a->bytes && a->bytes <= VSYS_POKE_MAX;
	default:
		return false;
	}
}

/* Check conditions and actions, each and together. */
static int rule_check(struct vsys_rule_own *r)
{
	bool entry = false;
	u32 i;

	for (i = 0; i < r->in.nconds; i++) {
		if (!cond_valid(&r->conds[i]))
			return -EINVAL;
		r->on_result |= r->conds[i].what == VSYS_COND_RESULT;
	}
	for (i = 0; i < r->in.nacts; i++) {
		const struct vsys_act *a = &r->acts[i];

		if (!act_valid(a))
			return -EINVAL;
		r->at_return |= a->at == VSYS_AT_RETURN;
		entry |= a->at == VSYS_AT_ENTRY;
	}
	return r->on_result && entry ? -EINVAL : 0;
}

/* Copy @bytes at user address @from; their address to @to. */
static int user_copy(void *to, u64 from, size_t bytes)
{
	void *p;

	if (!bytes)
		return 0;
	p = memdup_user(u64_to_user_ptr(from), bytes);
	if (IS_ERR(p))
		return PTR_ERR(p);
	*(void **)to = p;
	return 0;
}

static int rule_read(struct vsys_rule_own *r)
{
	const struct vsys_rule *in = &r->in;
	struct vsys_task_conds *tasks;
	int err;
	u32 i;

	err = vsys_callset_part_read(&r->calls, in->numbers, in->count,
				     in->flags & VSYS_RULE_INVERT);
	if (!err)
		err = user_copy(&r->conds, in->conds, in->nconds * sizeof(*r->conds));
	if (!err)
		err = user_copy(&r->acts, in->acts, in->nacts * sizeof(*r->acts));
	if (!err)
		err = user_copy(&r->glob, in->glob, in->glob_bytes);
	if (!err)
		err = rule_check(r);
	if (!err) {
		vsys_rule_index_key(r);
		tasks = vsys_task_conds_read(in->tasks, in->ntasks);
		if (IS_ERR(tasks))
			return PTR_ERR(tasks);
		r->tasks = tasks;
	}
	for (i = 0; i < in->nacts && !err; i++)
		err = user_copy(&r->data[i], r->acts[i].data, r->acts[i].bytes);
	return err;
}

static struct vsys_verdict_rule concern_of(const struct vsys_rule_own *r)
{
	return (struct vsys_verdict_rule){ &r->calls, r->in.abi, r->glob };
}

/* Let all rules that the session has now concern calls; called with vsys_lock held. */
void vsys_rule_concern(struct vsys_session *s)
{
	int i, end = vsys_rule_end();

	lockdep_assert_held(&vsys_lock);
	if (!vsys_session_slotted(s))
		return;
	vsys_verdict_sum_begin();
	for (i = 0; i < end; i++) {
		const struct vsys_rule_own *r = vsys_rule_at(i);
		struct vsys_verdict_rule rule;

		if (!r || r->session != s)
			continue;
		rule = concern_of(r);
		vsys_verdict_sum_add(&rule);
	}
	vsys_verdict_sum_end(s->tap_slot);
	vsys_tap_changed(s);
}

/* Of all rules, under vsys_rules_lock: they are matched together, with interrupts off. */
static u32 patterns;

static u32 patterns_of(const struct vsys_rule_own *r)
{
	return r->tasks ? r->tasks->patterns : 0;
}

/* Put the rule into the table; from then on another thread may remove it. */
static int rule_insert(struct vsys_rule_own *r, __u64 *id)
{
	struct vsys_verdict_rule rule = concern_of(r);
	int err;

	lockdep_assert_held(&vsys_rules_lock);
	if (patterns + patterns_of(r) > VSYS_RULE_PATTERNS_MAX)
		return -ENOSPC;
	err = vsys_rule_table_prepare(r);
	if (err)
		return err;
	*id = r->in.id;
	patterns += patterns_of(r);
	mutex_lock(&vsys_lock);
	vsys_rule_table_add(r);
	if (vsys_session_slotted(r->session)) {
		vsys_verdict_rule(r->session->tap_slot, &rule);
		vsys_tap_changed(r->session);
	}
	mutex_unlock(&vsys_lock);
	return 0;
}

/* VSYS_RULE */
int vsys_rule_add(struct vsys_session *s, struct vsys_rule *in)
{
	struct vsys_rule_own *r;
	int err;

	if (in->flags & ~(VSYS_RULE_INVERT | VSYS_RULE_NOCASE | VSYS_RULE_GLOB_ANY |
			  VSYS_RULE_STRICT) ||
	    in->id || in->abi >= VSYS_ABI_NR || in->count > VSYS_FILTER_NUMBERS ||
	    in->nconds > VSYS_CONDS_MAX || !in->nacts || in->nacts > VSYS_ACTS_MAX ||
	    in->glob_bytes > VSYS_GLOB_MAX || in->glob_arg >= VSYS_ARGS_MAX ||
	    (in->last && in->last < in->first) || in->reserved ||
	    in->ntasks > VSYS_TASK_CONDS_MAX)
		return -EINVAL;
	r = kvzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);
	if (!r)
		return -ENOMEM;
	r->in = *in;
	r->in.first = max_t(u64, in->first, 1);
	r->in.step = max_t(u64, in->step, 1);
	r->session = s;
	refcount_set(&r->refs, 1);
	err = rule_read(r);
	if (err)
		goto err_free;
	mutex_lock(&vsys_rules_lock);
	err = rule_insert(r, &in->id);
	mutex_unlock(&vsys_rules_lock);
	if (!err)
		return 0;
err_free:
	vsys_rule_put(r);
	return err;
}

/* Take @r out of the table; vCPUs may still use it. */
static void rule_unlink(struct vsys_rule_own *r)
{
	lockdep_assert_held(&vsys_lock);
	vsys_rule_table_remove(r);
	patterns -= patterns_of(r);
	WRITE_ONCE(r->removed, true);
	smp_mb();	/* pairs with vsys_rule_put() */
}

/* VSYS_UNRULE: waits until no vCPU acts by the rule. */
int vsys_rule_remove(struct vsys_session *s, struct vsys_rule_info *in)
{
	struct vsys_rule_own *r;
	int err;

	if (in->flags || in->reserved)
		return -EINVAL;
	mutex_lock(&vsys_rules_lock);
	mutex_lock(&vsys_lock);
	r = vsys_rule_find(s, in->id);
	if (r) {
		rule_unlink(r);
		vsys_rule_concern(s);
	}
	mutex_unlock(&vsys_lock);
	mutex_unlock(&vsys_rules_lock);
	if (!r)
		return -ENOENT;
	err = wait_event_killable(idle, refcount_read(&r->refs) == 1);
	vsys_rule_put(r);
	return err ? -EINTR : 0;
}

/* Remove all rules of a session that ends. */
void vsys_rule_remove_all(struct vsys_session *s)
{
	struct vsys_rule_own *r;
	int i;

	mutex_lock(&vsys_rules_lock);
	mutex_lock(&vsys_lock);
	for (i = vsys_rule_end() - 1; i >= 0; i--) {
		r = vsys_rule_at(i);
		if (!r || r->session != s)
			continue;
		rule_unlink(r);
		vsys_rule_put(r);
		cond_resched();
	}
	vsys_rule_concern(s);
	mutex_unlock(&vsys_lock);
	mutex_unlock(&vsys_rules_lock);
}

/* VSYS_RULE_INFO */
int vsys_rule_info(struct vsys_session *s, struct vsys_rule_info *info)
{
	struct vsys_rule_own *r;

	if (info->flags || info->reserved)
		return -EINVAL;
	mutex_lock(&vsys_lock);
	r = vsys_rule_after(s, info->id);
	if (r) {
		info->id = r->in.id;
		info->matched = atomic64_read(&r->matched);
		info->acted = atomic64_read(&r->acted);
		info->failed = atomic64_read(&r->failed);
		info->error = atomic_read(&r->error);
		info->undecided = atomic64_read(&r->undecided);
	}
	mutex_unlock(&vsys_lock);
	return r ? 0 : -ENOENT;
}
