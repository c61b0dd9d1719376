/* SPDX-License-Identifier: GPL-2.0 */
/* A call that stops, at its entry or its return, for sessions to act upon. */
#ifndef VSYS_STOP_H
#define VSYS_STOP_H

#include "vcpu.h"

/* How all turns together end; in vsys_vcpu.turn. */
enum vsys_stop_end {
	VSYS_STOP_GO,		/* the door is gone through */
	VSYS_STOP_SKIP,		/* it was not, and will not be */
	VSYS_STOP_RETRY,		/* not now: the same trap comes again */
};

/* The turn of a session.  On the vCPU's thread, where sleeping is allowed. */
struct vsys_stop {
	struct vsys_vcpu *v;
	struct vsys_state *st;	/* entry: edited, and stored in the end */
	struct vsys_call *call;
	const struct vsys_key *back;	/* return: where to */
	u64 root;	/* see vsys_mem_begin() */
	u64 rip;	/* entry: as it was */
	u8 at;		/* enum vsys_at */
	u8 len;		/* entry: bytes of the instruction */
	u8 slot;	/* of the session */
	bool skipped;
	u64 rule;	/* id of the rule that acts, 0: the session does */
	unsigned long told;	/* jiffies, when kvmclock was told of holds, or their begin */
};

enum vsys_stop_end vsys_stop_entry(struct vsys_vcpu *v, struct vsys_state *st,
				   u64 root, u8 len);
void vsys_stop_ready(struct vsys_vcpu *v);
void vsys_stop_made(struct vsys_vcpu *v);
enum vsys_stop_end vsys_stop_return(struct vsys_vcpu *v, struct vsys_state *st,
				    struct vsys_call *call, u64 root,
				    const struct vsys_key *back);
int vsys_stop_verdict(struct vsys_stop *stop, u32 verdict, u64 result);

#endif /* VSYS_STOP_H */
