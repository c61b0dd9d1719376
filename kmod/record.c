// SPDX-License-Identifier: GPL-2.0
/* Events to records, into the ring of each session that wants them. */
#include <linux/sched/clock.h>

#include "pending.h"
#include "record.h"
#include "session.h"
#include "vcpu.h"

#define for_each_tap(v, tap, i) \
	for (i = 0; i < VSYS_SESSIONS; i++) \
		if (!(tap = READ_ONCE((v)->taps[i]))) {} else

/**
 * vsys_record_wanted() - who wants to hear of a call
 * @v: the vCPU that makes it
 * @nr: its number
 *
 * Return: bit mask of sessions.
 */
u8 vsys_record_wanted(struct vsys_vcpu *v, u32 nr)
{
	struct vsys_tap *tap;
	u8 mask = 0;
	int i;

	for_each_tap(v, tap, i)
		if (vsys_session_passes(tap->session, nr))
			mask |= 1U << i;
	return mask;
}

static void *reserve(struct vsys_tap *tap, u16 type, u16 flags, u32 size, u64 now)
{
	struct vsys_record *r;

	tap->ring->base.time = now;
	r = vsys_ring_reserve(tap->ring, size);
	if (likely(r)) {
		*r = tap->ring->base;
		r->size = size;
		r->type = type;
		r->flags = flags;
		r->seq = tap->ring->emitted;
	}
	return r;
}

static void commit(struct vsys_tap *tap, void *rec)
{
	vsys_ring_commit(tap->ring, rec);
	if (unlikely(tap->ring->wake))
		irq_work_queue(&tap->work);
}

static void put_call(struct vsys_vcpu *v, struct vsys_record *r,
		     const struct vsys_call *call)
{
	r->abi = v->profile->abi;
	r->door = call->door;
	r->nr = call->nr;
}

static u16 path_flags(struct vsys_vcpu *v)
{
	return (v->mem.atomic ? 0 : VSYS_F_SLOW) |
	       (v->capture.gap ? VSYS_F_GAP : 0);
}

static void count_path(struct vsys_vcpu *v, struct vsys_tap *tap)
{
	if (v->mem.atomic)
		tap->fast++;
	else
		tap->slow++;
}

static void unseen(struct vsys_vcpu *v, const struct vsys_call *call, u64 now)
{
	struct vsys_rec_return *rec;
	struct vsys_tap *tap;
	int i;

	for_each_tap(v, tap, i) {
		if (!(call->sessions & (1U << i)))
			continue;
		tap->unseen++;
		rec = reserve(tap, VSYS_REC_RETURN, VSYS_F_UNSEEN, sizeof(*rec), now);
		if (!rec)
			continue;
		put_call(v, &rec->r, call);
		rec->call = call->call;
		rec->result = 0;
		rec->latency = now - call->time;
		commit(tap, rec);
	}
}

static void put_entry(struct vsys_vcpu *v, struct vsys_rec_entry *rec,
		      const struct vsys_call *call)
{
	const struct vsys_capture_ctx *c = &v->capture;

	put_call(v, &rec->r, call);
	rec->call = call->call;
	rec->pc = call->key.pc - v->insn.len;
	rec->sp = call->key.sp;
	rec->cr3 = call->key.root;
	memcpy(rec->args, call->args, sizeof(rec->args));
	rec->nargs = call->info ? call->info & VSYS_CALL_NARGS : VSYS_ARGS;
	rec->captures = c->count;
	if (c->len)
		memcpy(rec + 1, c->buf, c->len);
}

/**
 * vsys_record_entry() - a call has begun
 * @v: the vCPU; its captures are those of the call
 * @call: the call, @call->time is set here
 */
void vsys_record_entry(struct vsys_vcpu *v, struct vsys_call *call)
{
	u32 size = sizeof(struct vsys_rec_entry) + v->capture.len;
	u16 flags = path_flags(v);
	struct vsys_rec_entry *rec;
	struct vsys_tap *tap;
	u64 now = sched_clock();
	int i;

	call->time = now;
	if (!call->info)
		flags |= VSYS_F_UNKNOWN;
	if (call->info & VSYS_CALL_NORETURN)
		flags |= VSYS_F_NORETURN;
	/* The old call of the same place first, as it began first. */
	else if (vsys_pending_add(v->vm->pending, call, &v->pushed))
		unseen(v, &v->pushed, now);
	for_each_tap(v, tap, i) {
		if (!(call->sessions & (1U << i)))
			continue;
		count_path(v, tap);
		rec = reserve(tap, VSYS_REC_ENTRY, flags, size, now);
		if (!rec)
			continue;
		put_entry(v, rec, call);
		commit(tap, rec);
	}
}

static void put_return(struct vsys_vcpu *v, struct vsys_tap *tap, u16 flags,
		       const struct vsys_call *call, u64 result, u64 now)
{
	const struct vsys_capture_ctx *c = &v->capture;
	struct vsys_rec_return *rec;

	count_path(v, tap);
	rec = reserve(tap, VSYS_REC_RETURN, flags, sizeof(*rec) + c->len, now);
	if (!rec)
		return;
	if (call)
		put_call(v, &rec->r, call);
	rec->call = call ? call->call : 0;
	rec->result = result;
	rec->latency = call ? now - call->time : 0;
	if (c->len)
		memcpy(rec + 1, c->buf, c->len);
	commit(tap, rec);
}

/**
 * vsys_record_return() - a call has returned
 * @v: the vCPU; its captures are those of the return
 * @call: the call
 * @result: the result register
 */
void vsys_record_return(struct vsys_vcpu *v, const struct vsys_call *call,
			u64 result)
{
	u16 flags = path_flags(v);
	u64 now = sched_clock();
	struct vsys_tap *tap;
	int i;

	for_each_tap(v, tap, i)
		if (call->sessions & (1U << i))
			put_return(v, tap, flags, call, result, now);
}

/**
 * vsys_record_unpaired() - a return, the call of which was not seen
 * @v: the vCPU
 * @result: the result register
 *
 * Its number is not known, so it is for the sessions that want all calls.
 */
void vsys_record_unpaired(struct vsys_vcpu *v, u64 result)
{
	u16 flags = path_flags(v) | VSYS_F_UNPAIRED;
	u64 now = sched_clock();
	struct vsys_tap *tap;
	int i;

	for_each_tap(v, tap, i)
		if (vsys_session_passes_all(tap->session))
			put_return(v, tap, flags, NULL, result, now);
}

/* The vCPU, or the instruction it is at, cannot be traced. */
void vsys_record_refused(struct vsys_vcpu *v, u32 reason)
{
	struct vsys_rec_refused *rec;
	struct vsys_tap *tap;
	int i;

	for_each_tap(v, tap, i) {
		rec = reserve(tap, VSYS_REC_REFUSED, 0, sizeof(*rec), sched_clock());
		if (!rec)
			continue;
		rec->reason = reason;
		rec->reserved = 0;
		rec->pc = v->state.rip;
		commit(tap, rec);
	}
}

/* A record without a payload, by the ring's one writer. */
void vsys_record_plain(struct vsys_tap *tap, u16 type)
{
	struct vsys_record *r = reserve(tap, type, 0, sizeof(*r), sched_clock());

	if (r)
		commit(tap, r);
}
