// SPDX-License-Identifier: GPL-2.0
/*
 * Which rules exist, and which of them concern calls of a number?  Each number has a list,
 * made in advance: a call costs what its own rules do, however many others there are.
 * Numbers with the same rules share a list while rules are only added.
 */
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "charge.h"
#include "rewrite/rule_index.h"
#include "rewrite/rule_table.h"
#include "rewrite/rule_types.h"
#include "session.h"
#include "task_filter.h"
#include "verdict.h"
#include "vm.h"

enum {
	NUMBERS = VSYS_FILTER_NUMBERS + 1,	/* as of vsys_verdicts */
	ABI_SHIFT = 16,		/* of a place: an ABI, and a number of it */
};

/* All of these are read with vsys_dereference(), changed under vsys_lock. */
static struct vsys_rule_own __rcu *rules[VSYS_RULES_MAX];
static struct vsys_rule_own __rcu *by_task[VSYS_RULES_TASK_MAX];
/* Of an ABI, by number; NULL: no list.  A table stays until the module goes. */
static struct vsys_rule_list __rcu **tables[VSYS_ABI_NR];
static int end;			/* index after the last rule, under vsys_lock */
static u64 last_id;

/*
 * Of those who change lists, taken before vsys_lock: with it alone they wait for memory, as the
 * cgroup of one that adds a rule may have to reclaim some.
 */
DEFINE_MUTEX(vsys_rules_lock);

/* What numbers without a list have; under vsys_rules_lock. */
static struct vsys_rule_list none;

/* The indexes of rules are below this. */
int vsys_rule_end(void)
{
	return READ_ONCE(end);
}

/* Called with interrupts off, in RCU or with vsys_lock held. */
struct vsys_rule_own *vsys_rule_at(int index)
{
	return vsys_dereference(rules[index]);
}

/* One of the rules with conditions on tasks, or NULL; called as vsys_rule_at(). */
struct vsys_rule_own *vsys_rule_by_task(u32 i)
{
	return vsys_dereference(by_task[i]);
}

/* Where the list of a call is, whatever its number becomes: vsys_call.place. */
u32 vsys_rule_place(const struct vsys_call *call)
{
	return call->abi << ABI_SHIFT | vsys_verdict_index(call->abi, call->nr);
}

/* The rules that concern calls of a number, or NULL; called as vsys_rule_at(). */
const struct vsys_rule_list *vsys_rule_list(u32 place)
{
	/* Pairs with the release in table_make(). */
	struct vsys_rule_list __rcu **table = smp_load_acquire(&tables[place >> ABI_SHIFT]);

	return table ? vsys_dereference(table[(u16)place]) : NULL;
}

/* Called as vsys_rule_at(); NULL where a rule was removed. */
struct vsys_rule_own *vsys_rule_in(const struct vsys_rule_list *list, u32 i)
{
	return vsys_dereference(list->at[i]);
}

/* The rule at @i of the call's sets, or NULL if that one was removed; as vsys_rule_at(). */
static struct vsys_rule_own *rule_of(const struct vsys_call *call, u32 i)
{
	const struct vsys_rule_list *list = vsys_rule_list(call->place);
	struct vsys_rule_own *r;

	r = list && i < READ_ONCE(list->count) ? vsys_rule_in(list, i) : NULL;
	/* Another one may have its place by now. */
	return r && r->in.id <= call->newest ? r : NULL;
}

/* Have a reference to @r, or NULL if it is on its way out; in RCU. */
static struct vsys_rule_own *hold(struct vsys_rule_own *r)
{
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "a rule");
	return r && refcount_inc_not_zero(&r->refs) ? r : NULL;
}

/* Is @r the session's next rule after @after, unless there is one before it?  @next: so far. */
static bool is_next(const struct vsys_rule_own *r, const struct vsys_session *s, u64 after,
		    const struct vsys_rule_own *next)
{
	return r && r->session == s && r->in.id > after && (!next || r->in.id < next->in.id);
}

