/* SPDX-License-Identifier: GPL-2.0 */
/* Events to records, into the ring of each session that wants them. */
#ifndef VSYS_RECORD_H
#define VSYS_RECORD_H

#include <linux/sched/clock.h>

#include "abi.h"
#include "session.h"
#include "vcpu.h"

/* The taps that @mask has bits of; one may be taken away at any time. */
#define for_each_tap(v, tap, mask) \
	for (; mask; mask &= mask - 1) \
		if (!(tap = READ_ONCE((v)->taps[__ffs(mask)]))) {} else

/* Which sessions want to hear of call @nr: a bit mask. */
static __always_inline u8 vsys_record_wanted(struct vsys_vcpu *v, u32 nr)
{
	u32 mask = v->tapped, wanted = mask;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask)
		if (unlikely(!vsys_session_passes(tap->session, nr)))
			wanted &= ~(mask & -mask);
	return wanted;
}

static __always_inline void *vsys_record_begin(struct vsys_tap *tap, u16 type,
					       u16 flags, u32 size, u32 nr,
					       u64 now)
{
	struct vsys_ring *ring = tap->ring;
	struct vsys_record *r = vsys_ring_reserve(ring, size);

	if (likely(r)) {
		r->size = size;
		r->type = type;
		r->flags = flags;
		r->seq = ring->emitted;
		r->time = now;
		r->vm = ring->base.vm;
		r->vcpu = ring->base.vcpu;
		r->abi = ring->base.abi;
		r->door = VSYS_DOOR_SYSCALL;
		r->nr = nr;
		r->profile = ring->base.profile;
	}
	return r;
}

static __always_inline void vsys_record_end(struct vsys_tap *tap, u32 size)
{
	vsys_ring_commit(tap->ring, size);
	if (unlikely(tap->ring->wake)) {
		tap->ring->wake = false;
		irq_work_queue(&tap->work);
	}
}

static __always_inline u16 vsys_record_flags(struct vsys_vcpu *v, bool atomic)
{
	return (atomic ? 0 : VSYS_F_SLOW) | (v->capture.gap ? VSYS_F_GAP : 0);
}

static __always_inline void vsys_record_count(struct vsys_tap *tap, bool atomic)
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
static __always_inline void vsys_record_entry(struct vsys_vcpu *v,
					      struct vsys_call *call, u64 pc,
					      bool atomic)
{
	const struct vsys_capture_ctx *c = &v->capture;
	u32 size = sizeof(struct vsys_rec_entry) + c->len;
	u32 mask = call->sessions, info = call->info;
	u16 flags = vsys_record_flags(v, atomic);
	struct vsys_rec_entry *rec;
	struct vsys_tap *tap;
	u64 now = sched_clock();

	call->time = now;
	if (unlikely(!info)) {
		flags |= VSYS_F_UNKNOWN;
		info = VSYS_ARGS;
	}
	if (unlikely(info & VSYS_CALL_NORETURN))
		flags |= VSYS_F_NORETURN;
	for_each_tap(v, tap, mask) {
		vsys_record_count(tap, atomic);
		rec = vsys_record_begin(tap, VSYS_REC_ENTRY, flags, size,
					call->nr, now);
		if (unlikely(!rec))
			continue;
		rec->call = call->call;
		rec->pc = pc;
		rec->sp = call->key.sp;
		rec->cr3 = call->key.root;
		vsys_abi_args(v, rec->args);
		rec->nargs = info & VSYS_CALL_NARGS;
		rec->captures = c->count;
		if (c->len)
			memcpy(rec + 1, c->buf, c->len);
		vsys_record_end(tap, size);
	}
}

/* One session's record of a return; @call is 0 if it is not known. */
static __always_inline void vsys_record_return_to(struct vsys_vcpu *v,
						  struct vsys_tap *tap,
						  u16 flags, u64 call, u32 nr,
						  u64 result, u64 now, u64 since)
{
	const struct vsys_capture_ctx *c = &v->capture;
	u32 size = sizeof(struct vsys_rec_return) + c->len;
	struct vsys_rec_return *rec;

	rec = vsys_record_begin(tap, VSYS_REC_RETURN, flags, size, nr, now);
	if (unlikely(!rec))
		return;
	rec->call = call;
	rec->result = result;
	rec->latency = now - since;
	if (c->len)
		memcpy(rec + 1, c->buf, c->len);
	vsys_record_end(tap, size);
}

void vsys_record_unpaired(struct vsys_vcpu *v, u16 flags, u64 result);
void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_record_refused(struct vsys_vcpu *v, u32 reason, u64 pc);
void vsys_record_plain(struct vsys_tap *tap, u16 type);

/**
 * vsys_record_return() - a call has returned
 * @v: the vCPU, with interrupts off; its captures are those of the return
 * @call: the call, or NULL
 * @result: the result register
 * @atomic: on the fast path
 */
static __always_inline void vsys_record_return(struct vsys_vcpu *v,
					       const struct vsys_call *call,
					       u64 result, bool atomic)
{
	u16 flags = vsys_record_flags(v, atomic);
	struct vsys_tap *tap;
	u64 now;
	u32 mask;

	if (unlikely(!call)) {
		vsys_record_unpaired(v, flags, result);
		return;
	}
	now = sched_clock();
	mask = call->sessions;
	for_each_tap(v, tap, mask) {
		vsys_record_count(tap, atomic);
		vsys_record_return_to(v, tap, flags, call->call, call->nr, result,
				      now, call->time);
	}
}

#endif /* VSYS_RECORD_H */
