/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_EACH_H
#define VSYS_EACH_H

#include "rewrite/types.h"
#include "vcpu.h"

/* Does the call return to another address space than it was made in? */
static inline bool vsys_stop_left(const struct vsys_stop *stop)
{
	u64 space = vsys_state_space(stop->st, stop->v->view->space_mask);

	return stop->back && stop->call->key.space != space;
}

void vsys_stop_each(struct vsys_stop *stop, void (*fn)(struct vsys_stop *stop));

#endif /* VSYS_EACH_H */
