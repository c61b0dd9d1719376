// SPDX-License-Identifier: GPL-2.0
/* The index of rules, compared with matching them one by one. */
#include <string.h>

#include "../../kmod/rewrite/glob.h"
#include "../../kmod/rewrite/rule_index.h"
#include "../../kmod/rewrite/rule_types.h"
#include "ktap.h"

enum { TEXT_MAX = 600 };

static struct vsys_rule_own rules[VSYS_RULES_CALL_MAX];

static struct vsys_rule_list *list_new(u32 places)
{
	struct vsys_rule_list *list = calloc(1, sizeof(*list) + places * sizeof(list->at[0]) +
					     vsys_rule_index_bytes(places));

	list->count = places;
	return list;
}

static void rule_set(struct vsys_rule_list *list, u32 i, const u8 *glob, u32 len, u32 flags)
{
	struct vsys_rule_own *r = &rules[i];

	*r = (struct vsys_rule_own){ .in = { .glob_bytes = len, .flags = flags } };
	r->glob = len ? memcpy(malloc(len), glob, len) : NULL;
	vsys_rule_index_key(r);
	list->at[i] = r;
}

static void list_free(struct vsys_rule_list *list)
{
	u32 i;

	for (i = 0; i < list->count; i++)
		free(rules[i].glob);
	memset(rules, 0, sizeof(rules));
	free(list);
}

static struct vsys_rule_set find(const struct vsys_rule_list *list, const u8 *text, u32 len)
{
	struct vsys_rule_set set;
	u8 *copy = memcpy(malloc(len ?: 1), text, len);	/* ASan knows its end */

	vsys_rule_set_clear(&set);
	vsys_rule_set_copy(&set, &list->index->rest);
	vsys_rule_index_find(list, copy, len, &set);
	free(copy);
	return set;
}

static u32 members(const struct vsys_rule_set *set)
{
	u32 i, n = 0;

	vsys_rule_set_each(set, i)
		n++;
	return n;
}

/* Bytes of few kinds, so that many patterns match: long runs, in either case. */
static u32 random_bytes(u8 *to, u32 max, const char *kinds)
{
	u32 i, len = rand() % 4 ? rand() % 6 : rand() % (max + 1);

	for (i = 0; i < len; i++)
		to[i] = rand() % 16 ? 'a' : kinds[rand() % strlen(kinds)];
	return len;
}

/* A pattern for @text: itself, with '*' in place of some of it, or '?'. */
static u32 pattern_of(u8 *to, const u8 *text, u32 len)
{
	u32 from = rand() % (len + 1), n = rand() % (len - from + 1), kind = rand() % 4;

	if (len > 400)
		len = 400;
	if (!kind || from > len || from + n > len)
		return memcpy(to, text, len), len;
	memcpy(to, text, from);
	to[from] = '*';
	memcpy(to + from + 1, text + from + n, len - from - n);
	if (kind == 1)
		to[rand() % (len - n + 1)] = '?';
	return len - n + 1;
}

/* Counted: strings for which the index leaves out a rule that matches, and matches. */
static u32 missed, matched;

static void compare(const struct vsys_rule_list *list, const u8 *text, u32 len)
{
	struct vsys_rule_set set = find(list, text, len);
	u32 i;

	for (i = 0; i < list->count; i++) {
		const struct vsys_rule_own *r = list->at[i];
		bool match = r && (!r->glob || vsys_glob_match(r->glob, r->in.glob_bytes, text, len,
							       r->in.flags & VSYS_RULE_NOCASE));

		matched += match;
		missed += match && !vsys_rule_set_has(&set, i);
	}
}

static void random_sets(void)
{
	static u8 texts[16][TEXT_MAX], glob[TEXT_MAX + 1];
	u32 round, i, n, len[16];

	for (round = 0; round < 2000; round++) {
		struct vsys_rule_list *list = list_new(8 + rand() % 40);

		for (i = 0; i < 16; i++)
			len[i] = random_bytes(texts[i], TEXT_MAX, "aAbB/\xe9\xc9");
		for (i = 0; i < list->count; i++) {
			n = i % 5 ? pattern_of(glob, texts[i % 16], len[i % 16]) :
				    random_bytes(glob, TEXT_MAX, "aAb*?");
			rule_set(list, i, glob, n, rand() % 2 ? VSYS_RULE_NOCASE : 0);
		}
		list->at[rand() % list->count] = NULL;
		vsys_rule_index_build(list, list->count);
		list->at[rand() % list->count] = NULL;	/* removed */
		for (i = 0; i < 16; i++)
			compare(list, texts[i], len[i]);
		list_free(list);
	}
	ok(matched > 10000 && !missed, "whatever rule matches is found");
}

/* A thousand patterns made by @format: how many are found for one that only one matches? */
static u32 found(const char *format, const char *text)
{
	struct vsys_rule_list *list = list_new(1000);
	struct vsys_rule_set set;
	char glob[TEXT_MAX];
	u32 i, n;

	for (i = 0; i < list->count; i++) {
		n = snprintf(glob, sizeof(glob), format, i);
		rule_set(list, i, (u8 *)glob, n, 0);
	}
	vsys_rule_index_build(list, list->count);
	set = find(list, (const u8 *)text, strlen(text));
	n = members(&set);
	list_free(list);
	return n;
}

static void few(void)
{
	ok(found("/nowhere/%03u", "/nowhere/123") == 1, "of 1,000 paths one is found");
	ok(!found("/nowhere/%03u", "/nowhere/123/4") && !found("/nowhere/%03u", ""), "for others none");
	ok(found("/home/%03u/*", "/home/123/x") == 1, "a beginning");
	ok(found("*?/%03u.conf", "/etc/a/123.conf") == 1, "an end");
	ok(found("*%03u*", "123") == 1000, "without either there is nothing to look for");
}

static void small(void)
{
	struct vsys_rule_list *list = list_new(7);

	vsys_rule_index_build(list, 7);
	ok(!list->index && !vsys_rule_index_bytes(7), "few rules have no index");
	free(list);
}

int main(void)
{
	puts("TAP version 13");
	srand(1);
	vsys_rule_index_init();
	random_sets();
	few();
	small();
	return ktap_end();
}
