// SPDX-License-Identifier: GPL-2.0
/* The table of rules, as a vCPU sees it while another thread changes it. */
#include "../../kmod/rewrite/rule.h"
#include "../../kmod/rewrite/rule_table.h"
#include "ktap.h"
#include "session.h"
#include "tap.h"
#include "task_filter.h"
#include "verdict.h"

/* NUMBERS: as many as there can be rules for each at the same time; ALL: of them */
enum { NUMBERS = VSYS_RULES_MAX / VSYS_RULES_CALL_MAX, ALL = VSYS_FILTER_NUMBERS };

static struct vsys_session mine = { .tap_slot = 1 };
static int looks, missing, uncounted;
static u32 looked;		/* at calls of this number */
static u64 newest;		/* of the last look */

static const struct vsys_rule_list *list_of(u32 nr)
{
	struct vsys_call call = { .abi = VSYS_ABI_LINUX_X86_64, .nr = nr };

	return vsys_rule_list(vsys_rule_place(&call));
}

/* How many rules concern calls of a number? */
static int concerning(u32 nr)
{
	const struct vsys_rule_list *list = list_of(nr);
	int n = 0;
	u32 i;

	for (i = 0; list && i < list->count; i++)
		n += vsys_rule_in(list, i) != NULL;
	return n;
}

/* vsys_match_task() keeps what it finds for all rules up to the newest id. */
void look(void)
{
	const struct vsys_rule_list *list = list_of(looked);
	u64 found = 0, before = newest;
	u32 i;

	looks++;
	newest = vsys_rule_newest();
	for (i = 0; list && i < list->count; i++) {
		const struct vsys_rule_own *r = vsys_rule_in(list, i);

		if (r && r->in.id > found)
			found = r->in.id;
	}
	for (i = 0; i < VSYS_RULES_TASK_MAX; i++)
		uncounted += vsys_rule_by_task(i) && !vsys_rules_by_task;
	missing += newest != before && found != newest;
}

u32 vsys_rules_by_task;
int vsys_lock;
static int concerned;

bool vsys_session_slotted(const struct vsys_session *s)
{
	return s == &mine;
}

void vsys_tap_changed(struct vsys_session *s)
{
	concerned += s == &mine;
}

struct vsys_task_conds *vsys_task_conds_read(u64 from, u32 count)
{
	(void)from;
	return count ? calloc(1, sizeof(struct vsys_task_conds)) : NULL;
}

int vsys_callset_part_read(struct vsys_callset_part *part, u64 numbers, u32 count, bool invert)
{
	u32 i;

	part->others = invert;
	if (invert)
		memset(part->numbers, 0xff, sizeof(part->numbers));
	for (i = 0; i < count; i++)
		__set_bit(((const u32 *)(uintptr_t)numbers)[i], part->numbers);
	return 0;
}

void vsys_verdict_rule(u8 tap_slot, const struct vsys_verdict_rule *rule)
{
	(void)tap_slot, (void)rule;
}

void vsys_verdict_sum_begin(void)
{
}

void vsys_verdict_sum_add(const struct vsys_verdict_rule *rule)
{
	(void)rule;
}

void vsys_verdict_sum_end(u8 tap_slot)
{
	(void)tap_slot;
}

/* Add a rule for calls @nr, or for all: its id, or the error. */
static s64 add(u32 nr, u32 tasks)
{
	struct vsys_act act = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY };
	struct vsys_rule in = {
		.acts = (uintptr_t)&act, .nacts = 1, .ntasks = tasks, .numbers = (uintptr_t)&nr,
		.abi = VSYS_ABI_LINUX_X86_64, .count = nr != ALL,
		.flags = nr == ALL ? VSYS_RULE_INVERT : 0,
	};
	int err;

	looked = nr == ALL ? 3 : nr;
	err = vsys_rule_add(&mine, &in);
	return err ?: (s64)in.id;
}

static bool remove_rule(u64 id)
{
	struct vsys_rule_info info = { .id = id };

	return !vsys_rule_remove(&mine, &info);
}

static void everything_goes(void)
{
	vsys_rule_remove_all(&mine);
	ok(!vsys_rule_end() && !vsys_rules_by_task && !list_of(3), "the session's rules go together");
}

