// SPDX-License-Identifier: GPL-2.0
/* Select calls by vCPU, address space and result; -e trace= selects them by name. */
#include "options.h"
#include "select.h"

static bool wants_vcpu(const struct options *o, unsigned int vcpu)
{
	return !o->has_vcpus || o->vcpus[vcpu / 8] >> vcpu % 8 & 1;
}

static bool wants_space(const struct options *o, uint64_t space)
{
	unsigned int i;

	for (i = 0; i < o->nspaces; i++)
		if (o->spaces[i] == space)
			return !o->hide_spaces;
	return !o->nspaces || o->hide_spaces;
}

bool select_record(const struct options *o, const struct vsys_record *rec)
{
	return wants_vcpu(o, rec->vcpu);
}

bool select_entry(const struct options *o, const struct vsys_rec_entry *e)
{
	return wants_vcpu(o, e->r.vcpu) && wants_space(o, e->space);
}

static unsigned int status_of(const struct vsys_table *table, const struct vsys_call_event *ev)
{
	const struct vsys_record *r;

	if (!ev->ret)
		return STATUS_UNFINISHED;
	r = ev->entry ? &ev->entry->r : &ev->ret->r;
	return vsys_result_failed(vsys_table_record(table, r), r->abi, ev->ret->result) ?
	       STATUS_FAILED : STATUS_SUCCESSFUL;
}

bool select_call(const struct options *o, const struct vsys_table *table,
		 const struct vsys_call_event *ev)
{
	if (o->status && !(o->status & status_of(table, ev)))
		return false;
	if (ev->entry)
		return select_entry(o, ev->entry);
	/* Only the entry tells the address space. */
	return wants_vcpu(o, ev->ret->r.vcpu) && (!o->nspaces || o->hide_spaces);
}
