// SPDX-License-Identifier: GPL-2.0
/* Sets of calls: from a caller's list of numbers to bitmaps. */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "callset.h"

/**
 * vsys_callset_part_read() - read a list of call numbers
 * @p: out: the set, zeroed
 * @numbers: user address of u32 numbers
 * @count: how many there are, VSYS_FILTER_NUMBERS at most
 * @invert: the set has all numbers but these
 *
 * Return: 0, -EFAULT, or -EINVAL for a number that is too large.
 */
int vsys_callset_part_read(struct vsys_callset_part *p, u64 numbers, u32 count, bool invert)
{
	u32 __user *from = u64_to_user_ptr(numbers);
	u32 i, nr;

	might_sleep();
	p->others = invert;
	p->all = invert && !count;
	if (invert)
		bitmap_fill(p->numbers, VSYS_FILTER_NUMBERS);
	for (i = 0; i < count; i++) {
		if (get_user(nr, from + i))
			return -EFAULT;
		if (nr >= VSYS_FILTER_NUMBERS)
			return -EINVAL;
		__assign_bit(nr, p->numbers, !invert);
	}
	return 0;
}

/* The set of all calls, to be freed with kfree(), or NULL. */
struct vsys_callset *vsys_callset_all(void)
{
	struct vsys_callset *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	int i;

	if (!set)
		return NULL;
	set->all = true;
	for (i = 0; i < VSYS_ABI_NR; i++)
		set->abi[i].all = true;
	return set;
}

/**
 * vsys_callset_set_part() - complete a set of which one ABI is given
 * @set: its part @abi is given; the others are set here
 * @old: where the others come from
 * @abi: the ABI; 0: all ABIs get this part
 */
void vsys_callset_set_part(struct vsys_callset *set, const struct vsys_callset *old, u32 abi)
{
	u32 i;

	set->all = true;
	for (i = 1; i < VSYS_ABI_NR; i++) {
		if (i != abi)
			set->abi[i] = abi ? old->abi[i] : set->abi[0];
		set->all &= set->abi[i].all;
	}
}
