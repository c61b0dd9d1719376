/* SPDX-License-Identifier: GPL-2.0 */
/* A stopped call and a hold, the objects of this folder. */
#ifndef VSYS_REWRITE_TYPES_H
#define VSYS_REWRITE_TYPES_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/wait.h>

struct vsys_call;
struct vsys_key;
struct vsys_session;
struct vsys_state;
struct vsys_vcpu;

/* How a stop ends; in vsys_vcpu.stop_end. */
enum vsys_stop_end {
	VSYS_STOP_GO,		/* the call is made, or returns */
	VSYS_STOP_SKIP,		/* the call is not made */
	VSYS_STOP_RETRY,	/* a signal came: the guest will trap again */
	VSYS_STOP_OTHER,	/* by a door of its own another call is made, see touch.c */
};

/*
 * A call that has stopped, at its entry or its return, for sessions to act upon it.
 * On the vCPU's thread, where sleeping is allowed.
 */
struct vsys_stop {
	struct vsys_vcpu *v;
	struct vsys_state *st;	/* entry: edited, and stored in the end */
	struct vsys_call *call;
	const struct vsys_key *back;	/* return: its target */
	u64 root;	/* see vsys_mem_begin() */
	u64 rip;	/* entry: before any edit */
	u8 at;		/* enum vsys_at */
	u8 len;		/* entry: bytes of the instruction */
	u8 tap_slot;	/* of the session that acts now */
	bool skipped;	/* the call is not made */
	u64 rule;	/* id of the rule that acts, 0: the session does */
	unsigned long notified;	/* jiffies: begin, or last note to kvmclock */
};

/* How long a rule holds a call, and how the call goes on at the deadline. */
struct vsys_hold_terms {
	u64 rule;
	u64 result;	/* of @verdict */
	u32 ms;
	u32 verdict;
};

/*
 * An ioctl on a held call.  The vCPU's thread executes it, since the guest's registers
 * and memory are at hand there.  @arg and @data belong to the request: the caller may
 * be killed meanwhile.
 */
struct vsys_hold_request {
	refcount_t refs;
	struct completion done;
	int (*fn)(struct vsys_stop *stop, struct vsys_hold_request *rq);
	int err;
	u32 bytes;	/* of @data */
	u8 *data;
	u64 arg[];	/* the ioctl's structure */
};

/* Part of a vCPU; in a list while the call is held, under the list's lock. */
struct vsys_hold {
	struct list_head node;
	struct vsys_session *session;
	u64 id;
	u64 rule;
	bool given;	/* VSYS_HELD has returned it */
	bool again;	/* held before, until a signal came */
	unsigned long deadline;		/* jiffies */
	wait_queue_head_t wait;		/* of the vCPU */
	struct vsys_hold_request *request;
	u32 event;	/* enum vsys_hold_event once it is over */
};

#endif /* VSYS_REWRITE_TYPES_H */
