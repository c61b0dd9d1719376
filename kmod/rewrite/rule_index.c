// SPDX-License-Identifier: GPL-2.0
/*
 * Which rules of a list may match a string?  Most patterns say how it begins or ends.  The
 * string is looked up by that, and costs what the rules found do, however many others there
 * are.  The hash is keyed, so a guest cannot choose strings that find others.
 */
#include <linux/bits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/string.h>

#include "rewrite/rule_index.h"
#include "rewrite/rule_types.h"

enum {
	END_MAX = 64,		/* bytes of a beginning or an end; bits of a mask of lengths */
	WHOLE_MAX = 256,	/* bytes of a string that is looked up as a whole */
	PLACES_MIN = 8,		/* with fewer an index costs more than it saves */
};

static hsiphash_key_t seed;

void vsys_rule_index_init(void)
{
	get_random_bytes(&seed, sizeof(seed));
}

/* Make bytes equal that are so for VSYS_RULE_NOCASE; it does no harm that others become so. */
static void fold(u8 *to, const u8 *from, u32 len)
{
	u64 word;
	u32 i;

	for (i = 0; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, from + i, sizeof(word));
		word |= 0x2020202020202020ULL;
		memcpy(to + i, &word, sizeof(word));
	}
	for (; i < len; i++)
		to[i] = from[i] | 0x20;
}

/**
 * vsys_rule_index_key() - decide how a rule is found in indexes
 * @r: a new rule, with its pattern if it has one
 */
void vsys_rule_index_key(struct vsys_rule_own *r)
{
	u32 first = 0, last = 0, len = r->in.glob_bytes;
	u8 buf[WHOLE_MAX];

	while (first < len && r->glob[first] != '*' && r->glob[first] != '?')
		first++;
	while (last < len && r->glob[len - 1 - last] != '*' && r->glob[len - 1 - last] != '?')
		last++;
	if (first < len || len > WHOLE_MAX) {
		len = min_t(u32, max(first, last), END_MAX);
		if (first < last)
			r->key_last = len;
		else
			r->key_first = len;
	}
	/* Without bytes that it says, it is in no table. */
	r->keyed = len;
	fold(buf, r->glob + (r->key_last ? r->in.glob_bytes - len : 0), len);
	r->key = hsiphash(buf, len, &seed);
}

static u32 buckets(u32 places)
{
	return roundup_pow_of_two(places);
}

/* The size of the index of a list; 0: it has none. */
u32 vsys_rule_index_bytes(u32 places)
{
	return places < PLACES_MIN ? 0 : sizeof(struct vsys_rule_index) +
					 (places + buckets(places)) * sizeof(u16);
}

static void place_add(struct vsys_rule_index *x, u32 i, const struct vsys_rule_own *r)
{
	u16 *bucket = &x->link[x->places + (r->key & x->mask)];

	if (!r->keyed) {
		vsys_rule_set_add(&x->rest, i);
		return;
	}
	x->first |= r->key_first ? BIT_ULL(r->key_first - 1) : 0;
	x->last |= r->key_last ? BIT_ULL(r->key_last - 1) : 0;
	x->args |= r->in.flags & VSYS_RULE_GLOB_ANY ? ~0U : BIT(r->in.glob_arg);
	x->link[i] = *bucket;
	*bucket = i + 1;
}

/**
 * vsys_rule_index_build() - make the index of a list
 * @list: the list, nobody has it yet; room for its index is behind @places of @at
 * @places: the places
 */
void vsys_rule_index_build(struct vsys_rule_list *list, u32 places)
{
	struct vsys_rule_index *x = (void *)&list->at[places];
	const struct vsys_rule_own *r;
	u32 i;

	if (places < PLACES_MIN)
		return;
	x->places = places;
	x->mask = buckets(places) - 1;
	for (i = 0; i < places; i++) {
		r = rcu_dereference_protected(list->at[i], true);
		if (r)
			place_add(x, i, r);
	}
	list->index = x;
}

static void key_find(const struct vsys_rule_list *list, const u8 *p, u32 len,
		     struct vsys_rule_set *set)
{
	const struct vsys_rule_index *x = list->index;
	u32 key = hsiphash(p, len, &seed), i;
	const struct vsys_rule_own *r;

	for (i = x->link[x->places + (key & x->mask)]; i; i = x->link[i - 1]) {
		r = rcu_dereference(list->at[i - 1]);
		if (r && r->key == key)
			vsys_rule_set_add(set, i - 1);
	}
}

/**
 * vsys_rule_index_find() - find the rules that may match a string
 * @list: the list, with an index; in RCU
 * @text: the string
 * @len: bytes of @text
 * @set: the rules are added, but not those of the index's @rest
 */
void vsys_rule_index_find(const struct vsys_rule_list *list, const u8 *text, u32 len,
			  struct vsys_rule_set *set)
{
	u32 head = len <= WHOLE_MAX ? len : END_MAX, tail = len - head;
	const u8 *end;
	u8 buf[WHOLE_MAX];
	u64 rest;
	u32 n;

	tail = min_t(u32, tail, END_MAX);
	fold(buf, text, head);
	fold(buf + head, text + len - tail, tail);
	end = buf + head + tail;
	if (!tail)
		key_find(list, buf, len, set);
	for (rest = list->index->first; rest; rest &= rest - 1) {
		n = __ffs64(rest) + 1;
		if (n <= len)
			key_find(list, buf, n, set);
	}
	for (rest = list->index->last; rest; rest &= rest - 1) {
		n = __ffs64(rest) + 1;
		if (n <= len)
			key_find(list, end - n, n, set);
	}
}
