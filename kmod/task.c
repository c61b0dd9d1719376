// SPDX-License-Identifier: GPL-2.0
/* Which thread of the guest makes a call: not known yet. */
#include <linux/errno.h>

#include "task.h"

/* VSYS_RECIPE */
int vsys_task_recipe(struct vsys_session *s, struct vsys_recipe *in)
{
	return -EOPNOTSUPP;
}

/* VSYS_TASK_FILTER */
int vsys_task_filter(struct vsys_session *s, struct vsys_task_filter *in)
{
	return -EOPNOTSUPP;
}