/**
 * vsys_rule_get() - get a rule for use where sleeping is allowed
 * @call: the call, with its place, and the newest rule for it
 * @i: of the rules that concern it
 *
 * Return: the rule, to be released with vsys_rule_put(), or NULL.
 */
struct vsys_rule_own *vsys_rule_get(const struct vsys_call *call, u32 i)
{
	struct vsys_rule_own *r;

	rcu_read_lock();
	r = hold(rule_of(call, i));
	rcu_read_unlock();
	return r;
}

/* The place of a rule in a set of the call; VSYS_RULES_CALL_MAX: none, or it was removed. */
static u32 index_of(const struct vsys_call *call, const struct vsys_rule_set *set,
		    const struct vsys_rule_own *r)
{
	u32 i;

	rcu_read_lock();
	vsys_rule_set_each(set, i)
		if (rule_of(call, i) == r)
			break;
	rcu_read_unlock();
	return i;
}

bool vsys_rule_has(const struct vsys_call *call, const struct vsys_rule_set *set,
		   const struct vsys_rule_own *r)
{
	return index_of(call, set, r) < VSYS_RULES_CALL_MAX;
}

/* Take a rule out of a set of the call, if it is there. */
void vsys_rule_drop(const struct vsys_call *call, struct vsys_rule_set *set,
		    const struct vsys_rule_own *r)
{
	u32 i = index_of(call, set, r);

	if (i < VSYS_RULES_CALL_MAX)
		vsys_rule_set_del(set, i);
}

/**
 * vsys_rule_next() - iterate over a session's rules that match a call, in their order
 * @call: the call
 * @s: the session
 * @after: id of the one before, 0 for the first
 *
 * Return: the rule, to be released with vsys_rule_put(), or NULL.
 */
struct vsys_rule_own *vsys_rule_next(const struct vsys_call *call, const struct vsys_session *s,
				     u64 after)
{
	struct vsys_rule_own *r, *next;
	u32 i;

	rcu_read_lock();
	do {
		next = NULL;
		vsys_rule_set_each(&call->rules, i) {
			r = rule_of(call, i);
			if (is_next(r, s, after, next))
				next = r;
		}
	} while (next && !hold(next));
	rcu_read_unlock();
	return next;
}

/* The session's rule with this id, or NULL; called as vsys_rule_at(). */
struct vsys_rule_own *vsys_rule_find(const struct vsys_session *s, u64 id)
{
	struct vsys_rule_own *r;
	int i, n = vsys_rule_end();

	for (i = 0; i < n; i++) {
		r = vsys_rule_at(i);
		if (r && r->in.id == id)
			return r->session == s ? r : NULL;
	}
	return NULL;
}

/* The same, to be released with vsys_rule_put(). */
struct vsys_rule_own *vsys_rule_get_id(const struct vsys_session *s, u64 id)
{
	struct vsys_rule_own *r;

	rcu_read_lock();
	r = hold(vsys_rule_find(s, id));
	rcu_read_unlock();
	return r;
}

/* The session's rule with the least id after @after, or NULL; called with vsys_lock held. */
struct vsys_rule_own *vsys_rule_after(const struct vsys_session *s, u64 after)
{
	struct vsys_rule_own *r, *next = NULL;
	int i;

	lockdep_assert_held(&vsys_lock);
	for (i = 0; i < end; i++) {
		r = vsys_rule_at(i);
		if (is_next(r, s, after, next))
			next = r;
	}
	return next;
}

/* The largest id so far.  Read before matching: rules added meanwhile have larger ids. */
u64 vsys_rule_newest(void)
{
	/* Pairs with the release in vsys_rule_table_add(). */
	return smp_load_acquire(&last_id);
}

static void set_forget(const struct vsys_call *call, struct vsys_rule_set *set)
{
	u32 i;

	vsys_rule_set_each(set, i)
		if (!rule_of(call, i))
			vsys_rule_set_del(set, i);
}

