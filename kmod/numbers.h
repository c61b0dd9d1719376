/* SPDX-License-Identifier: GPL-2.0 */
/* Calls by number, for the abi.c of each architecture. */
#ifndef VSYS_NUMBERS_H
#define VSYS_NUMBERS_H

#include <linux/nospec.h>

#include "profile.h"

/* VSYS_CALL_* of call @nr, which the guest chose; 0 for an unknown call. */
static inline u32 vsys_numbers_call(const struct vsys_profile *p, u8 abi, u32 nr)
{
	const struct vsys_numbers *n = p->numbers[abi];
	u32 table = nr >> VSYS_NR_SHIFT, index = nr & (BIT(VSYS_NR_SHIFT) - 1);

	if (!n || table >= VSYS_NR_TABLES)
		return 0;
	table = array_index_nospec(table, VSYS_NR_TABLES);
	if (index >= n->n[table])
		return 0;
	return n->info[table][array_index_nospec(index, n->n[table])];
}

#endif /* VSYS_NUMBERS_H */
