// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that await their return, of all vCPUs of a machine.  The table has a
 * fixed size: a guest that makes calls and never returns from them pushes out
 * its own oldest ones, each of which is reported.
 */
#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "pending.h"
#include "profile.h"

/* A table to be freed with vsys_pending_free(), or NULL. */
struct vsys_pending *vsys_pending_alloc(void)
{
	struct vsys_pending *p = kvzalloc(sizeof(*p), GFP_KERNEL);
	int i;

	for (i = 0; p && i < VSYS_PENDING_SETS; i++)
		raw_spin_lock_init(&p->sets[i].lock);
	return p;
}

void vsys_pending_free(struct vsys_pending *p)
{
	kvfree(p);
}

/* Bytes of memory that a table takes. */
size_t vsys_pending_memory(void)
{
	return sizeof(struct vsys_pending);
}

static struct vsys_pending_set *set_of(struct vsys_pending *p, const struct vsys_key *key)
{
	u64 h = key->space ^ key->sp;

	return &p->sets[hash_64(h, ilog2(VSYS_PENDING_SETS))];
}

/* The newest call that @back returns from, or -1; called with the set locked. */
static int find(const struct vsys_pending_set *s, const struct vsys_key *back)
{
	int i, best = -1;
	u32 used;

	for (i = 0, used = s->used; used; i++, used >>= 1)
		if (used & 1 && vsys_key_match(&s->ways[i].key, back) &&
		    (best < 0 || s->ways[i].time > s->ways[best].time))
			best = i;
	return best;
}

/* A free way, or that of the oldest call; called with the set locked. */
static int room(const struct vsys_pending_set *s)
{
	int i, oldest = 0;

	if (s->used != (1U << VSYS_PENDING_WAYS) - 1)
		return ffs(~s->used) - 1;
	for (i = 1; i < VSYS_PENDING_WAYS; i++)
		if (s->ways[i].time < s->ways[oldest].time)
			oldest = i;
	return oldest;
}

/* By hand: string instructions do not pay for so little. */
void vsys_call_copy(struct vsys_call *to, const struct vsys_call *from)
{
	int i;

	to->key.space = from->key.space;
	to->key.sp = from->key.sp;
	to->key.pc = from->key.pc;
	to->id = from->id;
	to->time = from->time;
	to->nr = from->nr;
	to->info = from->info;
	to->sessions = from->sessions;
	to->abi = from->abi;
	to->door = from->door;
	to->nargs = from->nargs;
	to->valid = from->valid;
	if (!(from->info & VSYS_CALL_KEEP))
		return;
	to->acted = from->acted;
	to->held = from->held;
	to->spent = from->spent;
	to->rules = from->rules;
	to->newest = from->newest;
	for (i = 0; i < from->nargs; i++)
		to->args[i] = from->args[i];
}

/* Sessions that are no more, see vsys_pending_forget(). */
void vsys_call_forget(struct vsys_call *call, u8 sessions)
{
	call->sessions &= ~sessions;
	call->acted &= ~sessions;
	call->held &= ~sessions;
}

/**
 * vsys_slot_steal() - a thread has left the vCPU of this slot
 * @s: the slot of another vCPU
 * @call: in: @call->key, the return; out: the call, if true is returned and
 *        the slot had it
 *
 * Called with interrupts off.
 */
bool vsys_slot_steal(struct vsys_slot *s, struct vsys_call *call)
{
	bool found;

	/* A look without owning it: most are of other threads. */
	if (vsys_slot_free(s) ||
	    READ_ONCE(s->call.key.sp) != call->key.sp)
		return false;
	if (!vsys_slot_seize(s))
		return false;
	found = vsys_key_match(&s->call.key, &call->key);
	if (found)
		vsys_call_copy(call, &s->call);
	vsys_slot_set(s, found ? VSYS_SLOT_FREE : VSYS_SLOT_FULL);
	return found;
}

/**
 * vsys_pending_add() - a call begins
 * @p: the machine's table
 * @call: the call
 * @out: if true is returned: a call whose return will not be seen any more,
 *       because @call takes its place
 *
 * Called with interrupts off, on any vCPU's thread.
 */
bool vsys_pending_add(struct vsys_pending *p, const struct vsys_call *call,
		      struct vsys_call *out)
{
	struct vsys_pending_set *s = set_of(p, &call->key);
	bool pushed;
	int way = 0;

	raw_spin_lock(&s->lock);
	if (s->used) {
		way = find(s, &call->key);
		if (way < 0)
			way = room(s);
	}
	pushed = s->used & (1U << way);
	if (unlikely(pushed))
		vsys_call_copy(out, &s->ways[way]);
	vsys_call_copy(&s->ways[way], call);
	s->used |= 1U << way;
	raw_spin_unlock(&s->lock);
	atomic_add(!pushed, &p->count);
	atomic_add(vsys_call_by_int(call) - (pushed && vsys_call_by_int(out)),
		   &p->ints);
	return pushed;
}

/**
 * vsys_pending_take() - a call returns
 * @p: the machine's table
 * @call: in: @call->key, the return; out: the call, if true is returned, which
 *        is not in the table any more
 *
 * Called with interrupts off, on any vCPU's thread.
 */
bool vsys_pending_take(struct vsys_pending *p, struct vsys_call *call)
{
	struct vsys_pending_set *s = set_of(p, &call->key);
	int way;

	if (!READ_ONCE(s->used))
		return false;
	raw_spin_lock(&s->lock);
	way = find(s, &call->key);
	if (likely(way >= 0)) {
		vsys_call_copy(call, &s->ways[way]);
		s->used &= ~(1U << way);
	}
	raw_spin_unlock(&s->lock);
	if (way >= 0) {
		atomic_dec(&p->count);
		atomic_add(-vsys_call_by_int(call), &p->ints);
	}
	return way >= 0;
}

/**
 * vsys_pending_forget() - sessions that will not hear of returns
 * @p: the machine's table
 * @sessions: bit mask of them
 */
void vsys_pending_forget(struct vsys_pending *p, u8 sessions)
{
	unsigned long flags;
	int i, way;

	for (i = 0; i < VSYS_PENDING_SETS; i++) {
		struct vsys_pending_set *s = &p->sets[i];

		raw_spin_lock_irqsave(&s->lock, flags);
		for (way = 0; way < VSYS_PENDING_WAYS; way++)
			vsys_call_forget(&s->ways[way], sessions);
		raw_spin_unlock_irqrestore(&s->lock, flags);
	}
}
