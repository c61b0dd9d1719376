/* SPDX-License-Identifier: GPL-2.0 */
/* Calls that are held: their vCPUs wait for a session. */
#ifndef VSYS_HOLD_H
#define VSYS_HOLD_H

#include <linux/completion.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/wait.h>

struct vsys_session;
struct vsys_stop;
struct vsys_vcpu;

/* What a rule says of a hold. */
struct vsys_hold_terms {
	u64 rule;
	u64 result;	/* of @verdict */
	u32 ms;
	u32 verdict;	/* at the deadline */
};

/*
 * What a session wants of a held call.  The vCPU's thread does it: there the
 * registers and the memory of the guest are at hand.  @arg and @data are its
 * own, since who asked may be killed meanwhile.
 */
struct vsys_hold_request {
	refcount_t refs;
	struct completion done;
	int (*fn)(struct vsys_stop *stop, struct vsys_hold_request *rq);
	int err;
	u32 bytes;	/* of @data */
	u8 *data;
	u64 arg[21];	/* the ioctl's structure */
};

/* Of a vCPU; in a list while the call is held, under the list's lock. */
struct vsys_hold {
	struct list_head node;
	struct vsys_session *session;
	u64 id;
	u64 rule;
	bool given;	/* by VSYS_HELD */
	bool again;
	unsigned long deadline;		/* jiffies */
	wait_queue_head_t wait;		/* of the vCPU */
	struct vsys_hold_request *request;
	u32 event;	/* enum vsys_hold_event once it is over */
};

/* The vCPU's side. */
u32 vsys_hold(struct vsys_stop *stop, struct vsys_session *s,
	      const struct vsys_hold_terms *terms);
void vsys_hold_cancel(struct vsys_vcpu *v, const struct vsys_session *s);

/* The session's side. */
u64 vsys_hold_first(const struct vsys_session *s);
void vsys_hold_give(const struct vsys_session *s, u64 id);
int vsys_hold_submit(struct vsys_session *s, u64 id, struct vsys_hold_request *rq);
void vsys_hold_request_put(struct vsys_hold_request *rq);

#endif /* VSYS_HOLD_H */
