// SPDX-License-Identifier: GPL-2.0
/* vsys_trace_filter(): keep only some calls. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handle.h"

bool vsys_filter_pass(const struct vsys_trace *v, const struct vsys_record *rec)
{
	if (!v->wanted || (rec->type != VSYS_REC_ENTRY && rec->type != VSYS_REC_RETURN &&
			   rec->type != VSYS_REC_MORE))
		return true;
	return vsys_callsets_pass(v->wanted, rec);
}

/* Whether a machine may have the profile @name, when @profile is about to be attached. */
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

int vsys_filter_install(struct vsys_trace *v, const char *profile)
{
	static const struct vsys_number_set all = { .invert = true };
	bool *used;
	unsigned int i;
	int err;

	if (!v->wanted) {
		err = vsys_device_filter(v->device, 0, &all);
		return err ? vsys_fail(err, "filter: %s", strerror(-err)) : 0;
	}
	used = calloc(v->profiles->n + 1, sizeof(*used));
	if (!used)
		return vsys_fail(-ENOMEM, "out of memory");
	for (i = 0; i < v->profiles->n; i++)
		used[i] = may_have(v, profile, v->profiles->v[i].name);
	vsys_callsets_use(v->wanted, used);
	free(used);
	err = vsys_callsets_install(v->wanted, v->device);
	return err ? vsys_fail(err, "filter: %s", strerror(-err)) : 0;
}

int vsys_trace_filter(struct vsys_trace *v, const char *calls)
{
	struct vsys_callsets *wanted = NULL;
	int err = 0;

	if (calls)
		err = vsys_callsets_new(v->profiles, NULL, &wanted);
	if (calls && !err)
		err = vsys_callsets_add(wanted, calls, 0);
	if (err) {
		vsys_callsets_free(wanted);
		return err;
	}
	vsys_callsets_free(v->wanted);
	v->wanted = wanted;
	/* Call numbers depend on the profile, which is unknown before an attach. */
	return v->device && v->ntargets ? vsys_filter_install(v, v->targets[0].profile) : 0;
}
