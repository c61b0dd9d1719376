// SPDX-License-Identifier: GPL-2.0
/* Resolve expressions of call names to sets of numbers for each profile and ABI. */
#include <errno.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/callsets.h>
#include "call_groups.h"
#include "handle.h"

enum {
	ABIS = VSYS_ABI_NR,
	WIN32K = 0x1000,	/* first number of win32k */
};

struct profile_sets {
	struct vsys_number_set abi[ABIS];	/* [0]: numbers for any ABI */
};

/**
 * struct vsys_callsets - calls by profile and ABI
 * @profiles: the profiles
 * @used: for each profile whether it is in use
 * @begun: an expression was added
 * @invert: all sets are inverted
 * @named: an item was found by name; else all sets are equal
 * @numbers: items given by number
 * @sets: one for each profile
 */
struct vsys_callsets {
	const struct vsys_profiles *profiles;
	bool *used;
	bool begun;
	bool invert;
	bool named;
	struct vsys_number_set numbers;
	struct profile_sets sets[];
};

/* One item of an expression. */
struct item {
	const char *text;
	bool add;			/* false: remove */
	bool is_glob;
	bool is_regex;
	const char *const *group;	/* globs, NULL-terminated */
	regex_t regex;
};

/* Start from all calls or from none. */
static void start_sets(struct vsys_callsets *c, bool all)
{
	unsigned int i, abi;

	c->invert = all;
	c->named = false;
	memset(&c->numbers, 0, sizeof(c->numbers));
	memset(c->sets, 0, c->profiles->n * sizeof(c->sets[0]));
	c->numbers.invert = all;
	for (i = 0; i < c->profiles->n; i++)
		for (abi = 0; abi < ABIS; abi++)
			c->sets[i].abi[abi].invert = all;
}

void vsys_callsets_use(struct vsys_callsets *c, const bool *used)
{
	unsigned int i;

	for (i = 0; i < c->profiles->n; i++)
		c->used[i] = !used || used[i];
}

int vsys_callsets_new(const struct vsys_profiles *profiles, const bool *used,
		      struct vsys_callsets **sets)
{
	struct vsys_callsets *c = calloc(1, sizeof(*c) + profiles->n * sizeof(c->sets[0]));

	*sets = NULL;
	if (c)
		c->used = calloc(profiles->n + 1, sizeof(*c->used));
	if (!c || !c->used) {
		free(c);
		return vsys_fail(-ENOMEM, "out of memory");
	}
	c->profiles = profiles;
	vsys_callsets_use(c, used);
	start_sets(c, true);
	*sets = c;
	return 0;
}

void vsys_callsets_free(struct vsys_callsets *c)
{
	if (!c)
		return;
	free(c->used);
	free(c);
}

/* ---- items ---- */

static void put_number(struct vsys_number_set *set, uint32_t nr, bool add)
{
	if (add)
		vsys_number_set_add(set, nr);
	else
		vsys_number_set_remove(set, nr);
}

static bool matches(const struct item *it, const char *name, uint32_t nr)
{
	unsigned int i;

	if (it->is_regex)
		return !regexec(&it->regex, name, 0, NULL, 0);
	if (it->is_glob)
		return !fnmatch(it->text, name, 0);
	if (!it->group)
		return !strcmp(it->text, name);
	for (i = 0; nr < WIN32K && it->group[i]; i++)
		if (!fnmatch(it->group[i], name, 0))
			return true;
	return false;
}

static bool put_matching(struct vsys_number_set *set, const struct vsys_numbering *of,
			 const struct item *it)
{
	const struct vsys_number *n;
	bool found = false;

	for (n = of ? of->numbers : NULL; n && n < of->numbers + of->n; n++) {
		if (!matches(it, of->calls[n->call].name, n->nr))
			continue;
		put_number(set, n->nr, it->add);
		found = true;
	}
	return found;
}

