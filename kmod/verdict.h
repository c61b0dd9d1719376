/* SPDX-License-Identifier: GPL-2.0 */
/* Who wants a call, and whose rules concern it: decided in advance, by ABI and number. */
#ifndef VSYS_VERDICT_H
#define VSYS_VERDICT_H

#include <linux/compiler.h>
#include <linux/nospec.h>

#include "callset.h"

/* What a rule concerns. */
struct vsys_verdict_rule {
	const struct vsys_callset_part *calls;
	u8 abi;		/* 0: all */
	bool strings;	/* it needs whole strings */
};

/* A verdict: three bit masks of tap slots. */
enum {
	VSYS_VERDICT_WANTED = 0,	/* the session's filter passes the call */
	VSYS_VERDICT_RULED = 8,		/* rules of the session concern it */
	VSYS_VERDICT_STRINGS = 16,	/* of these, rules that need whole strings */
};

/* The last element is for all larger numbers.  Written under vsys_lock. */
extern u32 vsys_verdicts[VSYS_ABI_NR][VSYS_FILTER_NUMBERS + 1];

/* Where is a number in a table of its ABI? */
static __always_inline u32 vsys_verdict_index(u8 abi, u32 nr)
{
	if (unlikely(abi == VSYS_ABI_LINUX_X32))
		nr &= ~VSYS_X32_BIT;
	if (unlikely(nr > VSYS_FILTER_NUMBERS))
		nr = VSYS_FILTER_NUMBERS;
	return array_index_nospec(nr, VSYS_FILTER_NUMBERS + 1);
}

/* @abi: of a call; bits of tap slots that are not attached have no meaning. */
static __always_inline u32 vsys_verdict(u8 abi, u32 nr)
{
	return READ_ONCE(vsys_verdicts[abi][vsys_verdict_index(abi, nr)]);
}

void vsys_verdict_filter(u8 tap_slot, const struct vsys_callset *filter);
void vsys_verdict_rule(u8 tap_slot, const struct vsys_verdict_rule *rule);
void vsys_verdict_sum_begin(void);
void vsys_verdict_sum_add(const struct vsys_verdict_rule *rule);
void vsys_verdict_sum_end(u8 tap_slot);

#endif /* VSYS_VERDICT_H */
