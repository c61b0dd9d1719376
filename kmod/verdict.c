// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts: a call's trap finds with one load which sessions want it and whether rules
 * concern it, whatever the number of sessions, of names in filters and of rules.
 */
#include <linux/sched.h>
#include <linux/string.h>

#include "rewrite/rule.h"
#include "verdict.h"

u32 vsys_verdicts[VSYS_ABI_NR][VSYS_FILTER_NUMBERS + 1];

static void verdict_set(u32 *verdict, u32 mask, u32 value)
{
	WRITE_ONCE(*verdict, (*verdict & ~mask) | value);
}

/**
 * vsys_verdict_filter() - let a session's filter apply
 * @tap_slot: of the session
 * @filter: the filter
 *
 * Called with vsys_lock held.  Each call sees the old filter or the new one.
 */
void vsys_verdict_filter(u8 tap_slot, const struct vsys_callset *filter)
{
	u32 abi, nr, bit = 1U << (tap_slot + VSYS_VERDICT_WANTED);

	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		for (nr = 0; nr <= VSYS_FILTER_NUMBERS; nr++)
			verdict_set(&vsys_verdicts[abi][nr], bit,
				    vsys_callset_has(filter, abi, nr) ? bit : 0);
		cond_resched();
	}
}

/**
 * vsys_verdict_rule() - let a new rule concern calls
 * @tap_slot: of its session
 * @r: the rule, which vCPUs find already
 *
 * Called with vsys_lock held.
 */
void vsys_verdict_rule(u8 tap_slot, const struct vsys_rule_own *r)
{
	u32 bits = 1U << (tap_slot + VSYS_VERDICT_RULED);
	u32 abi, nr;

	if (r->glob)
		bits |= 1U << (tap_slot + VSYS_VERDICT_STRINGS);
	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		if (r->in.abi && r->in.abi != abi)
			continue;
		for_each_set_bit(nr, r->calls.numbers, VSYS_FILTER_NUMBERS)
			verdict_set(&vsys_verdicts[abi][nr], 0, bits);
		if (r->calls.others)
			verdict_set(&vsys_verdicts[abi][VSYS_FILTER_NUMBERS], 0, bits);
	}
}

/* The numbers that rules of a session concern, and rules with patterns; under vsys_lock. */
static struct {
	DECLARE_BITMAP(ruled, VSYS_FILTER_NUMBERS + 1);
	DECLARE_BITMAP(strings, VSYS_FILTER_NUMBERS + 1);
} sum;

static void numbers_add(unsigned long *to, const struct vsys_callset_part *calls)
{
	bitmap_or(to, to, calls->numbers, VSYS_FILTER_NUMBERS);
	if (calls->others)
		__set_bit(VSYS_FILTER_NUMBERS, to);
}

static void numbers_sum(const struct vsys_session *s, u32 abi)
{
	const struct vsys_rule_own *r;
	u32 i;

	memset(&sum, 0, sizeof(sum));
	for (i = 0; i < VSYS_RULES_MAX; i++) {
		r = vsys_rule_at(i);
		if (!r || r->session != s || (r->in.abi && r->in.abi != abi))
			continue;
		numbers_add(sum.ruled, &r->calls);
		if (r->glob)
			numbers_add(sum.strings, &r->calls);
	}
}

/**
 * vsys_verdict_rules() - let only the rules that a session has now concern calls
 * @tap_slot: of the session
 * @s: the session
 *
 * Called with vsys_lock held.  No rule is missing meanwhile.
 */
void vsys_verdict_rules(u8 tap_slot, const struct vsys_session *s)
{
	u32 ruled = 1U << (tap_slot + VSYS_VERDICT_RULED);
	u32 strings = 1U << (tap_slot + VSYS_VERDICT_STRINGS);
	u32 abi, nr;

	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		numbers_sum(s, abi);
		for (nr = 0; nr <= VSYS_FILTER_NUMBERS; nr++)
			verdict_set(&vsys_verdicts[abi][nr], ruled | strings,
				    (test_bit(nr, sum.ruled) ? ruled : 0) |
				    (test_bit(nr, sum.strings) ? strings : 0));
		cond_resched();
	}
}
