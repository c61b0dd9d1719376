// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts: a call's trap finds with one load which sessions want it and whether rules
 * concern it, whatever the number of sessions, of names in filters and of rules.
 */
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "verdict.h"
#include "vm.h"

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

	lockdep_assert_held(&vsys_lock);
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
 * @rule: the calls
 *
 * Called with vsys_lock held; vCPUs find the rule already.
 */
void vsys_verdict_rule(u8 tap_slot, const struct vsys_verdict_rule *rule)
{
	u32 bits = 1U << (tap_slot + VSYS_VERDICT_RULED);
	u32 abi, nr;

	lockdep_assert_held(&vsys_lock);
	if (rule->strings)
		bits |= 1U << (tap_slot + VSYS_VERDICT_STRINGS);
	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		if (rule->abi && rule->abi != abi)
			continue;
		for_each_set_bit(nr, rule->calls->numbers, VSYS_FILTER_NUMBERS)
			verdict_set(&vsys_verdicts[abi][nr], 0, bits);
		if (rule->calls->others)
			verdict_set(&vsys_verdicts[abi][VSYS_FILTER_NUMBERS], 0, bits);
	}
}

/* The numbers that rules concern, and rules that need strings; under vsys_lock. */
static struct {
	DECLARE_BITMAP(ruled, VSYS_FILTER_NUMBERS + 1);
	DECLARE_BITMAP(strings, VSYS_FILTER_NUMBERS + 1);
} sums[VSYS_ABI_NR];

static void numbers_add(unsigned long *to, const struct vsys_callset_part *calls)
{
	bitmap_or(to, to, calls->numbers, VSYS_FILTER_NUMBERS);
	if (calls->others)
		__set_bit(VSYS_FILTER_NUMBERS, to);
}

/* Begin to sum up the rules that a session has now; called with vsys_lock held. */
void vsys_verdict_sum_begin(void)
{
	lockdep_assert_held(&vsys_lock);
	memset(sums, 0, sizeof(sums));
}

/* Add a rule to the sum. */
void vsys_verdict_sum_add(const struct vsys_verdict_rule *rule)
{
	u32 abi;

	lockdep_assert_held(&vsys_lock);
	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		if (rule->abi && rule->abi != abi)
			continue;
		numbers_add(sums[abi].ruled, rule->calls);
		if (rule->strings)
			numbers_add(sums[abi].strings, rule->calls);
	}
}

/* Let only these rules of the session of @tap_slot concern calls; none is missing meanwhile. */
void vsys_verdict_sum_end(u8 tap_slot)
{
	u32 ruled = 1U << (tap_slot + VSYS_VERDICT_RULED);
	u32 strings = 1U << (tap_slot + VSYS_VERDICT_STRINGS);
	u32 abi, nr;

	lockdep_assert_held(&vsys_lock);
	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		for (nr = 0; nr <= VSYS_FILTER_NUMBERS; nr++) {
			u32 bits = test_bit(nr, sums[abi].ruled) ? ruled : 0;

			if (test_bit(nr, sums[abi].strings))
				bits |= strings;
			verdict_set(&vsys_verdicts[abi][nr], ruled | strings, bits);
		}
		cond_resched();
	}
}
