/* SPDX-License-Identifier: GPL-2.0 */
/* Rules: which calls to change or to hold, and how. */
#ifndef VSYS_RULE_H
#define VSYS_RULE_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/vsyscalls.h>

#include "callset.h"

struct vsys_call;
struct vsys_session;
struct vsys_vcpu;

/*
 * A rule.  In rules[], which has a reference, until it is removed.
 * Constant but for the counts.
 */
struct vsys_rule_own {
	struct rcu_head rcu;
	refcount_t refs;
	bool removed;
	struct vsys_rule in;
	struct vsys_session *session;
	struct vsys_cond *conds;	/* in.nconds of them */
	struct vsys_act *acts;		/* in.nacts of them; data is not used */
	void *data[VSYS_ACTS_MAX];	/* of POKEs, or NULL */
	u8 *glob;			/* in.glob_bytes, or NULL */
	struct vsys_task_conds *tasks;	/* in.ntasks of them, or NULL */
	u8 index;			/* in rules[] */
	bool on_result;			/* a condition is on the result */
	bool at_return;			/* an action is at the return */
	atomic64_t matched;
	atomic64_t acted;
	atomic64_t failed;
	atomic64_t undecided;
	atomic_t error;
	struct vsys_callset_part calls;
};

int vsys_rule_end(void);
struct vsys_rule_own *vsys_rule_at(int index);
struct vsys_rule_own *vsys_rule_get(int index);
void vsys_rule_put(struct vsys_rule_own *r);
struct vsys_rule_own *vsys_rule_next(const struct vsys_session *s, u64 after, u64 mask);
u64 vsys_rule_newest(void);
void vsys_rule_forget(struct vsys_call *call);
void vsys_rule_concern(struct vsys_session *s);

int vsys_rule_add(struct vsys_session *s, struct vsys_rule *in);
int vsys_rule_remove(struct vsys_session *s, struct vsys_rule_info *in);
int vsys_rule_info(struct vsys_session *s, struct vsys_rule_info *info);
void vsys_rule_remove_all(struct vsys_session *s);

#endif /* VSYS_RULE_H */
