// SPDX-License-Identifier: GPL-2.0
/* Which calls does vsys_trace_filter() let through? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"

static bool has_name(const struct vsys_trace *v, const char *name)
{
	unsigned int p;

	for (p = 0; p < v->profiles->n; p++)
		if (v->profiles->v[p].table && vsys_table_named(v->profiles->v[p].table, name))
			return true;
	return false;
}

static int no_call(const struct vsys_trace *v, const char *name)
{
	const char *near = NULL;
	unsigned int p;

	for (p = 0; !near && p < v->profiles->n; p++)
		if (v->profiles->v[p].table)
			near = vsys_table_nearest(v->profiles->v[p].table, name);
	return vsys_fail(-ENOENT, "no profile has a system call %s%s%s%s", name,
			 near ? "; do you mean " : "", near ? near : "", near ? "?" : "");
}

/* "a,b" -> "a\0b\0\0" */
static char *split(const char *calls)
{
	size_t n = strlen(calls), i;
	char *names = calloc(1, n + 2);

	for (i = 0; names && i < n; i++)
		names[i] = calls[i] == ',' ? '\0' : calls[i];
	return names;
}

static int check_names(const struct vsys_trace *v, const char *names, size_t n)
{
	const char *name = names;

	for (; name <= names + n; name += strlen(name) + 1) {
		if (!*name)
			return vsys_fail(-EINVAL, "an empty name among the calls to filter");
		if (!has_name(v, name))
			return no_call(v, name);
	}
	return 0;
}

static struct vsys_callset *make_sets(const struct vsys_table *table, const char *names)
{
	struct vsys_callset *sets = calloc(table->nabis, sizeof(*sets));
	const char *name;
	unsigned int a;

	for (a = 0; sets && a < table->nabis; a++)
		for (name = names; *name; name += strlen(name) + 1)
			vsys_callset_add_named(&sets[a], &table->abis[a], name);
	return sets;
}

void vsys_want_free(struct vsys_trace *v)
{
	unsigned int p;

	for (p = 0; v->want && p < v->profiles->n; p++)
		free(v->want[p]);
	free(v->want);
	free(v->calls);
	v->want = NULL;
	v->calls = NULL;
}

static int make_all_sets(struct vsys_trace *v)
{
	unsigned int p;

	v->want = calloc(v->profiles->n + 1, sizeof(*v->want));
	for (p = 0; v->want && p < v->profiles->n; p++) {
		if (!v->profiles->v[p].table)
			continue;
		v->want[p] = make_sets(v->profiles->v[p].table, v->calls);
		if (!v->want[p])
			break;
	}
	return v->want && p == v->profiles->n ? 0 : -ENOMEM;
}

bool vsys_want_record(const struct vsys_trace *v, const struct vsys_record *rec)
{
	const struct vsys_table *table = vsys_profiles_table(v->profiles, rec->profile);
	const struct vsys_numbering *of = vsys_table_numbering(table, rec->abi);

	if (!v->calls || (rec->type != VSYS_REC_ENTRY && rec->type != VSYS_REC_RETURN))
		return true;
	if (!of || rec->flags & (VSYS_F_UNKNOWN | VSYS_F_UNPAIRED))
		return false;
	return vsys_callset_has(&v->want[rec->profile][of - table->abis],
				vsys_abi_table_number(rec->abi, rec->nr));
}

/* Is it not known that no machine has this profile? */
static bool may_have(const struct vsys_trace *v, const char *profile, const char *name)
{
	unsigned int i;

	if (!profile || !*profile || !strcmp(profile, name))
		return true;
	for (i = 0; i < v->ntargets; i++)
		if (!v->targets[i].profile[0] || !strcmp(v->targets[i].profile, name))
			return true;
	return false;
}

/* What any of the profiles wants of an ABI: each record is judged again. */
static void unite(const struct vsys_trace *v, const char *profile, unsigned int abi,
		  struct vsys_callset *set)
{
	const struct vsys_numbering *of;
	const struct vsys_table *table;
	unsigned int p, i;

	memset(set, 0, sizeof(*set));
	for (p = 0; p < v->profiles->n; p++) {
		table = v->profiles->v[p].table;
		of = vsys_table_numbering(table, abi);
		if (!of || !may_have(v, profile, v->profiles->v[p].name))
			continue;
		for (i = 0; i < VSYS_FILTER_NUMBERS / 64; i++)
			set->bits[i] |= v->want[p][of - table->abis].bits[i];
	}
}

/**
 * vsys_want_apply - tell the kernel what vsys_trace_filter() wants
 * @v: a device
 * @profile: one that is about to be attached, NULL for any
 */
int vsys_want_apply(struct vsys_trace *v, const char *profile)
{
	struct vsys_callset set = { .invert = !v->calls };
	unsigned int abi;
	int err;

	err = vsys_device_filter(v->session, 0, &set);
	for (abi = VSYS_ABI_LINUX_X86_64; !err && v->calls && abi < VSYS_ABI_NR; abi++) {
		unite(v, profile, abi, &set);
		err = vsys_device_filter(v->session, abi, &set);
	}
	return err ? vsys_fail(err, "filter: %s", strerror(-err)) : 0;
}

int vsys_trace_filter(struct vsys_trace *v, const char *calls)
{
	char *names = calls ? split(calls) : NULL;
	int err;

	if (calls && !names)
		return vsys_fail(-ENOMEM, "out of memory");
	err = calls ? check_names(v, names, strlen(calls)) : 0;
	if (err) {
		free(names);
		return err;
	}
	vsys_want_free(v);
	v->calls = names;
	err = calls ? make_all_sets(v) : 0;
	if (err) {
		vsys_want_free(v);
		return vsys_fail(err, "out of memory");
	}
	/* Until something is attached nobody knows what the numbers mean. */
	return v->session && v->ntargets ? vsys_want_apply(v, v->targets[0].profile) : 0;
}
