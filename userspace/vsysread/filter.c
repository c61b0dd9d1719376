// SPDX-License-Identifier: GPL-2.0
/* What vsysread -e trace= asks for: sets of calls, in each profile and ABI. */
#include <errno.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "sets.h"

enum {
	ABIS = VSYS_ABI_NR,	/* 0: what of all ABIs is alike */
	FIRST_TABLE = 0x1000,			/* numbers from here on are win32k's */
};

/* Of a profile: its sets by ABI. */
struct sets {
	struct vsys_callset of[ABIS];
};

struct filter {
	const struct vsys_profiles *profiles;
	const bool *used;
	bool invert;		/* of all sets alike */
	bool named;		/* else all sets are alike */
	struct vsys_callset numbers;
	struct sets sets[];	/* one a profile */
};

/* A part of the list: the calls that are to be shown, or not, from here on. */
struct item {
	const char *text;
	bool want;
	const char *const *set;		/* globs */
	bool glob;
	bool is_regex;
	regex_t regex;
};

static void put(struct vsys_callset *set, uint32_t nr, bool want)
{
	uint64_t bit = UINT64_C(1) << (nr % 64);

	if (nr >= VSYS_FILTER_NUMBERS)
		return;
	if (want != set->invert)
		set->bits[nr / 64] |= bit;
	else
		set->bits[nr / 64] &= ~bit;
}

static bool matches(const struct item *it, const char *name, uint32_t nr)
{
	unsigned int i;

	if (it->is_regex)
		return !regexec(&it->regex, name, 0, NULL, 0);
	if (it->glob)
		return !fnmatch(it->text, name, 0);
	if (!it->set)
		return !strcmp(it->text, name);
	for (i = 0; nr < FIRST_TABLE && it->set[i]; i++)
		if (!fnmatch(it->set[i], name, 0))
			return true;
	return false;
}

static bool put_matching(struct vsys_callset *set, const struct vsys_numbering *of,
			 const struct item *it)
{
	const struct vsys_number *n;
	bool found = false;

	for (n = of ? of->numbers : NULL; n && n < of->numbers + of->n; n++) {
		if (!matches(it, of->calls[n->call].name, n->nr))
			continue;
		put(set, n->nr, it->want);
		found = true;
	}
	return found;
}

/* Returns whether a profile that is used has such a call. */
static bool add_matching(struct filter *f, const struct item *it)
{
	const struct vsys_table *table;
	unsigned int i, abi;
	bool found = false;

	for (i = 0; i < f->profiles->n; i++) {
		table = f->profiles->v[i].table;
		for (abi = 0; abi < ABIS; abi++)
			if (put_matching(&f->sets[i].of[abi], vsys_table_numbering(table, abi), it))
				found |= f->used[i];
	}
	f->named |= found;
	return found;
}

static void add_number(struct filter *f, uint32_t nr, bool want)
{
	unsigned int i, abi;

	put(&f->numbers, nr, want);
	for (i = 0; i < f->profiles->n; i++)
		for (abi = 0; abi < ABIS; abi++)
			put(&f->sets[i].of[abi], nr, want);
}

/* All calls or none: nothing before it counts. */
static void start(struct filter *f, bool all)
{
	unsigned int i, abi;

	f->invert = all;
	f->named = false;
	memset(&f->numbers, 0, sizeof(f->numbers));
	memset(f->sets, 0, f->profiles->n * sizeof(f->sets[0]));
	f->numbers.invert = all;
	for (i = 0; i < f->profiles->n; i++)
		for (abi = 0; abi < ABIS; abi++)
			f->sets[i].of[abi].invert = all;
}

static void say_unknown(const struct filter *f, const struct item *it)
{
	const char *near = NULL, *profile = NULL;
	bool name = !it->set && !it->glob && !it->is_regex;
	unsigned int i, n = 0;

	for (i = 0; i < f->profiles->n; i++) {
		if (!f->used[i] || !f->profiles->v[i].table)
			continue;
		profile = f->profiles->v[i].name;
		n++;
		if (!near && name)
			near = vsys_table_nearest(f->profiles->v[i].table, it->text);
	}
	fprintf(stderr, "vsysread: -e %s: no such system call in ", it->text);
	if (n > 1)
		fprintf(stderr, "any of %u profiles", n);
	else
		fprintf(stderr, "profile %s", n ? profile : "(unknown)");
	if (near)
		fprintf(stderr, "; do you mean %s?", near);
	fputc('\n', stderr);
}

static bool begin_regex(struct item *it)
{
	int err = regcomp(&it->regex, it->text + 1, REG_EXTENDED | REG_NOSUB);
	char what[128];

	it->is_regex = !err;
	if (!err)
		return true;
	regerror(err, &it->regex, what, sizeof(what));
	fprintf(stderr, "vsysread: -e %s: %s\n", it->text, what);
	return false;
}

static bool begin_set(struct item *it)
{
	it->set = call_set_find(it->text + 1);
	if (it->set)
		return true;
	fprintf(stderr, "vsysread: -e %s: there is no such set\n", it->text);
	return false;
}