/* Returns whether a profile in use has such a call. */
static bool add_matching(struct vsys_callsets *c, const struct item *it)
{
	const struct vsys_table *table;
	unsigned int i, abi;
	bool found = false;

	for (i = 0; i < c->profiles->n; i++) {
		table = c->profiles->v[i].table;
		for (abi = 0; abi < ABIS; abi++)
			if (put_matching(&c->sets[i].abi[abi], vsys_table_numbering(table, abi), it))
				found |= c->used[i];
	}
	c->named |= found;
	return found;
}

static void add_number(struct vsys_callsets *c, uint32_t nr, bool add)
{
	unsigned int i, abi;

	put_number(&c->numbers, nr, add);
	for (i = 0; i < c->profiles->n; i++)
		for (abi = 0; abi < ABIS; abi++)
			put_number(&c->sets[i].abi[abi], nr, add);
}

static int fail_unknown(const struct vsys_callsets *c, const struct item *it)
{
	const char *near = NULL, *profile = "(unknown)";
	bool is_name = !it->group && !it->is_glob && !it->is_regex;
	bool is_group = is_name && vsys_call_group(it->text);
	char where[VSYS_NAME_MAX + 32];
	unsigned int i, n = 0;

	for (i = 0; i < c->profiles->n; i++) {
		if (!c->used[i] || !c->profiles->v[i].table)
			continue;
		profile = c->profiles->v[i].name;
		n++;
		if (!near && is_name && !is_group)
			near = vsys_table_nearest(c->profiles->v[i].table, it->text);
	}
	if (n > 1)
		snprintf(where, sizeof(where), "any of %u profiles", n);
	else
		snprintf(where, sizeof(where), "profile %s", profile);
	if (is_group)
		return vsys_fail(-ENOENT, "%s: no such system call in %s; do you mean the set %%%s?",
				 it->text, where, it->text);
	return vsys_fail(-ENOENT, "%s: no such system call in %s%s%s%s", it->text, where,
			 near ? "; do you mean " : "", near ? near : "", near ? "?" : "");
}

static int begin_regex(struct item *it)
{
	int err = regcomp(&it->regex, it->text + 1, REG_EXTENDED | REG_NOSUB);
	char what[128];

	it->is_regex = !err;
	if (!err)
		return 0;
	regerror(err, &it->regex, what, sizeof(what));
	return vsys_fail(-EINVAL, "%s: %s", it->text, what);
}

static int begin_group(struct item *it)
{
	it->group = vsys_call_group(it->text + 1);
	return it->group ? 0 : vsys_fail(-ENOENT, "%s: there is no such set", it->text);
}

/* A number, or a name as the decoder shows a call that the table lacks. */
static bool is_number(const char *text, uint64_t *nr)
{
	static const char shown[] = "syscall_0x";
	const char *end;

	if (!strncmp(text, shown, sizeof(shown) - 1))
		text += sizeof(shown) - 3;
	return vsys_number_parse(text, nr, &end) && !*end && *nr < VSYS_FILTER_NUMBERS;
}

/* Returns 1 if a profile in use has such a call, 0 if not, or an error. */
static int add_item(struct vsys_callsets *c, const char *text, bool add)
{
	struct item it = { .text = text, .add = add, .is_glob = strpbrk(text, "*?[") };
	uint64_t nr;
	int ret = 0;

	if (!strcmp(text, "all") || !strcmp(text, "none")) {
		start_sets(c, add == (*text == 'a'));
		return 1;
	}
	if (is_number(text, &nr)) {
		add_number(c, (uint32_t)nr, add);
		return 1;
	}
	if (*text == '/')
		ret = begin_regex(&it);
	else if (*text == '%')
		ret = begin_group(&it);
	if (!ret) {
		ret = add_matching(c, &it);
		if (!ret)
			fail_unknown(c, &it);
	}
	if (it.is_regex)
		regfree(&it.regex);
	return ret;
}

