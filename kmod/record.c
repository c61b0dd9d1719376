// SPDX-License-Identifier: GPL-2.0
/* Events to records, into the ring of each session that wants them. */
#include <linux/sched/clock.h>

#include "abi.h"
#include "pending.h"
#include "record.h"
#include "session.h"
#include "vcpu.h"

/* The taps that @mask has bits of; one may be taken away at any time. */
#define for_each_tap(v, tap, mask) \
	for (; mask; mask &= mask - 1) \
		if (!(tap = READ_ONCE((v)->taps[__ffs(mask)]))) {} else

/**
 * vsys_record_wanted() - who wants to hear of a call
 * @v: the vCPU that makes it
 * @nr: its number
 *
 * Return: bit mask of sessions.
 */
u8 vsys_record_wanted(struct vsys_vcpu *v, u32 nr)
{
	u32 mask = v->tapped, wanted = mask;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask)
		if (unlikely(!vsys_session_passes(tap->session, nr)))
			wanted &= ~(mask & -mask);
	return wanted;
}

static __always_inline void *reserve(struct vsys_tap *tap, u16 type, u16 flags,
				     u32 size, u64 now)
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
		r->profile = ring->base.profile;
	}
	return r;
}

static __always_inline void commit(struct vsys_tap *tap, u32 size)
{
	vsys_ring_commit(tap->ring, size);
	if (unlikely(tap->ring->wake)) {
		tap->ring->wake = false;
		irq_work_queue(&tap->work);
	}
}

/* The part of the header that says which call. */
static __always_inline void put_call(struct vsys_tap *tap, struct vsys_record *r,
				     u8 abi, u8 door, u32 nr)
{
	r->vcpu = tap->ring->base.vcpu;
	r->abi = abi;
	r->door = door;
	r->nr = nr;
}

static __always_inline u16 path_flags(struct vsys_vcpu *v)
{
	return (v->mem.atomic ? 0 : VSYS_F_SLOW) |
	       (v->capture.gap ? VSYS_F_GAP : 0);
}

static __always_inline void count_path(struct vsys_vcpu *v, struct vsys_tap *tap)
{
	if (likely(v->mem.atomic))
		tap->fast++;
	else
		tap->slow++;
}

/* The return of v->pushed will not be seen: another took its place. */
static noinline void unseen(struct vsys_vcpu *v)
{
	const struct vsys_call *call = &v->pushed;
	u32 mask = call->sessions;
	struct vsys_rec_return *rec;
	struct vsys_tap *tap;
	u64 now = sched_clock();

	for_each_tap(v, tap, mask) {
		tap->unseen++;
		rec = reserve(tap, VSYS_REC_RETURN, VSYS_F_UNSEEN, sizeof(*rec), now);
		if (!rec)
			continue;
		put_call(tap, &rec->r, v->profile->abi, VSYS_DOOR_SYSCALL, call->nr);
		rec->call = call->call;
		rec->result = 0;
		rec->latency = now - call->time;
		commit(tap, sizeof(*rec));
	}
}

/**
 * vsys_record_pend() - v->call awaits its return
 * @v: the vCPU, with interrupts off
 */
void vsys_record_pend(struct vsys_vcpu *v)
{
	if (unlikely(vsys_pending_add(v->vm->pending, &v->call, &v->pushed)))
		unseen(v);
}

/**
 * vsys_record_entry() - v->call has begun
 * @v: the vCPU, with interrupts off; its captures are those of the call
 * @pc: address of the instruction
 */
