/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TASK_FILTER_H
#define VSYS_TASK_FILTER_H

struct vsys_session;
struct vsys_task_filter;

int vsys_task_filter(struct vsys_session *s, struct vsys_task_filter *in);

#endif /* VSYS_TASK_FILTER_H */
