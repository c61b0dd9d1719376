/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of all sessions, and those that concern a call. */
#ifndef VSYS_RULE_TABLE_H
#define VSYS_RULE_TABLE_H

#include <linux/mutex.h>
#include <linux/types.h>

struct vsys_call;
struct vsys_rule_list;
struct vsys_rule_own;
struct vsys_rule_set;
struct vsys_session;

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
