/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by the guest x86_64/task.c and ../../module/task.c, which knows its tasks. */
#ifndef GUESTS_TASK_H
#define GUESTS_TASK_H

#include <stdint.h>

#define TASK_MAGIC	0x6b736174656b6166ULL

/* A page of the guest's: found by the host in the machine's memory. */
struct task_control {
	uint64_t magic;
	volatile uint64_t go;		/* set by the host */
	uint64_t percpu;		/* base of the per-CPU data */
};

struct task_cred {
	uint32_t usage, uid;
};

struct task_node {
	struct task_node *parent;
	const char *name;
};

struct task_fake {
	uint32_t pid, tgid;
	struct task_cred *cred;
	char comm[16];
	struct task_fake *parent;
	uint64_t start;
	struct task_node *exe;
	struct {
		uint32_t level;
		uint32_t nr[8];
	} *ids;
};

#define TASK_SLOT	0x80	/* of the per-CPU data */

/* The calls, by number.  Each returns its number plus 0x1000. */
enum {
	TASK_WAITS = 39,	/* of the first table of any profile */
	TASK_EXEC = 59,	/* execve: it returns to another address space */
	TASK_FIRST = 0x500,
	TASK_AGAIN,
	TASK_OTHER,
	TASK_BACK,
	TASK_NAMED,	/* its name has changed */
	TASK_TAIL,	/* the second half of its name */
	TASK_SETUID,
	TASK_REUSED,	/* another task at its address */
	TASK_NULL,	/* there is none */
	TASK_ABSENT,	/* its address is not mapped */
	TASK_LOOP,	/* its path does not end */
	TASK_LEVEL,	/* its level is out of range */
	TASK_THREAD,	/* two threads at one place of one stack */
	TASK_THREAD2,
	TASK_MOVED,	/* its memory moves before it returns */
	TASK_SETTLED,
	TASK_ASLEEP,	/* all of it is absent in the host, see machine/absent.c */
	TASK_END,
};

#endif
