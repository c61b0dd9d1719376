/* SPDX-License-Identifier: GPL-2.0 */
/* A rule: which calls to change or to hold, and how; and a list of rules. */
#ifndef VSYS_RULE_TYPES_H
#define VSYS_RULE_TYPES_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/vsyscalls.h>

#include "callset.h"

struct vsys_rule_index;
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

/*
 * The rules that concern calls of a number, or of several: vsys_call.rules and others are
 * sets of @at.  A rule keeps its place in it until it is removed.
 */
struct vsys_rule_list {
	struct rcu_head rcu;
	u32 count;			/* of @at, VSYS_RULES_CALL_MAX at most */
	u32 numbers;			/* how many have this list, under vsys_rules_lock */
	u64 gone_id;			/* of the rule that was removed last, under vsys_rules_lock */
	u64 next_id;			/* of the rule for which @next was made */
	struct vsys_rule_list *next;	/* this list and that rule, under vsys_rules_lock */
	const struct vsys_rule_index *index;	/* NULL: few rules */
	struct vsys_rule_own __rcu *at[];	/* NULL: removed */
};

#endif /* VSYS_RULE_TYPES_H */
