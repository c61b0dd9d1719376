// SPDX-License-Identifier: GPL-2.0
/* Find tables, calls and profiles. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <vsyscalls/lookup.h>

#define MAX_PROFILES	256

/**
 * vsys_table_find - the table of a profile, or NULL
 * @name: of the profile
 */
const struct vsys_table *vsys_table_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < vsys_ntables; i++)
		if (!strcmp(vsys_tables[i].name, name))
			return &vsys_tables[i];
	return NULL;
}

/**
 * vsys_table_numbering - the calls of one ABI of a profile, or NULL
 * @table: of the profile, or NULL
 * @abi: enum vsys_abi, or anything
 */
const struct vsys_numbering *vsys_table_numbering(const struct vsys_table *table, unsigned int abi)
{
	unsigned int i;

	for (i = 0; table && i < table->nabis; i++)
		if (table->abis[i].abi == abi && table->abis[i].n)
			return &table->abis[i];
	return NULL;
}

/**
 * vsys_table_call - the call with a number, or NULL
 * @table: of its profile, or NULL
 * @abi: enum vsys_abi, or anything
 * @nr: the number, as in the record
 */
const struct vsys_proto *vsys_table_call(const struct vsys_table *table, unsigned int abi,
					 uint32_t nr)
{
	const struct vsys_numbering *of = vsys_table_numbering(table, abi);
	size_t low = 0, high = of ? of->n : 0, mid;

	nr = vsys_abi_table_number(abi, nr);
	/* Most tables have few holes, so the number is nearly the index. */
	if (nr < high && of->numbers[nr].nr == nr)
		return &of->calls[of->numbers[nr].call];
	while (low < high) {
		mid = low + (high - low) / 2;
		if (of->numbers[mid].nr == nr)
			return &of->calls[of->numbers[mid].call];
		if (of->numbers[mid].nr < nr)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/**
 * vsys_table_record - the call of a record, or NULL
 * @table: of its profile, or NULL
 * @rec: an entry or a return
 *
 * A call the module did not know stays unknown, whatever its number: the module
 * did not record its arguments by the table.
 */
const struct vsys_proto *vsys_table_record(const struct vsys_table *table,
					   const struct vsys_record *rec)
{
	if (rec->flags & (VSYS_F_UNKNOWN | VSYS_F_UNPAIRED))
		return NULL;
	return vsys_table_call(table, rec->abi, rec->nr);
}

static const struct vsys_proto *nth(const struct vsys_numbering *of, unsigned int i)
{
	return &of->calls[of->numbers[i].call];
}

/**
 * vsys_table_named - the first call with a name, in the order of the ABIs, or NULL
 * @table: of its profile
 * @name: the name
 */
const struct vsys_proto *vsys_table_named(const struct vsys_table *table, const char *name)
{
	unsigned int a, i;

	for (a = 0; a < table->nabis; a++)
		for (i = 0; i < table->abis[a].n; i++)
			if (!strcmp(nth(&table->abis[a], i)->name, name))
				return nth(&table->abis[a], i);
	return NULL;
}

/* Levenshtein distance of names of up to 63 bytes. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[64], i, j, diag, up;
	size_t n = strlen(b);

	if (n > 63 || strlen(a) > 63)
		return 64;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		diag = row[0];
		row[0] = i + 1;
		for (j = 0; j < n; j++) {
			unsigned int best = diag + (a[i] != b[j]);

			up = row[j + 1];
			if (up + 1 < best)
				best = up + 1;
			if (row[j] + 1 < best)
				best = row[j] + 1;
			diag = up;
			row[j + 1] = best;
		}
	}
	return row[n];
}

/* Search for the name closest to a misspelt @name; @found NULL: none is close. */
struct guess {
	const char *name;
	const char *found;
	unsigned int best;
};

static struct guess begin_guess(const char *name)
{
	return (struct guess){ .name = name, .best = (unsigned int)strlen(name) / 3 + 2 };
}

static void consider(struct guess *g, const char *candidate)
{
	unsigned int d = distance(g->name, candidate);

	if (d < g->best) {
		g->best = d;
		g->found = candidate;
	}
}

/**
 * vsys_table_nearest - the call name closest to a misspelt one
 * @table: the table to search
 * @name: the misspelt name
 *
 * Return: NULL: no name is close.
 */
const char *vsys_table_nearest(const struct vsys_table *table, const char *name)
{
	struct guess g = begin_guess(name);
	unsigned int a, i;

	for (a = 0; a < table->nabis; a++)
		for (i = 0; i < table->abis[a].n; i++)
			consider(&g, nth(&table->abis[a], i)->name);
	return g.found;
}

static bool plain_name(const char *name)
{
	size_t n = strnlen(name, VSYS_NAME_MAX);
	static const char chars[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

	return n && n < VSYS_NAME_MAX && strspn(name, chars) == n;
}

/**
 * vsys_profiles_add - append a profile
 * @p: the list, all zero at first
 * @name: -EINVAL unless it is a plain name that ends before VSYS_NAME_MAX bytes
 */
int vsys_profiles_add(struct vsys_profiles *p, const char *name)
{
	void *v;

	if (!plain_name(name) || p->n >= MAX_PROFILES)
		return -EINVAL;
	v = realloc(p->v, (p->n + 1) * sizeof(*p->v));
	if (!v)
		return -ENOMEM;
	p->v = v;
	memset(p->v[p->n].name, 0, VSYS_NAME_MAX);
	memcpy(p->v[p->n].name, name, strlen(name));
	p->v[p->n].table = vsys_table_find(name);
	p->n++;
	return 0;
}

void vsys_profiles_free(struct vsys_profiles *p)
{
	free(p->v);
	memset(p, 0, sizeof(*p));
}

const struct vsys_table *vsys_profiles_table(const struct vsys_profiles *p, uint32_t index)
{
	return index < p->n ? p->v[index].table : NULL;
}

const char *vsys_profiles_name(const struct vsys_profiles *p, uint32_t index)
{
	return index < p->n ? p->v[index].name : "unknown";
}

int vsys_profiles_find(const struct vsys_profiles *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->n; i++)
		if (!strcmp(p->v[i].name, name))
			return (int)i;
	return -1;
}

/**
 * vsys_profiles_nearest - the profile name closest to a misspelt one
 * @p: the list to search
 * @name: the misspelt name
 *
 * Return: NULL: no name is close.
 */
const char *vsys_profiles_nearest(const struct vsys_profiles *p, const char *name)
{
	struct guess g = begin_guess(name);
	unsigned int i;

	for (i = 0; i < p->n; i++)
		consider(&g, p->v[i].name);
	return g.found;
}
