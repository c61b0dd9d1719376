/* SPDX-License-Identifier: GPL-2.0 */
/* Sets of calls, by ABI and number. */
#ifndef VSYS_CALLSET_H
#define VSYS_CALLSET_H

#include <linux/bitmap.h>
#include <linux/nospec.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

#include "profile.h"

/* Calls of one ABI. */
struct vsys_callset_part {
	bool all;
	bool others;	/* numbers beyond @numbers are in the set */
	DECLARE_BITMAP(numbers, VSYS_FILTER_NUMBERS);
};

/* Calls of all ABIs. */
struct vsys_callset {
	struct rcu_head rcu;
	bool all;
	struct vsys_callset_part abi[VSYS_ABI_NR];
};

/* @abi: of the call; the set does not depend on it. */
static inline bool vsys_callset_part_has(const struct vsys_callset_part *p, u8 abi, u32 nr)
{
	if (p->all)
		return true;
	if (abi == VSYS_ABI_LINUX_X32)
		nr &= ~VSYS_X32_BIT;
	if (nr >= VSYS_FILTER_NUMBERS)
		return p->others;
	return test_bit(array_index_nospec(nr, VSYS_FILTER_NUMBERS), p->numbers);
}

static inline bool vsys_callset_has(const struct vsys_callset *set, u8 abi, u32 nr)
{
	return likely(set->all) || vsys_callset_part_has(&set->abi[abi], abi, nr);
}

int vsys_callset_part_read(struct vsys_callset_part *p, u64 numbers, u32 count, bool invert);
struct vsys_callset *vsys_callset_all(void);
void vsys_callset_set_part(struct vsys_callset *set, const struct vsys_callset *old, u32 abi);

#endif /* VSYS_CALLSET_H */