static bool add_item(struct filter *f, const char *text, bool want)
{
	struct item it = { .text = text, .want = want, .glob = strpbrk(text, "*?[") };
	bool good = true, found;
	uint64_t nr;

	if (!strcmp(text, "all") || !strcmp(text, "none")) {
		start(f, want == (*text == 'a'));
		return true;
	}
	if (options_number(text, 0, VSYS_FILTER_NUMBERS - 1, false, &nr)) {
		add_number(f, (uint32_t)nr, want);
		return true;
	}
	if (*text == '/')
		good = begin_regex(&it);
	else if (*text == '%')
		good = begin_set(&it);
	found = good && add_matching(f, &it);
	if (good && !found)
		say_unknown(f, &it);
	if (it.is_regex)
		regfree(&it.regex);
	return found;
}

/* Cut the first part off *@list; "\," is a comma within one. */
static char *next_part(char **list)
{
	char *part = *list, *from = part, *to = part;

	if (!part)
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
	return part;
}

static bool add_expr(struct filter *f, const char *e)
{
	bool hide = *e == '!', good = true;
	char *list = strdup(e + hide), *rest = list, *part;

	while (good && (part = next_part(&rest))) {
		bool negated = *part == '!';

		if (part[negated])
			good = add_item(f, part + negated, !hide && !negated);
	}
	good &= !!list;
	free(list);
	return good;
}

struct filter *filter_new(const char *const *exprs, unsigned int nexprs,
			  const struct vsys_profiles *profiles, const bool *used)
{
	struct filter *f = calloc(1, sizeof(*f) + profiles->n * sizeof(f->sets[0]));
	unsigned int i;

	if (!f) {
		fputs("vsysread: out of memory\n", stderr);
		return NULL;
	}
	f->profiles = profiles;
	f->used = used;
	start(f, !nexprs || *exprs[0] == '!');
	for (i = 0; i < nexprs; i++) {
		if (!add_expr(f, exprs[i])) {
			filter_free(f);
			return NULL;
		}
	}
	return f;
}

void filter_free(struct filter *f)
{
	free(f);
}

bool filter_passes(const struct filter *f, const struct vsys_record *rec)
{
	const struct vsys_callset *set = &f->numbers;

	/* Of such a return the number is not known. */
	if (rec->flags & VSYS_F_UNPAIRED)
		return f->invert;
	if (rec->profile < f->profiles->n)
		set = &f->sets[rec->profile].of[rec->abi < ABIS ? rec->abi : 0];
	return vsys_callset_has(set, vsys_abi_table_number(rec->abi, rec->nr));
}

/*
 * What at least one of the profiles that are used wants of an ABI.  @exact: out:
 * false if they do not want the same.
 */
static bool join(const struct filter *f, unsigned int abi, struct vsys_callset *all, bool *exact)
{
	const struct vsys_callset *one;
	unsigned int i, j;
	bool any = false;

	*exact = true;
	for (i = 0; i < f->profiles->n; i++) {
		if (!f->used[i] || !vsys_table_numbering(f->profiles->v[i].table, abi))
			continue;
		one = &f->sets[i].of[abi];
		if (!any)
			*all = *one;
		*exact &= !memcmp(all, one, sizeof(*all));
		for (j = 0; j < VSYS_FILTER_NUMBERS / 64; j++)
			all->bits[j] = f->invert ? all->bits[j] & one->bits[j] :
						   all->bits[j] | one->bits[j];
		any = true;
	}
	return any;
}

bool filter_set(const struct filter *f, unsigned int abi, struct vsys_callset *set, bool *exact)
{
	if (abi)
		return f->named && join(f, abi, set, exact);
	*set = f->numbers;
	*exact = true;
	return !f->named;
}

int filter_install(const struct filter *f, struct vsys_device *s)
{
	struct vsys_callset all;
	unsigned int abi;
	bool exact;
	int err;

	err = vsys_device_filter(s, 0, &f->numbers);
	for (abi = 1; !err && f->named && abi < ABIS; abi++)
		if (join(f, abi, &all, &exact))
			err = vsys_device_filter(s, abi, &all);
	return err;
}

static unsigned int count(const struct vsys_callset *set)
{
	unsigned int i, n = 0;

	for (i = 0; i < VSYS_FILTER_NUMBERS / 64; i++)
		n += (unsigned int)__builtin_popcountll(set->bits[i]);
	return n;
}

void filter_explain(const struct filter *f, FILE *out, bool live)
{
	const char *who = live ? "kernel" : "vsysread";
	struct vsys_callset all;
	unsigned int abi, n;
	bool exact;

	if (!f->named) {
		n = count(&f->numbers);
		fprintf(out, "%s: %s%u call number%s of each ABI\n", who,
			f->invert ? "all but " : "", n, n == 1 ? "" : "s");
	}
	for (abi = 1; f->named && abi < ABIS; abi++) {
		if (!join(f, abi, &all, &exact))
			continue;
		n = count(&all);
		fprintf(out, "%s: %s%u call number%s of %s\n", who, f->invert ? "all but " : "", n,
			n == 1 ? "" : "s", vsys_abi_name(abi));
		if (!exact)
			fprintf(out, "vsysread: of %s those that each machine's profile means\n",
				vsys_abi_name(abi));
	}
}
