/* SPDX-License-Identifier: GPL-2.0 */
/* Write the records of events into the rings of the sessions that want them. */
#ifndef VSYS_RECORD_H
#define VSYS_RECORD_H

#include "arch.h"
#include "profile.h"
#include "ring.h"
#include "session.h"
#include "tap.h"
#include "task.h"
#include "vcpu.h"

static __always_inline void vsys_record_head(struct vsys_record *r,
					     const struct vsys_ring *ring, u16 type,
					     u16 flags, u32 size, u32 nr, u64 now)
{
	r->size = size;
	r->type = type;
	r->flags = flags;
	r->seq = ring->emitted;
	r->time = now;
	/* vm, vcpu, abi and door */
	*(u64 *)&r->vm = *(u64 *)&ring->base.vm;
	r->nr = nr;
	r->profile = ring->base.profile;
}

static __always_inline void *vsys_record_begin(struct vsys_tap *tap, u16 type,
					       u16 flags, u32 size, u32 nr,
					       u64 now)
{
	struct vsys_ring *ring = tap->ring;
	struct vsys_record *r;

	lockdep_assert_irqs_disabled();
	r = vsys_ring_reserve(ring, size);
	if (likely(r))
		vsys_record_head(r, ring, type, flags, size, nr, now);
	return r;
}

static __always_inline void vsys_record_end(struct vsys_tap *tap, u32 size)
{
	vsys_ring_commit(tap->ring, size);
}

/* The tap of the one session that wants a call, or NULL. */
static __always_inline struct vsys_tap *vsys_record_only(struct vsys_vcpu *v,
							 const struct vsys_call *call)
{
	return vsys_vcpu_tap(v, __ffs(call->sessions));
}

/* Members of an entry that are not captures or arguments. */
static __always_inline void vsys_record_put_entry(struct vsys_rec_entry *rec,
						  const struct vsys_call *call,
						  u64 pc)
{
	rec->call = call->id;
	rec->pc = pc;
	rec->sp = call->key.sp;
	rec->space = call->key.space;
}

/* Complete and commit the entry of a plain call, see call_plain(). */
static __always_inline void vsys_record_plain_entry(const struct kvm_vcpu *vcpu,
						    struct vsys_ring *ring,
						    struct vsys_rec_entry *rec,
						    const struct vsys_call *call, u64 pc)
{
	u16 nargs = call->nargs;

	if (unlikely(!rec))
		return;
	vsys_record_put_entry(rec, call, pc);
	vsys_abi_args64(vcpu, call->abi, rec->args);
	rec->nargs = nargs;
	rec->valid = nargs;
	rec->captures = 0;
	vsys_ring_commit(ring, sizeof(*rec));
}

/* vsys_record_entry() for a plain call that one session wants. */
static __always_inline void vsys_record_only_entry(struct kvm_vcpu *vcpu,
						   struct vsys_tap *tap,
						   struct vsys_call *call, u64 pc)
{
	u64 now = vsys_clock_now();
	struct vsys_ring *ring;

	call->time = now;
	ring = tap->ring;
	tap->counts.fast++;
	vsys_record_plain_entry(vcpu, ring, vsys_record_begin(tap, VSYS_REC_ENTRY, 0,
				sizeof(struct vsys_rec_entry), call->nr, now), call, pc);
}

/* vsys_record_return() at @now for a plain call and one of the sessions that want it. */
static __always_inline void vsys_record_plain_return(struct vsys_tap *tap,
						     const struct vsys_call *call,
						     u64 result, u64 now)
{
	struct vsys_ring *ring = tap->ring;
	struct vsys_rec_return *rec;

	tap->counts.fast++;
	rec = vsys_record_begin(tap, VSYS_REC_RETURN, 0, sizeof(*rec), call->nr, now);
	if (unlikely(!rec))
		return;
	rec->call = call->id;
	rec->result = result;
	rec->latency = now - call->time;
	vsys_ring_commit(ring, sizeof(*rec));
}

void vsys_record_shared_entry(struct vsys_vcpu *v, struct vsys_call *call, u64 pc);
void vsys_record_shared_return(struct vsys_vcpu *v, const struct vsys_call *call, u64 result);
void vsys_record_entry(struct vsys_vcpu *v, struct vsys_call *call, u64 pc,
		       bool atomic);
void vsys_record_late(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_record_return(struct vsys_vcpu *v, const struct vsys_call *call,
			u8 door, u64 result, bool atomic);
u32 vsys_record_image(struct vsys_vcpu *v, struct vsys_call *call, bool back, u64 pc,
		      u8 bit, void *to);
void vsys_record_hold(struct vsys_vcpu *v, const struct vsys_call *call, u8 bit,
		      u32 at, u32 event);
void vsys_record_edit(struct vsys_vcpu *v, const struct vsys_call *call, u8 bit,
		      const struct vsys_rec_edit *e, const void *old, const void *new);
void vsys_record_undecided(struct vsys_vcpu *v, const struct vsys_call *call, u8 bit, u64 rule,
			   u32 arg);
void vsys_record_unseen(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_record_refused(struct vsys_tap *tap, u32 reason, u32 door, u64 pc);
void vsys_record_entry_reg(struct vsys_vcpu *v, u32 reg, u64 was, u64 value);
void vsys_record_polled(struct vsys_vcpu *v, const struct vsys_call *call, u32 fd, u32 setup);
void vsys_record_plain(struct vsys_tap *tap, u16 type);

#endif /* VSYS_RECORD_H */
