// SPDX-License-Identifier: GPL-2.0
/* VSYS_TASK_FILTER: not done yet. */
#include <linux/errno.h>

#include "task_filter.h"

int vsys_task_filter(struct vsys_session *s, struct vsys_task_filter *in)
{
	return -EOPNOTSUPP;
}
