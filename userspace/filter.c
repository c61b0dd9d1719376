// SPDX-License-Identifier: GPL-2.0
/* What vsysread -e asks for: calls by name and number, in each profile and ABI. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"

enum {
	ABIS = VSYS_ABI_WINDOWS_X64 + 1,	/* 0: what of all ABIs is alike */
};

/* Of a profile: its sets by ABI. */
struct sets {
	struct vsys_callset of[ABIS];
};

struct filter {
	const struct vsys_profiles *profiles;
	const bool *used;
	bool invert;
	bool named;		/* else all sets are alike */
	struct vsys_callset numbers;
	struct sets sets[];	/* one a profile */
};

static void add_number(struct filter *f, uint32_t nr)
{
	unsigned int i, abi;

	vsys_callset_add(&f->numbers, nr);
	for (i = 0; i < f->profiles->n; i++)
		for (abi = 0; abi < ABIS; abi++)
			vsys_callset_add(&f->sets[i].of[abi], nr);
}

/* Returns whether a profile that is used has such a call. */
static bool add_name(struct filter *f, const char *name)
{
	const struct vsys_numbers *numbers;
	unsigned int i, abi, n;
	bool found = false;

	for (i = 0; i < f->profiles->n; i++) {
		for (abi = 0; abi < ABIS; abi++) {
			numbers = vsys_table_numbers(f->profiles->v[i].table, abi);
			n = vsys_callset_add_named(&f->sets[i].of[abi], numbers, name);
			found |= n && f->used[i];
		}
	}
	f->named |= found;
	return found;
}

static void say_unknown(const struct filter *f, const char *name)
{
	const char *near = NULL, *profile = NULL;
	unsigned int i, n = 0;

	for (i = 0; i < f->profiles->n; i++) {
		if (!f->used[i] || !f->profiles->v[i].table)
			continue;
		profile = f->profiles->v[i].name;
		n++;
		if (!near)
			near = vsys_table_nearest(f->profiles->v[i].table, name);
	}
	fprintf(stderr, "vsysread: -e %s: no such system call in ", name);
	if (n > 1)
		fprintf(stderr, "any of %u profiles", n);
	else
		fprintf(stderr, "profile %s", n ? profile : "(unknown)");
	if (near)
		fprintf(stderr, "; do you mean %s?", near);
	fputc('\n', stderr);
}

static bool add_call(struct filter *f, const char *name)
{
	uint64_t nr;

	if (add_name(f, name))
		return true;
	if (!options_number(name, 0, VSYS_FILTER_NUMBERS - 1, false, &nr)) {
		say_unknown(f, name);
		return false;
	}
	add_number(f, (uint32_t)nr);
	return true;
}

static bool add_list(struct filter *f, const char *names)
{
	char *list = strdup(names), *save, *name;
	bool good = list;

	for (name = good ? strtok_r(list, ",", &save) : NULL; good && name;
	     name = strtok_r(NULL, ",", &save))
		good = add_call(f, name);
	free(list);
	return good;
}

static bool add_expr(struct filter *f, const char *e, bool first)
{
	bool invert;

	if (!strncmp(e, "trace=", 6))
		e += 6;
	invert = *e == '!';
	e += invert;
	/* All of them is all but none of them. */
	if (!strcmp(e, "all") || !strcmp(e, "none")) {
		invert ^= *e == 'a';
		e = "";
	} else if (!*e) {
		fputs("vsysread: -e: no system call is named\n", stderr);
		return false;
	}
	if (!first && invert != f->invert) {
		fputs("vsysread: -e: calls to show and calls to hide do not mix\n", stderr);
		return false;
	}
	f->invert = invert;
	return add_list(f, e);
}

struct filter *filter_new(const struct options *o, const struct vsys_profiles *profiles,
			  const bool *used)
{
	struct filter *f = calloc(1, sizeof(*f) + profiles->n * sizeof(f->sets[0]));
	unsigned int i, abi;

	if (!f) {
		fputs("vsysread: out of memory\n", stderr);
		return NULL;
	}
	f->profiles = profiles;
	f->used = used;
	f->invert = !o->nexprs;
	for (i = 0; i < o->nexprs; i++) {
		if (!add_expr(f, o->exprs[i], !i)) {
			filter_free(f);
			return NULL;
		}
	}
	f->numbers.invert = f->invert;
	for (i = 0; i < profiles->n; i++)
		for (abi = 0; abi < ABIS; abi++)
			f->sets[i].of[abi].invert = f->invert;
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
	return vsys_callset_has(set, vsys_abi_number(rec->abi, rec->nr));
}

/* What at least one of the profiles that are used wants of an ABI. */
static bool join(const struct filter *f, unsigned int abi, struct vsys_callset *all)
{
	const struct vsys_callset *one;
	unsigned int i, j;
	bool any = false;

	for (i = 0; i < f->profiles->n; i++) {
		if (!f->used[i] || !vsys_table_numbers(f->profiles->v[i].table, abi))
			continue;
		one = &f->sets[i].of[abi];
		if (!any)
			*all = *one;
		for (j = 0; j < VSYS_FILTER_NUMBERS / 64; j++)
			all->bits[j] = f->invert ? all->bits[j] & one->bits[j] :
						   all->bits[j] | one->bits[j];
		any = true;
	}
	return any;
}

int filter_install(const struct filter *f, struct vsys_session *s)
{
	struct vsys_callset all;
	unsigned int abi;
	int err;

	err = vsys_session_filter(s, 0, &f->numbers);
	for (abi = 1; !err && f->named && abi < ABIS; abi++)
		if (join(f, abi, &all))
			err = vsys_session_filter(s, abi, &all);
	return err;
}
