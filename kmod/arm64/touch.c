// SPDX-License-Identifier: GPL-2.0
/* No call is put in place of another one; see arch.h. */
#include "arch.h"

bool vsys_touch_call(struct vsys_stop *stop, u64 addr)
{
	return false;
}

void vsys_touch_restore(struct vsys_vcpu *v, const struct vsys_call *call)
{
}
