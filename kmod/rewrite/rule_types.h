/* SPDX-License-Identifier: GPL-2.0 */
/* A rule: which calls to change or to hold, and how. */
#ifndef VSYS_RULE_TYPES_H
#define VSYS_RULE_TYPES_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/vsyscalls.h>

#include "callset.h"

struct vsys_session;

/*
 * A rule.  In the tables of rule_table.c, which have a reference, until it is removed.
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
	u16 index;			/* in rules[] */
	u8 key_first, key_last;		/* bytes of @key's string, if it is the first or last of @glob */
	bool keyed;			/* it has a @key */
	u32 key;			/* in rule_index.c */
	u8 task_index;			/* among those with @tasks */
	bool on_result;			/* a condition is on the result */
	bool at_return;			/* an action is at the return */
	atomic64_t matched;
	atomic64_t acted;
	atomic64_t failed;
	atomic64_t undecided;
	atomic_t error;
	struct vsys_callset_part calls;
};

#endif /* VSYS_RULE_TYPES_H */
