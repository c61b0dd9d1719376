/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TASKS_H
#define VSYS_TASKS_H

#include <vsyscalls/task.h>
#include "source/stream_vcpus.h"

enum { VSYS_TASK_BUCKETS = 1024 };	/* a power of two */

/* A task with those who refer to it: calls, vCPUs, the table of tasks. */
struct vsys_task_ref {
	struct vsys_task task;
	unsigned int refs;
	struct vsys_task_ref *chain;
	size_t bytes;			/* of @rec behind its head */
	struct vsys_rec_task *rec;	/* to find it again when it is told anew */
	struct vsys_text text;
};

/**
 * struct vsys_tasks - the tasks that records tell; all zero is empty
 * @vcpus: which task each vCPU ran last
 * @n: number of tasks in @buckets
 * @buckets: by machine and id
 */
struct vsys_tasks {
	struct vsys_stream_vcpus vcpus;
	unsigned int n;
	struct vsys_task_ref *buckets[VSYS_TASK_BUCKETS];
};

void vsys_tasks_free(struct vsys_tasks *t);

/* Take in a record of any type.  Returns 0 or -ENOMEM. */
int vsys_tasks_record(struct vsys_tasks *t, const struct vsys_record *rec);

/* The task of a record's vCPU, NULL if it is unknown; to be put by the caller. */
struct vsys_task_ref *vsys_tasks_get(struct vsys_tasks *t, const struct vsys_record *rec);
void vsys_task_put(struct vsys_task_ref *r);

#endif /* VSYS_TASKS_H */