/* ---- expressions ---- */

/* Cut the first item off *@list; "\," is a comma within an item. */
static char *next_item(char **list)
{
	char *item = *list, *from = item, *to = item;

	if (!item)
		return NULL;
	*list = NULL;
	for (; *from; *to++ = *from++) {
		if (*from == ',') {
			*list = from + 1;
			break;
		}
		if (from[0] == '\\' && from[1] == ',')
			from++;
	}
	*to = '\0';
	return item;
}

/* Add the items of @list, modifying it.  Returns the number that name a call, or an error. */
static int add_items(struct vsys_callsets *c, char *list, bool exclude, unsigned int flags)
{
	int n = 0, ret;
	char *item;

	while ((item = next_item(&list))) {
		bool negated = *item == '!', may_lack;

		item += negated;
		/* As strace has it.  No name of a call has a character to guess in front. */
		may_lack = *item == '?';
		item += may_lack;
		if (!*item)
			return vsys_fail(-EINVAL, "an empty name among the calls");
		ret = add_item(c, item, !exclude && !negated);
		if (ret < 0)
			return ret;
		if (!ret && !may_lack && !(flags & VSYS_CALLSETS_ANY))
			return -ENOENT;
		n += ret || may_lack;
	}
	return n;
}

int vsys_callsets_add(struct vsys_callsets *c, const char *expr, unsigned int flags)
{
	bool exclude = *expr == '!';
	char *list = strdup(expr + exclude);
	int n;

	if (!list)
		return vsys_fail(-ENOMEM, "out of memory");
	if (!c->begun)
		start_sets(c, exclude);
	c->begun = true;
	n = add_items(c, list, exclude, flags);
	free(list);
	return n > 0 ? 0 : n ? n : -ENOENT;
}

/* ---- results ---- */

bool vsys_callsets_pass(const struct vsys_callsets *c, const struct vsys_record *rec)
{
	const struct vsys_number_set *set = &c->numbers;

	if (rec->flags & VSYS_F_UNPAIRED)
		return c->invert;
	if (rec->profile < c->profiles->n)
		set = &c->sets[rec->profile].abi[rec->abi < ABIS ? rec->abi : 0];
	return vsys_number_set_has(set, vsys_abi_table_number(rec->abi, rec->nr));
}

/* The union over the profiles in use; see vsys_callsets_get(). */
static bool join_sets(const struct vsys_callsets *c, unsigned int abi, struct vsys_number_set *all,
		      bool *exact)
{
	const struct vsys_number_set *one;
	unsigned int i, j;
	bool any = false;

	*exact = true;
	for (i = 0; i < c->profiles->n; i++) {
		if (!c->used[i] || !vsys_table_numbering(c->profiles->v[i].table, abi))
			continue;
		one = &c->sets[i].abi[abi];
		if (!any)
			*all = *one;
		*exact &= !memcmp(all->bits, one->bits, sizeof(all->bits));
		for (j = 0; j < VSYS_FILTER_NUMBERS / 64; j++)
			all->bits[j] = c->invert ? all->bits[j] & one->bits[j] :
						   all->bits[j] | one->bits[j];
		any = true;
	}
	return any;
}

bool vsys_callsets_get(const struct vsys_callsets *c, unsigned int abi,
		       struct vsys_number_set *set, bool *exact)
{
	if (abi)
		return c->named && join_sets(c, abi, set, exact);
	*set = c->numbers;
	*exact = true;
	return !c->named;
}

int vsys_callsets_install(const struct vsys_callsets *c, struct vsys_device *d)
{
	struct vsys_number_set all;
	unsigned int abi;
	bool exact;
	int err;

	err = vsys_device_filter(d, 0, &c->numbers);
	for (abi = 1; !err && c->named && abi < ABIS; abi++)
		if (join_sets(c, abi, &all, &exact))
			err = vsys_device_filter(d, abi, &all);
	return err;
}
