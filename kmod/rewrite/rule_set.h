/* SPDX-License-Identifier: GPL-2.0 */
/* Some of the rules that concern a call, by their places in the list of its number. */
#ifndef VSYS_RULE_SET_H
#define VSYS_RULE_SET_H

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

enum { VSYS_RULE_WORDS = VSYS_RULES_CALL_MAX / 64 };

static_assert(VSYS_RULE_WORDS <= 16);	/* vsys_rule_set.words */

/* Most calls have no rules: then only @words is written, copied or read. */
struct vsys_rule_set {
	u16 words;	/* bit mask of @bits: those that are valid, and not 0 */
	u64 bits[VSYS_RULE_WORDS];
};

static inline bool vsys_rule_set_any(const struct vsys_rule_set *s)
{
	return s->words;
}

static inline void vsys_rule_set_clear(struct vsys_rule_set *s)
{
	s->words = 0;
}

static inline void vsys_rule_set_add(struct vsys_rule_set *s, u32 i)
{
	u16 word = BIT(i / 64);

	s->bits[i / 64] = (s->words & word ? s->bits[i / 64] : 0) | BIT_ULL(i % 64);
	s->words |= word;
}

static inline void vsys_rule_set_del(struct vsys_rule_set *s, u32 i)
{
	u16 word = BIT(i / 64);

	if (!(s->words & word))
		return;
	s->bits[i / 64] &= ~BIT_ULL(i % 64);
	if (!s->bits[i / 64])
		s->words &= ~word;
}

static inline bool vsys_rule_set_has(const struct vsys_rule_set *s, u32 i)
{
	return s->words & BIT(i / 64) && s->bits[i / 64] & BIT_ULL(i % 64);
}

/* The first rule at @i or behind; VSYS_RULES_CALL_MAX: there is none. */
static inline u32 vsys_rule_set_next(const struct vsys_rule_set *s, u32 i)
{
	u64 rest;

	while (i < VSYS_RULES_CALL_MAX) {
		rest = s->words & BIT(i / 64) ? s->bits[i / 64] >> i % 64 : 0;
		if (rest)
			return i + __ffs64(rest);
		i = (i / 64 + 1) * 64;
	}
	return i;
}

#define vsys_rule_set_each(s, i)						\
	for ((i) = vsys_rule_set_next(s, 0); (i) < VSYS_RULES_CALL_MAX;		\
	     (i) = vsys_rule_set_next(s, (i) + 1))

static inline void vsys_rule_set_or(struct vsys_rule_set *to, const struct vsys_rule_set *from)
{
	u32 i;

	vsys_rule_set_each(from, i)
		vsys_rule_set_add(to, i);
}

static inline void vsys_rule_set_copy(struct vsys_rule_set *to, const struct vsys_rule_set *from)
{
	u32 rest;

	to->words = from->words;
	for (rest = from->words; rest; rest &= rest - 1)
		to->bits[__ffs(rest)] = from->bits[__ffs(rest)];
}

#endif /* VSYS_RULE_SET_H */
