// SPDX-License-Identifier: GPL-2.0
/* A stopped call in each view that has it. */
#include "rewrite/each.h"
#include "view.h"

/* Do @fn for the call as each view has it. */
void vsys_stop_each(struct vsys_stop *stop, void (*fn)(struct vsys_stop *stop))
{
	struct vsys_call *call = stop->call;
	struct vsys_vcpu *v = stop->v;
	struct vsys_other *o;

	if (call)
		fn(stop);
	for (o = v->others; o; o = o->next) {
		if (!o->here)
			continue;
		stop->call = &o->call;
		vsys_view_enter(v, o);
		fn(stop);
		vsys_view_leave(v, o);
	}
	stop->call = call;
}