/* As many rules as there may be, each for one number of many. */
static void most(void)
{
	int i, added = 0, each = 0;

	for (i = 0; i < VSYS_RULES_MAX; i++)
		added += add(i % NUMBERS, i < VSYS_RULES_TASK_MAX) == i + 1 && newest == (u64)i + 1;
	ok(added == VSYS_RULES_MAX && concerned == added, "rules are added, and concern calls at once");
	ok(looks >= 2 * VSYS_RULES_MAX && !missing, "who sees an id finds its rule");
	for (i = 0; i < NUMBERS; i++)
		each += concerning(i) == VSYS_RULES_MAX / NUMBERS;
	ok(each == NUMBERS && !concerning(NUMBERS), "a call finds those for its number");
	ok(add(NUMBERS, 0) == -ENOSPC && !concerning(NUMBERS), "there is no room for more");
	ok(vsys_rules_by_task == VSYS_RULES_TASK_MAX, "rules by task are counted");
	ok(remove_rule(7) && !remove_rule(7), "a rule is removed once");
	ok(!vsys_rule_at(6) && vsys_rule_end() == VSYS_RULES_MAX, "its place is free");
	ok(concerning(6 % NUMBERS) == VSYS_RULES_MAX / NUMBERS - 1, "its number has one less");
	ok(add(6, 1) == VSYS_RULES_MAX + 1 && vsys_rule_at(6), "and taken by the next");
	ok(remove_rule(VSYS_RULES_MAX) && add(NUMBERS - 1, 1) == -ENOSPC && add(NUMBERS - 1, 0) > 0,
	   "few may be by task");
	everything_goes();
}

/* Rules that concern the same calls, some of them also others. */
static void together(void)
{
	const struct vsys_rule_list *shared;
	int i, added = 0;

	for (i = 0; i < VSYS_RULES_CALL_MAX - 1; i++)
		added += add(i % 2 ? 3 : ALL, 0) > 0;
	ok(added == VSYS_RULES_CALL_MAX - 1 && concerning(3) == added, "one number has many rules");
	shared = list_of(4);
	ok(concerning(4) == VSYS_RULES_CALL_MAX / 2 && shared == list_of(VSYS_FILTER_NUMBERS - 1),
	   "others share a list");
	ok(add(3, 0) > 0 && add(3, 0) == -ENOSPC, "only so many may concern one number");
	ok(add(ALL, 0) == -ENOSPC && list_of(4) == shared, "nor does one for it and others fit");
	ok(add(4, 0) > 0 && concerning(4) == VSYS_RULES_CALL_MAX / 2 + 1 && concerning(5) == concerning(4) - 1,
	   "one for another does");
	everything_goes();
}

/* A pending call's bits stay those of its rules. */
static void bits(void)
{
	struct vsys_call call = { .abi = VSYS_ABI_LINUX_X86_64, .nr = 3 };
	u64 first = add(3, 0), second = add(ALL, 0);
	struct vsys_rule_own *r;
	u32 i;

	call.place = vsys_rule_place(&call);
	for (i = 0; i < 2; i++) {
		vsys_rule_set_add(&call.rules, i);
		vsys_rule_set_add(&call.undecided, i);
	}
	call.newest = newest;
	call.nr = 9;
	add(3, 0);
	r = vsys_rule_next(&call, &mine, first);
	ok(r && r->in.id == second && vsys_rule_has(&call, &call.rules, r), "a call has its rules in order");
	vsys_rule_put(r);
	ok(!vsys_rule_next(&call, &mine, second), "of those in its mask");
	vsys_rule_forget(&call);
	ok(vsys_rule_set_has(&call.rules, 0), "as long as they are there");
	remove_rule(first);
	ok(add(3, 0) > 0 && concerning(3) == 3, "a place is used again");
	vsys_rule_forget(&call);
	ok(vsys_rule_set_next(&call.rules, 0) == 1 && vsys_rule_set_next(&call.undecided, 0) == 1,
	   "not by the call that had its rule");
	everything_goes();
}

int main(void)
{
	puts("TAP version 13");
	most();
	together();
	bits();
	ok(!missing && !uncounted, "a rule by task that is found is counted");
	vsys_rule_table_exit();
	return ktap_end();
}
