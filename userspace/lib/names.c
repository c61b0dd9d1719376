// SPDX-License-Identifier: GPL-2.0
/* Finding tables, calls and names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vsyscalls.h"

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
 * vsys_table_call - the call with a number, or NULL
 * @table: of its profile, or NULL
 * @nr: the number
 */
const struct vsys_call *vsys_table_call(const struct vsys_table *table, uint32_t nr)
{
	size_t low = 0, high = table ? table->ncalls : 0;

	/* Most tables have few holes, so the number is nearly the index. */
	if (nr < high && table->calls[nr].nr == nr)
		return &table->calls[nr];
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (table->calls[mid].nr == nr)
			return &table->calls[mid];
		if (table->calls[mid].nr < nr)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/**
 * vsys_table_named - the call with a name, or NULL
 * @table: of its profile
 * @name: the name
 */
const struct vsys_call *vsys_table_named(const struct vsys_table *table, const char *name)
{
	unsigned int i;

	for (i = 0; i < table->ncalls; i++)
		if (!strcmp(table->calls[i].name, name))
			return &table->calls[i];
	return NULL;
}

/* Levenshtein's distance, names of up to 63 bytes. */
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

/**
 * vsys_table_nearest - the name most like a misspelt one
 * @table: where to look
 * @name: what was written
 *
 * NULL when nothing is alike enough to be meant.
 */
const char *vsys_table_nearest(const struct vsys_table *table, const char *name)
{
	unsigned int best = (unsigned int)strlen(name) / 3 + 2, d, i;
	const char *found = NULL;

	for (i = 0; i < table->ncalls; i++) {
		d = distance(name, table->calls[i].name);
		if (d < best) {
			best = d;
			found = table->calls[i].name;
		}
	}
	return found;
}

/**
 * vsys_set_name - the name of a value in an enum, or NULL
 * @set: the enum, or NULL
 * @value: the value
 */
const char *vsys_set_name(const struct vsys_set *set, uint64_t value)
{
	unsigned int i;

	for (i = 0; set && i < set->n; i++)
		if (set->consts[i].value == value)
			return set->consts[i].name;
	return NULL;
}

const char *vsys_os_name(unsigned int os)
{
	return os == VSYS_OS_LINUX ? "linux" : "unknown";
}

const char *vsys_arch_name(unsigned int arch)
{
	return arch == VSYS_ARCH_X86_64 ? "x86_64" : "unknown";
}

const char *vsys_abi_name(unsigned int abi)
{
	switch (abi) {
	case VSYS_ABI_LINUX_X86_64:
		return "linux_x86_64";
	default:
		return "unknown";
	}
}

const char *vsys_door_name(unsigned int door)
{
	return door == VSYS_DOOR_SYSCALL ? "syscall" : "unknown";
}

const char *vsys_refusal_text(unsigned int reason)
{
	switch (reason) {
	case VSYS_REFUSED_ENCRYPTED:
		return "the guest is encrypted";
	case VSYS_REFUSED_LAYOUT:
		return "KVM's structures are not as expected";
	case VSYS_REFUSED_MEMORY:
		return "the host has no memory for it";
	case VSYS_REFUSED_FETCH:
		return "the instruction cannot be read";
	default:
		return "for an unknown reason";
	}
}

void vsys_callset_add(struct vsys_callset *set, uint32_t nr)
{
	if (nr < VSYS_FILTER_NUMBERS)
		set->bits[nr / 64] |= UINT64_C(1) << (nr % 64);
}

/**
 * vsys_callset_has - does the kernel's filter, so set, pass a call?
 * @set: the set
 * @nr: number of the call
 */
bool vsys_callset_has(const struct vsys_callset *set, uint32_t nr)
{
	if (nr >= VSYS_FILTER_NUMBERS)
		return set->invert;
	return (set->bits[nr / 64] >> (nr % 64) & 1) != set->invert;
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
