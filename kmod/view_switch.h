/* SPDX-License-Identifier: GPL-2.0 */
/* Find the views of a vCPU, and switch between them. */
#ifndef VSYS_VIEW_SWITCH_H
#define VSYS_VIEW_SWITCH_H

#include "vcpu.h"

/* The view of @profile, or NULL if that is the first one. */
static inline struct vsys_other *vsys_view_of(const struct vsys_vcpu *v, u32 profile)
{
	struct vsys_other *o;

	for (o = v->others; o && o->view.index != profile; o = o->next)
		;
	return o;
}

/* Make @o the view of the vCPU: of its captures, and of all that looks at calls. */
static inline void vsys_view_enter(struct vsys_vcpu *v, struct vsys_other *o)
{
	swap(v->capture, o->capture);
	v->view = &o->view;
}

/* Return to the first view. */
static inline void vsys_view_leave(struct vsys_vcpu *v, struct vsys_other *o)
{
	swap(v->capture, o->capture);
	v->view = &v->first;
}

#endif /* VSYS_VIEW_SWITCH_H */