/* Drop the rules of @call that were removed; another rule may have the place by now. */
void vsys_rule_forget(struct vsys_call *call)
{
	rcu_read_lock();
	set_forget(call, &call->rules);
	set_forget(call, &call->undecided);
	rcu_read_unlock();
}

/* Make the table of an ABI, if there is none. */
static int table_make(u32 abi)
{
	struct vsys_rule_list __rcu **table;

	if (tables[abi])
		return 0;
	/* It stays, so it is charged to nobody. */
	table = kvzalloc(NUMBERS * sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	/* Pairs with the acquire in vsys_rule_list(). */
	smp_store_release(&tables[abi], table);
	return 0;
}

/* Call @fn for each number that @r concerns, until one fails; tables that it needs exist. */
static int numbers_each(struct vsys_rule_own *r,
			int (*fn)(struct vsys_rule_own *r, struct vsys_rule_list __rcu **list))
{
	u32 abi, nr;
	int err = 0;

	lockdep_assert_held(&vsys_rules_lock);
	for (abi = 0; abi < VSYS_ABI_NR && !err; abi++) {
		/* After a failure there may be none. */
		if ((r->in.abi && r->in.abi != abi) || !tables[abi])
			continue;
		for_each_set_bit(nr, r->calls.numbers, VSYS_FILTER_NUMBERS) {
			err = fn(r, &tables[abi][nr]);
			if (err)
				return err;
		}
		if (r->calls.others)
			err = fn(r, &tables[abi][VSYS_FILTER_NUMBERS]);
		cond_resched();
	}
	return err;
}

#define lists_dereference(p) rcu_dereference_protected(p, lockdep_is_held(&vsys_rules_lock))

static struct vsys_rule_list *list_of(struct vsys_rule_list __rcu **list)
{
	return lists_dereference(*list) ?: &none;
}

/* A copy of @old that has @r, too. */
static struct vsys_rule_list *list_copy(const struct vsys_rule_list *old, struct vsys_rule_own *r)
{
	u32 place, places, count = old->count;
	struct vsys_rule_list *list;

	for (place = 0; place < count && rcu_access_pointer(old->at[place]); place++)
		;
	if (place == VSYS_RULES_CALL_MAX)
		return ERR_PTR(-ENOSPC);
	places = max(count, place + 1);
	list = kzalloc(struct_size(list, at, places) + vsys_rule_index_bytes(places), VSYS_GFP_CHARGED);
	if (!list)
		return ERR_PTR(-ENOMEM);
	list->count = places;
	memcpy(list->at, old->at, count * sizeof(list->at[0]));
	RCU_INIT_POINTER(list->at[place], r);
	vsys_rule_index_build(list, places);
	return list;
}

/* Make what replaces the list, once for all numbers that share it. */
static int number_prepare(struct vsys_rule_own *r, struct vsys_rule_list __rcu **list)
{
	struct vsys_rule_list *old = list_of(list), *next;

	if (old->next_id == r->in.id)
		return 0;
	next = list_copy(old, r);
	if (IS_ERR(next))
		return PTR_ERR(next);
	old->next = next;
	old->next_id = r->in.id;
	return 0;
}

/* The rule cannot be added. */
static int number_cancel(struct vsys_rule_own *r, struct vsys_rule_list __rcu **list)
{
	struct vsys_rule_list *old = list_of(list);

	if (old->next_id == r->in.id) {
		kfree(old->next);
		old->next_id = 0;
	}
	return 0;
}

/* A number has another list now. */
static void list_leave(struct vsys_rule_list *old)
{
	if (old != &none && !--old->numbers)
		kfree_rcu(old, rcu);
}

static int number_commit(struct vsys_rule_own *r, struct vsys_rule_list __rcu **list)
{
	struct vsys_rule_list *old = list_of(list);

	old->next->numbers++;
	rcu_assign_pointer(*list, old->next);
	list_leave(old);
	return 0;
}

/* The last rules go first when a session ends, so look for them from behind. */
static void list_remove(struct vsys_rule_list *list, const struct vsys_rule_own *r)
{
	u32 i = list->count, count = list->count;

	while (rcu_access_pointer(list->at[--i]) != r)
		;
	RCU_INIT_POINTER(list->at[i], NULL);
	while (count && !rcu_access_pointer(list->at[count - 1]))
		count--;
	WRITE_ONCE(list->count, count);
	list->gone_id = r->in.id;
}

/* Removing must not fail, so no list is copied; one without rules goes. */
static int number_remove(struct vsys_rule_own *r, struct vsys_rule_list __rcu **list)
{
	struct vsys_rule_list *old = list_of(list);

	/* Once for all numbers that share it. */
	if (old->gone_id != r->in.id)
		list_remove(old, r);
	if (!old->count) {
		RCU_INIT_POINTER(*list, NULL);
		list_leave(old);
	}
	return 0;
}

/* Make all lists that change with @r, or none. */
static int lists_prepare(struct vsys_rule_own *r)
{
	u32 abi;
	int err = 0;

	for (abi = 0; abi < VSYS_ABI_NR && !err; abi++)
		if (!r->in.abi || r->in.abi == abi)
			err = table_make(abi);
	if (!err)
		err = numbers_each(r, number_prepare);
	if (err)
		numbers_each(r, number_cancel);
	return err;
}

/* A free place in an array of rules, or @n. */
static u32 place_find(struct vsys_rule_own __rcu **array, u32 n)
{
	u32 i = 0;

	while (i < n && rcu_access_pointer(array[i]))
		i++;
	return i;
}

/**
 * vsys_rule_table_prepare() - find places for a rule, and make its lists
 * @r: the rule; its id and its indexes are set
 *
 * Called with vsys_rules_lock held, without vsys_lock.  Return: 0, -ENOSPC or -ENOMEM.
 */
int vsys_rule_table_prepare(struct vsys_rule_own *r)
{
	lockdep_assert_held(&vsys_rules_lock);
	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	r->index = place_find(rules, VSYS_RULES_MAX);
	r->task_index = r->tasks ? place_find(by_task, VSYS_RULES_TASK_MAX) : 0;
	if (r->index == VSYS_RULES_MAX || r->task_index == VSYS_RULES_TASK_MAX)
		return -ENOSPC;
	r->in.id = last_id + 1;
	return lists_prepare(r);
}

/* Let vCPUs find a rule after vsys_rule_table_prepare(); called with both locks held. */
void vsys_rule_table_add(struct vsys_rule_own *r)
{
	lockdep_assert_held(&vsys_lock);
	if (r->tasks) {
		WRITE_ONCE(vsys_rules_by_task, vsys_rules_by_task + 1);
		rcu_assign_pointer(by_task[r->task_index], r);
	}
	numbers_each(r, number_commit);
	rcu_assign_pointer(rules[r->index], r);
	if (r->index >= end)
		WRITE_ONCE(end, r->index + 1);
	/* Last, as vsys_match_task() keeps what it found: pairs with the acquire in vsys_rule_newest(). */
	smp_store_release(&last_id, r->in.id);
}

/* Take @r out of the tables; vCPUs may still use it.  Called with both locks held. */
void vsys_rule_table_remove(struct vsys_rule_own *r)
{
	lockdep_assert_held(&vsys_lock);
	WARN_ON_ONCE(rcu_access_pointer(rules[r->index]) != r);
	numbers_each(r, number_remove);
	RCU_INIT_POINTER(rules[r->index], NULL);
	while (end && !rcu_access_pointer(rules[end - 1]))
		WRITE_ONCE(end, end - 1);
	if (r->tasks) {
		RCU_INIT_POINTER(by_task[r->task_index], NULL);
		WRITE_ONCE(vsys_rules_by_task, vsys_rules_by_task - 1);
	}
}

void vsys_rule_table_exit(void)
{
	int abi;

	for (abi = 0; abi < VSYS_ABI_NR; abi++)
		kvfree(tables[abi]);
}