void vsys_record_entry(struct vsys_vcpu *v, u64 pc)
{
	const struct vsys_capture_ctx *c = &v->capture;
	struct vsys_call *call = &v->call;
	u32 size = sizeof(struct vsys_rec_entry) + c->len;
	u32 mask = call->sessions, info = call->info;
	u16 flags = path_flags(v);
	struct vsys_rec_entry *rec;
	struct vsys_tap *tap;

	call->time = sched_clock();
	if (unlikely(!info))
		flags |= VSYS_F_UNKNOWN;
	if (unlikely(info & VSYS_CALL_NORETURN))
		flags |= VSYS_F_NORETURN;
	else	/* The old call of the same place first, as it began first. */
		vsys_record_pend(v);
	for_each_tap(v, tap, mask) {
		count_path(v, tap);
		rec = reserve(tap, VSYS_REC_ENTRY, flags, size, call->time);
		if (unlikely(!rec))
			continue;
		put_call(tap, &rec->r, v->profile->abi, VSYS_DOOR_SYSCALL, call->nr);
		rec->call = call->call;
		rec->pc = pc;
		rec->sp = call->key.sp;
		rec->cr3 = call->key.root;
		vsys_abi_args(v, rec->args);
		rec->nargs = likely(info) ? info & VSYS_CALL_NARGS : VSYS_ARGS;
		rec->captures = c->count;
		if (c->len)
			memcpy(rec + 1, c->buf, c->len);
		commit(tap, size);
	}
}

static __always_inline void put_return(struct vsys_vcpu *v, struct vsys_tap *tap,
				       u16 flags, u64 call, u32 nr, u64 result,
				       u64 now, u64 since)
{
	const struct vsys_capture_ctx *c = &v->capture;
	u32 size = sizeof(struct vsys_rec_return) + c->len;
	struct vsys_rec_return *rec;

	count_path(v, tap);
	rec = reserve(tap, VSYS_REC_RETURN, flags, size, now);
	if (unlikely(!rec))
		return;
	put_call(tap, &rec->r, v->profile->abi, VSYS_DOOR_SYSCALL, nr);
	rec->call = call;
	rec->result = result;
	rec->latency = now - since;
	if (c->len)
		memcpy(rec + 1, c->buf, c->len);
	commit(tap, size);
}

/**
 * vsys_record_return() - v->call has returned
 * @v: the vCPU, with interrupts off; its captures are those of the return
 * @result: the result register
 */
void vsys_record_return(struct vsys_vcpu *v, u64 result)
{
	const struct vsys_call *call = &v->call;
	u32 mask = call->sessions;
	u64 now = sched_clock();
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask)
		put_return(v, tap, path_flags(v), call->call, call->nr, result,
			   now, call->time);
}

/**
 * vsys_record_unpaired() - a return, the call of which was not seen
 * @v: the vCPU, with interrupts off
 * @result: the result register
 *
 * Its number is not known, so it is for the sessions that want all calls.
 */
void vsys_record_unpaired(struct vsys_vcpu *v, u64 result)
{
	u16 flags = path_flags(v) | VSYS_F_UNPAIRED;
	u64 now = sched_clock();
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	for_each_tap(v, tap, mask)
		if (vsys_session_passes_all(tap->session))
			put_return(v, tap, flags, 0, 0, result, now, now);
}

/* The vCPU, or the instruction at @pc, cannot be traced. */
void vsys_record_refused(struct vsys_vcpu *v, u32 reason, u64 pc)
{
	struct vsys_rec_refused *rec;
	u32 mask = v->tapped;
	struct vsys_tap *tap;

	local_irq_disable();
	for_each_tap(v, tap, mask) {
		rec = reserve(tap, VSYS_REC_REFUSED, 0, sizeof(*rec), sched_clock());
		if (!rec)
			continue;
		put_call(tap, &rec->r, 0, 0, 0);
		rec->reason = reason;
		rec->reserved = 0;
		rec->pc = pc;
		commit(tap, sizeof(*rec));
	}
	local_irq_enable();
}

/* A record without a payload, by the ring's one writer. */
void vsys_record_plain(struct vsys_tap *tap, u16 type)
{
	struct vsys_record *r = reserve(tap, type, 0, sizeof(*r), sched_clock());

	if (r) {
		put_call(tap, r, 0, 0, 0);
		commit(tap, sizeof(*r));
	}
}
