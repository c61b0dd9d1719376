/* SPDX-License-Identifier: GPL-2.0 */
/* The io_urings of a machine's programs, as they have set them up: see uring.c. */
#ifndef VSYS_URING_H
#define VSYS_URING_H

#include <linux/spinlock.h>
#include <linux/types.h>

enum {
	VSYS_URING_SETS = 64,	/* a power of two */
	VSYS_URING_WAYS = 8,
};

/* In vsys_uring_key.fd: a registered index of @task, no descriptor. */
#define VSYS_URING_REGISTERED	(1U << 31)

struct vsys_uring_key {
	u64 space;
	u64 task;	/* 0: not known, or a descriptor */
	u32 fd;
};

/* Where a program may map its rings. */
enum vsys_uring_area {
	VSYS_URING_SQ,
	VSYS_URING_CQ,
	VSYS_URING_SQES,
	VSYS_URING_AREAS,
};

/*
 * The queues of an io_uring.  The guest's programs have written all of it: a wrong address or
 * offset makes us read other memory of theirs.  Only the sizes are checked, powers of two.
 */
struct vsys_queues {
	struct vsys_uring_key key;
	bool alias;		/* a registered index: @fd has the queues */
	bool single;		/* both rings are one area */
	u32 fd;
	u32 setup;		/* IORING_SETUP_* */
	u32 sq_entries, cq_entries;
	u32 sq_head, sq_tail, sq_array;	/* offsets in the area */
	u32 cq_tail, cq_cqes;		/* offsets in the area */
	u64 area[VSYS_URING_AREAS];	/* addresses, 0: not known */
	u32 submitted;		/* position: entries before it are submitted */
	u32 completed;		/* position: completions before it are told */
	u32 before;		/* @completed before the last call */
	u64 call;		/* id of the last call that has moved them */
	u64 used;		/* time of the set, 0: free */
};

struct vsys_uring_set {
	raw_spinlock_t lock;
	u64 now;
	struct vsys_queues ways[VSYS_URING_WAYS];
};

struct vsys_urings {
	bool any;		/* there has been a ring */
	struct vsys_uring_set sets[VSYS_URING_SETS];
};

struct vsys_urings *vsys_urings_alloc(gfp_t flags);
void vsys_urings_free(struct vsys_urings *t);
bool vsys_urings_find(struct vsys_urings *t, const struct vsys_uring_key *key,
		      struct vsys_queues *q);
bool vsys_urings_next(struct vsys_urings *t, u64 space, u32 *at, struct vsys_queues *q);
void vsys_urings_add(struct vsys_urings *t, const struct vsys_queues *q);
void vsys_urings_map(struct vsys_urings *t, const struct vsys_uring_key *key,
		     enum vsys_uring_area area, u64 addr);
u32 vsys_urings_move(struct vsys_urings *t, const struct vsys_queues *q, u64 call);
void vsys_urings_forget(struct vsys_urings *t, u64 space);

#endif /* VSYS_URING_H */
