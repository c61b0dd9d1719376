// SPDX-License-Identifier: GPL-2.0
/* vsysread --explain: where each part of the command line is filtered. */
#include <inttypes.h>
#include <stdio.h>
#include <vsyscalls/vsyscalls.h>

#include "explain.h"
#include "options.h"
#include "targets.h"

static void explain_machines(const struct options *o, const char *who)
{
	const struct target *t;
	char name[96];

	for (t = o->targets; t < o->targets + o->ntargets; t++) {
		targets_name(t, name, sizeof(name));
		printf("%s: %s%s%s\n", who, name, t->profile ? ", profile " : "",
		       t->profile ? t->profile : "");
	}
}

static void explain_doors(const struct options *o)
{
	const char *sep = " ";
	unsigned int i;

	printf("kernel: calls by");
	for (i = 0; i < 32; i++) {
		if (!(o->doors >> i & 1))
			continue;
		printf("%s%s", sep, vsys_door_name(i));
		sep = ",";
	}
	printf("%s\n", o->doors ? "" : " the doors of each profile");
}

static void explain_rest(const struct options *o, bool live)
{
	unsigned int i, n = 0;

	for (i = 0; i < MAX_VCPUS; i++)
		n += o->vcpus[i / 8] >> i % 8 & 1;
	if (o->has_vcpus)
		printf("vsysread: calls of %u vCPU%s\n", n, n == 1 ? "" : "s");
	for (i = 0; i < o->nspaces; i++)
		printf("vsysread: %scalls of address space 0x%" PRIx64 "\n",
		       o->hide_spaces ? "no " : "", o->spaces[i]);
	if (o->nconds)
		printf("%s: calls of callers that meet %u condition%s\n",
		       live ? "kernel" : "vsysread", o->nconds, o->nconds == 1 ? "" : "s");
	if (o->status)
		printf("vsysread: calls that%s%s%s\n",
		       o->status & STATUS_SUCCESSFUL ? " are successful" : "",
		       o->status & STATUS_FAILED ? o->status & STATUS_SUCCESSFUL ? " or fail" :
		       " fail" : "", o->status & STATUS_UNFINISHED ?
		       o->status & ~(unsigned int)STATUS_UNFINISHED ? " or do not finish" :
		       " do not finish" : "");
}

static void explain_calls(const struct vsys_callsets *calls, bool live)
{
	struct vsys_number_set set;
	unsigned int abi, n;
	bool exact;

	for (abi = 0; abi < VSYS_ABI_NR; abi++) {
		if (!vsys_callsets_get(calls, abi, &set, &exact))
			continue;
		n = vsys_number_set_list(&set, NULL);
		printf("%s: %s%u call number%s of %s\n", live ? "kernel" : "vsysread",
		       set.invert ? "all but " : "", n, n == 1 ? "" : "s",
		       abi ? vsys_abi_name(abi) : "each ABI");
		if (!exact)
			printf("vsysread: of these, calls of %s that the machine's profile means\n",
			       vsys_abi_name(abi));
	}
}

void explain(const struct options *o, const struct vsys_callsets *calls, bool live)
{
	explain_machines(o, live ? "kernel" : "vsysread");
	if (live)
		explain_doors(o);
	if (calls && o->nexprs)
		explain_calls(calls, live);
	explain_rest(o, live);
}
