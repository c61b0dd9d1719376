/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TASK_H
#define VSYS_TASK_H

#include <linux/vsyscalls.h>

struct vsys_session;

int vsys_task_recipe(struct vsys_session *s, struct vsys_recipe *in);
int vsys_task_filter(struct vsys_session *s, struct vsys_task_filter *in);

#endif /* VSYS_TASK_H */
