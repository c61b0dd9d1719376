// SPDX-License-Identifier: GPL-2.0
/* Which profiles and calls the command line names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "wanted.h"

static void unknown_profile(const struct vsys_profiles *profiles, const char *name,
			    const char *file)
{
	const char *near = vsys_profiles_nearest(profiles, name), *before = "; there are ";
	unsigned int i;

	if (file)
		fprintf(stderr, "vsysread: %s: no profile %s was recorded", file, name);
	else
		fprintf(stderr, "vsysread: the module has no profile %s", name);
	for (i = 0; i < profiles->n; i++) {
		if (!strstr(profiles->v[i].name, name))
			continue;
		fprintf(stderr, "%s%s", before, profiles->v[i].name);
		before = ", ";
		near = NULL;
	}
	if (near)
		fprintf(stderr, "; do you mean %s?", near);
	fputc('\n', stderr);
}

bool *wanted_profiles(const struct options *o, const struct vsys_profiles *profiles,
		      int unnamed, const char *file)
{
	bool *used = calloc(profiles->n + 1, sizeof(*used));
	const struct target *t;
	unsigned int i;
	int p;

	if (!used) {
		fputs("vsysread: out of memory\n", stderr);
		return NULL;
	}
	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		p = t->profile ? vsys_profiles_find(profiles, t->profile) : unnamed;
		if (t->profile && p < 0) {
			unknown_profile(profiles, t->profile, file);
			free(used);
			return NULL;
		}
		for (i = 0; i < profiles->n; i++)
			used[i] |= p < 0 || i == (unsigned int)p;
	}
	return used;
}

struct vsys_callsets *wanted_calls(const char *const *exprs, unsigned int nexprs,
				   const struct vsys_profiles *profiles, const bool *used)
{
	struct vsys_callsets *c;
	unsigned int i;

	if (vsys_callsets_new(profiles, used, &c)) {
		fprintf(stderr, "vsysread: %s\n", vsys_error());
		return NULL;
	}
	for (i = 0; i < nexprs; i++) {
		if (vsys_callsets_add(c, exprs[i], 0)) {
			fprintf(stderr, "vsysread: -e %s\n", vsys_error());
			vsys_callsets_free(c);
			return NULL;
		}
	}
	return c;
}

struct vsys_callsets *wanted_with_handles(const char *const *exprs, unsigned int nexprs,
					  const struct vsys_profiles *profiles, const bool *used,
					  bool modules, bool transfers)
{
	struct vsys_callsets *c = wanted_calls(exprs, nexprs, profiles, used);

	if (!c || (!vsys_callsets_add(c, vsys_handles_calls(), 0) &&
		   (!modules || !vsys_callsets_add(c, vsys_modules_calls(), 0)) &&
		   (!transfers || !vsys_callsets_add(c, vsys_transfers_calls(), 0))))
		return c;
	fprintf(stderr, "vsysread: %s\n", vsys_error());
	vsys_callsets_free(c);
	return NULL;
}
