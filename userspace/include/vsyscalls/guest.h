/* SPDX-License-Identifier: GPL-2.0 */
/* What runs in a guest: its system, its processes; part of libvsyscalls. */
#ifndef VSYS_GUEST_H
#define VSYS_GUEST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vsys_guest;

enum { VSYS_GUEST_TEXT = 256 };

/**
 * struct vsys_guest_info - what was found in a guest
 * @os: enum vsys_os; 0: unknown
 * @profile: the one to trace it with; empty: unknown
 * @near: @profile is of an older build than the guest's
 * @banner: what the guest's kernel says it is; empty: unknown. Untrusted: escape it
 * @how: how tasks are found; empty: they are not
 * @claimed: tasks are told by memory that the guest's programs can write
 * @ns: time it took
 * @bytes: of guest memory that were read
 */
struct vsys_guest_info {
	unsigned int os;
	char profile[VSYS_NAME_MAX];
	bool near;
	char banner[VSYS_GUEST_TEXT];
	char how[VSYS_GUEST_TEXT];
	bool claimed;
	uint64_t ns;
	uint64_t bytes;
};

/**
 * vsys_guest_open - find out what runs in a guest
 * @d: the device, attached to the machine
 * @pid: of the process that runs it
 * @timeout_ms: time to wait for a vCPU to leave the guest's user mode, 1 to 10000
 * @guest: out: to be closed with vsys_guest_close()
 *
 * Reads the guest's memory in the process, for which the caller needs the right to
 * ptrace it.  Only @timeout_ms and the guest's memory bound the time it takes, some
 * 100 ms; call it in a thread of its own to read the trace meanwhile.
 *
 * Return: 0, also if nothing was recognised; -ETIMEDOUT; -EPERM; -ESRCH; -ENOMEM; or
 * the errors of VSYS_VCPU_REGS and VSYS_MEMORY.
 */
int vsys_guest_open(struct vsys_device *d, pid_t pid, int timeout_ms, struct vsys_guest **guest);
void vsys_guest_close(struct vsys_guest *g);

/* vsys_guest_info - what was found; valid until vsys_guest_close() */
const struct vsys_guest_info *vsys_guest_info(const struct vsys_guest *g);

/**
 * vsys_guest_install - have the module tell the task of each call: VSYS_RECIPE
 * @g: the guest
 *
 * Return: 0; -ENODATA: tasks are not found; or the errors of VSYS_RECIPE.
 */
int vsys_guest_install(struct vsys_guest *g);

/**
 * struct vsys_guest_task - a thread of a guest, as its kernel lists it
 * @known: mask of 1 << enum vsys_task_kind of what was read
 * @tid: thread id
 * @pid: process id
 * @ppid: of the parent
 * @uid: effective user id
 * @session: of Windows
 * @start: of the process, in the guest's own units
 * @cgroup: id
 * @name: untrusted, escape it, as the texts below
 * @program: path
 * @container: name of its cgroup
 */
struct vsys_guest_task {
	uint64_t known;
	uint32_t tid, pid, ppid, uid, session;
	uint64_t start, cgroup;
	char name[64];
	char program[VSYS_GUEST_TEXT];
	char container[VSYS_GUEST_TEXT];
};

/**
 * vsys_guest_tasks - list the processes of a guest, and their threads
 * @g: the guest
 * @fn: called for each; a process comes before its other threads.  Other than 0 ends
 *      the list
 * @arg: its argument
 *
 * The guest runs meanwhile: a list that changes may be cut, or miss a process.
 *
 * Return: 0; the value of @fn; -ENODATA: tasks are not found; -ELOOP: a list does not
 * end; -EFAULT: a list leads to memory that cannot be read.
 */
int vsys_guest_tasks(struct vsys_guest *g,
		     int (*fn)(void *arg, const struct vsys_guest_task *t), void *arg);

/**
 * struct vsys_guest_handle - what a process of a guest has open
 * @pid: of the process
 * @fd: the descriptor; -1: this is its working directory
 * @cloexec: it is closed by execve()
 * @name: its path, or "pipe:[12]" and the like, as /proc of the guest has it; untrusted
 */
struct vsys_guest_handle {
	uint32_t pid;
	int32_t fd;
	bool cloexec;
	const char *name;
};

/**
 * vsys_guest_handles - list what all processes of a Linux guest have open
 * @g: the guest
 * @fn: called for each; other than 0 ends the list
 * @arg: its argument
 *
 * Return: as vsys_guest_tasks().
 */
int vsys_guest_handles(struct vsys_guest *g, int (*fn)(void *arg, const struct vsys_guest_handle *h),
		       void *arg);

#ifdef __cplusplus
}
#endif

#endif /* VSYS_GUEST_H */
