// SPDX-License-Identifier: GPL-2.0
/* The table of rules, as a vCPU sees it while another thread changes it. */
#include "../../kmod/rewrite/rule.h"
#include "ktap.h"
#include "session.h"
#include "tap.h"
#include "task_filter.h"
#include "verdict.h"

static struct vsys_session mine = { .tap_slot = 1 };
static int looks, missing, uncounted;
static u64 newest;		/* of the last look */
static u64 gone;		/* rules up to this id may have been removed */

/* vsys_match_task() keeps what it finds for all rules up to the newest id. */
void look(void)
{
	u64 found = 0;
	bool by_task = false;
	int i;

	looks++;
	newest = vsys_rule_newest();
	for (i = 0; i < VSYS_RULES_MAX; i++) {
		const struct vsys_rule_own *r = vsys_rule_at(i);

		if (!r)
			continue;
		found = r->in.id > found ? r->in.id : found;
		by_task |= r->tasks != NULL;
	}
	missing += newest > gone && found < newest;
	uncounted += by_task && !vsys_rules_by_task;
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
	(void)part, (void)numbers, (void)count, (void)invert;
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

static u64 add(u32 tasks)
{
	struct vsys_act act = { .what = VSYS_ACT_HOLD, .at = VSYS_AT_ENTRY };
	struct vsys_rule in = { .acts = (uintptr_t)&act, .nacts = 1, .ntasks = tasks };

	return vsys_rule_add(&mine, &in) ? 0 : in.id;
}

static bool remove_rule(u64 id)
{
	struct vsys_rule_info info = { .id = id };

	return !vsys_rule_remove(&mine, &info);
}

int main(void)
{
	int i, added = 0;

	puts("TAP version 13");
	for (i = 1; i <= VSYS_RULES_MAX; i++)
		added += add(i % 2) == (u64)i && newest == (u64)i;
	ok(added == VSYS_RULES_MAX && concerned == added, "rules are added, and concern calls at once");
	ok(looks >= 2 * VSYS_RULES_MAX && !missing, "who sees an id finds its rule");
	ok(!add(0), "there is no room for more");
	ok(vsys_rules_by_task == VSYS_RULES_MAX / 2, "rules by task are counted");
	gone = VSYS_RULES_MAX;
	ok(remove_rule(7) && !remove_rule(7), "a rule is removed once");
	ok(!vsys_rule_at(6) && vsys_rule_end() == VSYS_RULES_MAX, "its place is free");
	ok(add(1) == VSYS_RULES_MAX + 1 && vsys_rule_at(6), "and taken by the next");
	gone = VSYS_RULES_MAX + 1;
	vsys_rule_remove_all(&mine);
	ok(!vsys_rule_end() && !vsys_rules_by_task, "the session's rules go together");
	ok(!missing && !uncounted, "a rule by task that is found is counted");
	return ktap_end();
}
