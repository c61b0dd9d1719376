/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of all sessions, and those that concern a call. */
#ifndef VSYS_RULE_TABLE_H
#define VSYS_RULE_TABLE_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct vsys_call;
struct vsys_rule_index;
struct vsys_rule_own;
struct vsys_rule_set;
struct vsys_session;

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

extern struct mutex vsys_rules_lock;

u32 vsys_rule_place(const struct vsys_call *call);
const struct vsys_rule_list *vsys_rule_list(u32 place);
struct vsys_rule_own *vsys_rule_in(const struct vsys_rule_list *list, u32 i);
struct vsys_rule_own *vsys_rule_get(const struct vsys_call *call, u32 i);
bool vsys_rule_has(const struct vsys_call *call, const struct vsys_rule_set *set,
		   const struct vsys_rule_own *r);
void vsys_rule_drop(const struct vsys_call *call, struct vsys_rule_set *set,
		    const struct vsys_rule_own *r);
struct vsys_rule_own *vsys_rule_next(const struct vsys_call *call, const struct vsys_session *s,
				     u64 after);
struct vsys_rule_own *vsys_rule_get_id(const struct vsys_session *s, u64 id);
struct vsys_rule_own *vsys_rule_by_task(u32 i);
u64 vsys_rule_newest(void);
void vsys_rule_forget(struct vsys_call *call);

int vsys_rule_end(void);
struct vsys_rule_own *vsys_rule_at(int index);
struct vsys_rule_own *vsys_rule_find(const struct vsys_session *s, u64 id);
struct vsys_rule_own *vsys_rule_after(const struct vsys_session *s, u64 after);
int vsys_rule_table_prepare(struct vsys_rule_own *r);
void vsys_rule_table_add(struct vsys_rule_own *r);
void vsys_rule_table_remove(struct vsys_rule_own *r);
void vsys_rule_table_exit(void);

#endif /* VSYS_RULE_TABLE_H */
