/* SPDX-License-Identifier: GPL-2.0 */
/* The thread of a guest that makes a call, part of libvsyscalls. */
#ifndef VSYS_TASK_H
#define VSYS_TASK_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/vsyscalls.h>
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct vsys_task - a thread as it was when it made a call
 * @vm: vsys_record.vm
 * @id: tells it from other threads that live at the same time
 * @known: mask of 1 << enum vsys_task_kind of the members that are known
 * @claimed: by memory that the guest's programs can write
 * @pid: process id; Linux: of the thread group
 * @tid: thread id
 * @ppid: process id of the parent
 * @uid: effective user id
 * @vpid: process id in the innermost namespace
 * @pidns: inode number of that namespace
 * @session: of Windows
 * @start: of the process, in the guest's own units
 * @cgroup: id of its cgroup
 * @name: of the thread; NULL: unknown, as the texts below. They are escaped as strings of
 *        guests are, without quotes
 * @program: path of the program
 * @container: name of its cgroup
 * @command: command line
 * @plain_name: @name as its bytes are, or in UTF-8 if the guest has UTF-16
 * @plain_container: @container likewise
 *
 * What the guest's kernel says is believed; a thread of Linux chooses its own name.
 */
struct vsys_task {
	uint32_t vm;
	uint64_t id, known;
	bool claimed;
	uint32_t pid, tid, ppid, uid, vpid, pidns, session;
	uint64_t start, cgroup;
	const char *name, *program, *container, *command;
	const char *plain_name, *plain_container;
};

/* vsys_task_knows - is a member known? */
static inline bool vsys_task_knows(const struct vsys_task *t, enum vsys_task_kind kind)
{
	return t && (t->known >> kind & 1);
}

/* vsys_task_name - its name, else the last part of its program, else "" */
const char *vsys_task_name(const struct vsys_task *t);

/* vsys_format_task - "87/88 worker-thr", "87 server" for the first thread of a process */
void vsys_format_task(struct vsys_text *t, const struct vsys_task *task);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_TASK_H */
