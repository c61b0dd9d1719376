/* SPDX-License-Identifier: GPL-2.0 */
/* Which rules of a list may match a string? */
#ifndef VSYS_RULE_INDEX_H
#define VSYS_RULE_INDEX_H

#include <linux/types.h>

#include "rewrite/rule_set.h"

struct vsys_rule_list;
struct vsys_rule_own;

/*
 * A hash table of the rules of a list, by how strings that they match begin or end.
 * Constant once its list can be found; rules that are removed stay in it.
 */
struct vsys_rule_index {
	u64 first, last;		/* bit masks: lengths of beginnings and ends, from 1 byte */
	u32 args;			/* bit mask: arguments that patterns are for */
	u32 places;			/* of the list */
	u32 mask;			/* of a hash: its bucket */
	struct vsys_rule_set rest;	/* rules that are not in the table */
	u16 link[];			/* place + 1, 0: end; behind each place, then of each bucket */
};

void vsys_rule_index_init(void);
void vsys_rule_index_key(struct vsys_rule_own *r);
u32 vsys_rule_index_bytes(u32 places);
void vsys_rule_index_build(struct vsys_rule_list *list, u32 places);
void vsys_rule_index_find(const struct vsys_rule_list *list, const u8 *text, u32 len,
			  struct vsys_rule_set *set);

#endif /* VSYS_RULE_INDEX_H */
