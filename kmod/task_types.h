/* SPDX-License-Identifier: GPL-2.0 */
/* The task that makes the calls of a vCPU, for task.c and task_read.c. */
#ifndef VSYS_TASK_TYPES_H
#define VSYS_TASK_TYPES_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

enum {
	VSYS_TASK_TEXTS = 4,	/* kinds that become captures */
	VSYS_TASK_IMAGE = sizeof(struct vsys_rec_task) +
			  VSYS_TASK_TEXTS * (sizeof(struct vsys_capture) + VSYS_TASK_TEXT_MAX),
};

/* A VSYS_REC_TASK, its head apart. */
union vsys_task_image {
	struct vsys_rec_task rec;	/* r.size is that of the whole */
	u8 bytes[VSYS_TASK_IMAGE];
};

/* The recipe of a machine; constant. */
struct vsys_task_recipe {
	struct vsys_recipe in;
	struct vsys_task_field fields[VSYS_TASK_FIELDS_MAX];
	struct rcu_head rcu;
};

/*
 * Part of a vCPU: the task of its last call, and the words that tell whether it is still
 * the same, which vsys_mem.pin[] points to.
 */
struct vsys_vcpu_task {
	u64 slot;	/* word of pin[0]; 4 bytes behind a 32-bit pointer may change it, too */
	u64 watch[VSYS_TASK_WATCH_MAX];
	u64 seq;	/* changes with the image; 0: never had a recipe */
	u64 key;	/* tells the task from all others of the machine; 0: unknown */
	u64 base;	/* a base of user mode */
	u64 space;	/* its address space */
	bool absent;	/* memory of it was, when a return on the fast path looked */
	bool changed;	/* the image before was of the same task */
	union vsys_task_image image, next, check;
};

/* A process in trees of VSYS_TASK_TREE conditions. */
struct vsys_task_member {
	u32 vm;
	u32 pid;
	u64 start;
	u32 trees;	/* bit mask of conditions; 0: not used */
};

enum { VSYS_TASK_TREE_BITS = 10 };

/* A session's VSYS_TASK_FILTER; constant but for @members. */
struct vsys_task_conds {
	struct rcu_head rcu;
	u64 id;		/* never used twice */
	u32 count;
	u32 patterns;	/* conditions with a pattern */
	struct vsys_task_cond cond[VSYS_TASK_CONDS_MAX];
	raw_spinlock_t lock;	/* @members */
	struct vsys_task_member members[1 << VSYS_TASK_TREE_BITS];
};

#endif /* VSYS_TASK_TYPES_H */
