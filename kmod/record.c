// SPDX-License-Identifier: GPL-2.0
/* The records of what is uncommon; the common ones are inline in record.h. */
#include "record.h"

/* @call came back another way; with interrupts off. */
void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call)
{
	u32 mask = call->sessions;
	struct vsys_rec_return *rec;
	struct vsys_tap *tap;
	u64 now = vsys_clock_now();

	for_each_tap(v, tap, mask) {
		tap->unseen++;
		rec = vsys_record_begin(tap, VSYS_REC_RETURN, VSYS_F_UNSEEN,
					sizeof(*rec), call->nr, now);
		if (!rec)
			continue;
		rec->r.abi = call->abi;
		rec->r.door = call->door;
		rec->call = call->call;
		rec->result = 0;
		rec->latency = now - call->time;
		vsys_record_end(tap, sizeof(*rec));
	}
}

static u16 flags_of(const struct vsys_vcpu *v, bool atomic)
{
	return (atomic ? 0 : VSYS_F_SLOW) | (v->capture.gap ? VSYS_F_GAP : 0);
}

static void count(struct vsys_tap *tap, bool atomic)
{
	if (atomic)
		tap->fast++;
	else
		tap->slow++;
}

/**
 * vsys_record_entry() - a call has begun
 * @v: the vCPU, with interrupts off; its captures are those of the call
 * @call: the call; its time is set here
 * @pc: address of the instruction
 * @atomic: on the fast path
 */
void vsys_record_entry(struct vsys_vcpu *v, struct vsys_call *call, u64 pc,
		       bool atomic)
{
	const struct vsys_capture_ctx *c = &v->capture;
	u32 more = call->nargs > VSYS_ARGS ? call->nargs - VSYS_ARGS : 0;
	u32 size = sizeof(struct vsys_rec_entry) + more * sizeof(u64) + c->len;
	u32 mask = call->sessions;
	u16 flags = flags_of(v, atomic);
	struct vsys_rec_entry *rec;
	struct vsys_tap *tap;

	call->time = vsys_clock_now();
	if (!(call->info & VSYS_CALL_KNOWN))
		flags |= VSYS_F_UNKNOWN;
	if (call->info & VSYS_CALL_NORETURN)
		flags |= VSYS_F_NORETURN;
	for_each_tap(v, tap, mask) {
		count(tap, atomic);
		rec = vsys_record_begin(tap, VSYS_REC_ENTRY, flags, size,
					call->nr, call->time);
		if (!rec)
			continue;
		rec->r.abi = call->abi;
		rec->r.door = call->door;
		vsys_record_put_entry(rec, call, pc);
		rec->nargs = call->nargs;
		rec->valid = call->valid;
		rec->captures = c->count;
		memcpy(rec->args, call->args, sizeof(rec->args));
		memcpy(rec + 1, call->args + VSYS_ARGS, more * sizeof(u64));
		memcpy((u64 *)(rec + 1) + more, c->buf, c->len);
		vsys_record_end(tap, size);
	}
}

/**
 * vsys_record_return() - a call has returned
 * @v: the vCPU, with interrupts off; its captures are those of the return
 * @call: the call; or NULL: its number is not known, so that its return is
 *        for the sessions that want all calls
 * @door: of the return, if there is no call
 * @result: the result register
 * @atomic: on the fast path
 */
void vsys_record_return(struct vsys_vcpu *v, const struct vsys_call *call,
			u8 door, u64 result, bool atomic)
{
	const struct vsys_capture_ctx *c = &v->capture;
	u32 size = sizeof(struct vsys_rec_return) + c->len;
	u16 flags = flags_of(v, atomic) | (call ? 0 : VSYS_F_UNPAIRED);
	u32 mask = call ? call->sessions : v->tapped;
	struct vsys_rec_return *rec;
	u64 now = vsys_clock_now();
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		if (!call && !(tap->doors & BIT(door) &&
			       vsys_session_passes_all(tap->session)))
			continue;
		count(tap, atomic);
		rec = vsys_record_begin(tap, VSYS_REC_RETURN, flags, size,
					call ? call->nr : 0, now);
		if (!rec)
			continue;
		rec->r.abi = call ? call->abi : 0;
		rec->r.door = call ? call->door : door;
		rec->call = call ? call->call : 0;
		rec->result = result;
		rec->latency = call ? now - call->time : 0;
		memcpy(rec + 1, c->buf, c->len);
		vsys_record_end(tap, size);
	}
}

static void refused(struct vsys_tap *tap, u32 reason, u32 door, u64 pc)
{
	struct vsys_rec_refused *rec;

	rec = vsys_record_begin(tap, VSYS_REC_REFUSED, 0, sizeof(*rec), 0,
				vsys_clock_now());
	if (!rec)
		return;
	rec->r.abi = 0;
	rec->r.door = 0;
	rec->reason = reason;
	rec->door = door;
	rec->pc = pc;
	vsys_record_end(tap, sizeof(*rec));
}

/* The vCPU, or the instruction at @pc, cannot be traced. */
void vsys_record_refused(struct vsys_vcpu *v, u32 reason, u64 pc)
{
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	local_irq_disable();
	for_each_tap(v, tap, mask)
		refused(tap, reason, 0, pc);
	local_irq_enable();
}

/* This CPU cannot trap calls by @door. */
void vsys_record_refused_door(struct vsys_tap *tap, u32 door)
{
	local_irq_disable();
	refused(tap, VSYS_REFUSED_DOOR, door, 0);
	local_irq_enable();
}

/* The guest has changed MSR @index; with interrupts off. */
void vsys_record_msr(struct vsys_vcpu *v, u32 index, u64 was, u64 value)
{
	struct vsys_rec_msr *rec;
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask) {
		rec = vsys_record_begin(tap, VSYS_REC_MSR, 0, sizeof(*rec), 0,
					vsys_clock_now());
		if (!rec)
			continue;
		rec->r.abi = 0;
		rec->r.door = 0;
		rec->index = index;
		rec->reserved = 0;
		rec->was = was;
		rec->value = value;
		vsys_record_end(tap, sizeof(*rec));
	}
}

/* A record without a payload, by the ring's one writer. */
void vsys_record_plain(struct vsys_tap *tap, u16 type)
{
	struct vsys_record *r;

	local_irq_disable();
	r = vsys_record_begin(tap, type, 0, sizeof(*r), 0, vsys_clock_now());
	if (r) {
		r->abi = 0;
		r->door = 0;
		vsys_record_end(tap, sizeof(*r));
	}
	local_irq_enable();
}
