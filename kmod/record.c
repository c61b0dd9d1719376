// SPDX-License-Identifier: GPL-2.0
/* The records of what is uncommon; the common ones are inline in record.h. */
#include "record.h"

/* @call came back another way; with interrupts off. */
void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call)
{
	u32 mask = call->sessions;
	struct vsys_rec_return *rec;
	struct vsys_tap *tap;
	u64 now = sched_clock();

	for_each_tap(v, tap, mask) {
		tap->unseen++;
		rec = vsys_record_begin(tap, VSYS_REC_RETURN, VSYS_F_UNSEEN,
					sizeof(*rec), call->nr, now);
		if (!rec)
			continue;
		rec->call = call->call;
		rec->result = 0;
		rec->latency = now - call->time;
		vsys_record_end(tap, sizeof(*rec));
	}
}

/**
 * vsys_record_unpaired() - a return, the call of which was not seen
 * @v: the vCPU, with interrupts off
 * @flags: VSYS_F_*
 * @result: the result register
 *
 * Its number is not known, so it is for the sessions that want all calls.
 */
void vsys_record_unpaired(struct vsys_vcpu *v, u16 flags, u64 result)
{
	u64 now = sched_clock();
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		if (!vsys_session_passes_all(tap->session))
			continue;
		vsys_record_count(tap, !(flags & VSYS_F_SLOW));
		vsys_record_return_to(v, tap, flags | VSYS_F_UNPAIRED, 0, 0,
				      result, now, now);
	}
}

/* The vCPU, or the instruction at @pc, cannot be traced. */
void vsys_record_refused(struct vsys_vcpu *v, u32 reason, u64 pc)
{
	struct vsys_rec_refused *rec;
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	local_irq_disable();
	for_each_tap(v, tap, mask) {
		rec = vsys_record_begin(tap, VSYS_REC_REFUSED, 0, sizeof(*rec), 0,
					sched_clock());
		if (!rec)
			continue;
		rec->r.abi = 0;
		rec->reason = reason;
		rec->reserved = 0;
		rec->pc = pc;
		vsys_record_end(tap, sizeof(*rec));
	}
	local_irq_enable();
}

/* A record without a payload, by the ring's one writer. */
void vsys_record_plain(struct vsys_tap *tap, u16 type)
{
	struct vsys_record *r = vsys_record_begin(tap, type, 0, sizeof(*r), 0,
						  sched_clock());

	if (r) {
		r->abi = 0;
		vsys_record_end(tap, sizeof(*r));
	}
}
