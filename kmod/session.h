/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_SESSION_H
#define VSYS_SESSION_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/timer.h>
#include <linux/vsyscalls.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "callset.h"
#include "vm.h"

struct vsys_charge;
struct vsys_ring;
struct vsys_task_conds;

/* Traps of one writer, by the path that handled them; written on the vCPU's thread. */
struct vsys_session_counts {
	u64 fast;
	u64 slow;
	u64 unseen;
	u64 unknown;
};

/* A session's ring.  It stays until it is closed and read. */
struct vsys_session_ring {
	struct vsys_ring *ring;
	const struct vsys_session_counts *counts;	/* the writer's, NULL when it is gone */
	u32 vm;
	u32 vcpu;
	u32 profile;
	struct rcu_work free;
};

/*
 * An open file.  Lock order: vsys_lock, then @lock.  vCPUs block on @lock, so do not
 * access user memory under it.  Do so under @read_lock, on which vCPUs never block.
 */
struct vsys_session {
	struct mutex lock;		/* @rings, @seen, @total */
	struct mutex read_lock;		/* @next_ring; rings are not freed */
	refcount_t refs;		/* of the file, the taps and the waits for vCPUs */
	struct vsys_callset __rcu *filter;	/* vsys_dereference(); set under vsys_lock */
	struct vsys_task_conds __rcu *tasks;	/* the same; NULL: all */
	u8 tap_slot;			/* index in vsys_vcpu.taps, under vsys_lock */
	u64 order;			/* in which sessions act on a call, from 1 */
	u32 attaches;			/* number of attachments, under vsys_lock */
	struct list_head attachments;	/* vsys_attachment.own, under vsys_lock */
	u32 taps;			/* number of taps, under vsys_lock */
	u32 leaving;			/* taps and vCPUs to wait for, under vsys_lock */
	struct vsys_setup setup;	/* constant once attached */
	struct vsys_charge *charge;	/* for what vCPUs allocate */
	struct xarray rings;		/* struct vsys_session_ring */
	u32 nr_rings;
	u32 seen;			/* @nr_rings at the last VSYS_INFO or read() */
	u32 next_ring;			/* index of the ring that read() starts with */
	struct vsys_stats total;	/* of rings and taps that are gone */
	atomic_t refused;
	struct wait_queue_head wait;
	struct timer_list timer;	/* runs while a reader sleeps */
	struct rcu_head rcu;
};

/* Does the session's filter pass all calls? */
static inline bool vsys_session_passes_all(const struct vsys_session *s)
{
	return vsys_dereference(s->filter)->all && !rcu_access_pointer(s->tasks);
}

static inline struct vsys_session *vsys_session_get(struct vsys_session *s)
{
	refcount_inc(&s->refs);
	return s;
}

extern struct workqueue_struct *vsys_wq;

int vsys_session_init(void);
void vsys_session_exit(void);
struct vsys_session *vsys_session_new(void);
void vsys_session_put(struct vsys_session *s);
int vsys_session_slot_take(struct vsys_session *s);
bool vsys_session_slotted(const struct vsys_session *s);
void vsys_session_slot_put(struct vsys_session *s);
int vsys_session_setup(struct vsys_session *s, const struct vsys_setup *in);
struct vsys_session_ring *vsys_session_ring_new(struct vsys_session *s);
void vsys_session_ring_drop(struct vsys_session_ring *r);
bool vsys_session_ring_add(struct vsys_session *s, struct vsys_session_ring *r);
void vsys_session_ring_closed(struct vsys_session *s,
			      const struct vsys_session_counts *counts);
void vsys_session_reap(struct vsys_session *s);
int vsys_session_stats(struct vsys_session *s, struct vsys_stats *st);
bool vsys_session_readable(struct vsys_session *s);
void vsys_session_wait_begin(struct vsys_session *s);

#endif /* VSYS_SESSION_H */
