/* SPDX-License-Identifier: GPL-2.0 */
/* A session's end at a vCPU. */
#ifndef VSYS_TAP_H
#define VSYS_TAP_H

#include <linux/irq_work.h>
#include <linux/types.h>

#include "session.h"

struct vsys_ring;
struct vsys_vcpu;

/*
 * One session's tap at one vCPU.  Written on the vCPU's thread while it is in
 * vsys_vcpu.taps or .leaving, by the thread that unlinked it after that.
 */
struct vsys_tap {
	struct vsys_ring *ring;		/* with a reference */
	struct vsys_session *session;	/* with a reference */
	struct vsys_session_ring *entry;	/* until the session has it */
	struct vsys_tap *next;		/* vsys_vcpu.leaving */
	u32 doors;			/* bit mask: doors the session traces */
	u32 profile;			/* index: what the session takes the machine for */
	struct irq_work work;		/* wakes the reader */
	u8 bit;				/* in vsys_call.sessions */
	bool nested;			/* VSYS_REC_NESTED is written */
	struct vsys_session_counts counts;
	u64 conds;			/* the filter by task that @task_passes is of */
	u64 task;			/* vsys_vcpu_task.seq that it is of */
	bool task_passes;
};

struct vsys_tap *vsys_tap_new(struct vsys_session *s);
bool vsys_tap_start(struct vsys_tap *tap, struct vsys_vcpu *v, u32 profile);
void vsys_tap_drop(struct vsys_tap *tap);
void vsys_taps_sum(struct vsys_vcpu *v);
void vsys_tap_set(struct vsys_vcpu *v, int tap_slot, struct vsys_tap *tap);
void vsys_tap_destroy(struct vsys_tap *tap);
void vsys_tap_changed(struct vsys_session *s);
void vsys_tap_tasks_set(struct vsys_session *s, struct vsys_task_conds *conds);
int vsys_tap_filter(struct vsys_session *s, const struct vsys_filter *in);

#endif /* VSYS_TAP_H */
