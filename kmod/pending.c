// SPDX-License-Identifier: GPL-2.0
/*
 * Pending calls of all vCPUs of a machine.  The table has a fixed size: a guest that
 * makes calls and never returns from them evicts its own oldest ones, each of which is
 * reported.
 */
#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "pending.h"
#include "profile.h"

/* Allocate a table, to be freed with vsys_pending_free(); NULL without memory. */
struct vsys_pending *vsys_pending_alloc(gfp_t flags)
{
	struct vsys_pending *p = kvzalloc(sizeof(*p), flags);
	int i;

	for (i = 0; p && i < VSYS_PENDING_SETS; i++)
		raw_spin_lock_init(&p->sets[i].lock);
	return p;
}

void vsys_pending_free(struct vsys_pending *p)
{
	kvfree(p);
}

/* The memory of a table in bytes. */
size_t vsys_pending_memory(void)
{
	return sizeof(struct vsys_pending);
}

static struct vsys_pending_set *set_of(struct vsys_pending *p, const struct vsys_key *key)
{
	u64 h = key->space ^ key->sp;

	return &p->sets[hash_64(h, ilog2(VSYS_PENDING_SETS))];
}

/* May the table have a call from the place of @key?  Most calls wait somewhere else. */
bool vsys_pending_suspects(struct vsys_pending *p, const struct vsys_key *key)
{
	return READ_ONCE(set_of(p, key)->used) || atomic_read(&p->unmade);
}

/* The way with the newest call that returns as @back does, in its view; or -1. */
static int way_find(const struct vsys_pending_set *s, const struct vsys_call *back)
{
	int i, best = -1;
	u32 used;

	lockdep_assert_held(&s->lock);
	for (i = 0, used = s->used; used; i++, used >>= 1)
		if (used & 1 && vsys_key_match(&s->ways[i].key, &back->key) &&
		    s->ways[i].view == back->view &&
		    (best < 0 || s->ways[i].time > s->ways[best].time))
			best = i;
	return best;
}

/* A free way, or the way with the oldest call. */
static int way_for_new(const struct vsys_pending_set *s)
{
	int i, oldest = 0;

	lockdep_assert_held(&s->lock);
	if (s->used != (1U << VSYS_PENDING_WAYS) - 1)
		return ffs(~s->used) - 1;
	for (i = 1; i < VSYS_PENDING_WAYS; i++)
		if (s->ways[i].time < s->ways[oldest].time)
			oldest = i;
	return oldest;
}

/* Member by member: a string instruction costs more for so few bytes. */
void vsys_call_copy(struct vsys_call *to, const struct vsys_call *from)
{
	int i;

	to->key.space = from->key.space;
	to->key.sp = from->key.sp;
	to->key.pc = from->key.pc;
	to->key.task = from->key.task;
	to->id = from->id;
	to->time = from->time;
	to->kind = from->kind;
	to->nr = from->nr;
	to->view = from->view;
	to->valid = from->valid;
	if (!(from->info & VSYS_CALL_KEEP))
		return;
	to->acted = from->acted;
	to->held = from->held;
	to->spent = from->spent;
	to->touches = from->touches;
	to->place = from->place;
	to->newest = from->newest;
	for (i = 0; i < from->nargs; i++)
		to->args[i] = from->args[i];
	vsys_rule_set_copy(&to->rules, &from->rules);
	vsys_rule_set_copy(&to->undecided, &from->undecided);
}

/* vsys_slot_seize() while another thread has it. */
bool vsys_slot_wait(struct vsys_slot *s)
{
	int old;

	do {
		cpu_relax();
		old = VSYS_SLOT_FULL;
		if (atomic_try_cmpxchg_acquire(&s->state, &old, VSYS_SLOT_BUSY))
			return true;
	} while (old == VSYS_SLOT_BUSY);
	return false;
}

/* Remove detached sessions from a call, see vsys_pending_forget(). */
void vsys_call_forget(struct vsys_call *call, u8 sessions)
{
	call->sessions &= ~sessions;
	call->info |= VSYS_CALL_SPECIAL;	/* perhaps no session is left */
	call->acted &= ~sessions;
	call->held &= ~sessions;
}

/**
 * vsys_slot_steal() - take a call whose thread has left the vCPU of this slot
 * @s: the slot of another vCPU
 * @call: in: its @key, the return, and @view; out: the call, if true is returned
 *
 * Return: true if the slot had the call.
 */
bool vsys_slot_steal(struct vsys_slot *s, struct vsys_call *call)
{
	bool found;

	/* Look without seizing first: most slots have calls of other threads. */
	if (vsys_slot_free(s) ||
	    READ_ONCE(s->call.key.sp) != call->key.sp)
		return false;
	if (!vsys_slot_seize(s))
		return false;
	found = s->call.view == call->view && vsys_key_match(&s->call.key, &call->key);
	if (found)
		vsys_call_copy(call, &s->call);
	vsys_slot_set(s, found ? VSYS_SLOT_FREE : VSYS_SLOT_FULL);
	return found;
}

/**
 * vsys_pending_add() - add a call to the table
 * @p: the machine's table
 * @call: the call
 * @out: out: the call that @call has replaced, if true is returned
 *
 * Called on any vCPU's thread.  Return: true if a call was replaced: its return will
 * not be seen.
 */
bool vsys_pending_add(struct vsys_pending *p, const struct vsys_call *call,
		      struct vsys_call *out)
{
	struct vsys_pending_set *s = set_of(p, &call->key);
	bool replaced;
	int way = 0;

	lockdep_assert_irqs_disabled();
	raw_spin_lock(&s->lock);
	if (s->used) {
		way = way_find(s, call);
		if (way < 0)
			way = way_for_new(s);
	}
	replaced = s->used & (1U << way);
	if (unlikely(replaced))
		vsys_call_copy(out, &s->ways[way]);
	vsys_call_copy(&s->ways[way], call);
	s->used |= 1U << way;
	raw_spin_unlock(&s->lock);
	atomic_add(!replaced, &p->count);
	atomic_add(vsys_call_by_int(call) - (replaced && vsys_call_by_int(out)),
		   &p->ints);
	if (unlikely(call->key.space & VSYS_KEY_UNMADE))
		atomic_inc(&p->unmade);
	if (unlikely(replaced && out->key.space & VSYS_KEY_UNMADE))
		atomic_dec(&p->unmade);
	return replaced;
}

/* A call has left the table. */
static void call_left(struct vsys_pending *p, const struct vsys_call *call)
{
	atomic_dec(&p->count);
	atomic_add(-vsys_call_by_int(call), &p->ints);
	if (unlikely(call->key.space & VSYS_KEY_UNMADE))
		atomic_dec(&p->unmade);
}

/**
 * vsys_pending_take() - take the call of a return out of the table
 * @p: the machine's table
 * @call: in: its @key, the return, and @view; out: the call, if true is returned
 *
 * Called on any vCPU's thread.  Return: true if the table had the call.
 */
bool vsys_pending_take(struct vsys_pending *p, struct vsys_call *call)
{
	struct vsys_pending_set *s = set_of(p, &call->key);
	int way;

	lockdep_assert_irqs_disabled();
	if (!READ_ONCE(s->used))
		return false;
	raw_spin_lock(&s->lock);
	way = way_find(s, call);
	if (likely(way >= 0)) {
		vsys_call_copy(call, &s->ways[way]);
		s->used &= ~(1U << way);
	}
	raw_spin_unlock(&s->lock);
	if (way >= 0)
		call_left(p, call);
	return way >= 0;
}

/**
 * vsys_pending_forget() - remove detached sessions from all calls
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

static void set_drop(struct vsys_pending *p, struct vsys_pending_set *s, u16 view)
{
	int way;

	lockdep_assert_held(&s->lock);
	for (way = 0; way < VSYS_PENDING_WAYS; way++) {
		const struct vsys_call *call = &s->ways[way];

		if (!(s->used & 1U << way) || call->view != view)
			continue;
		s->used &= ~(1U << way);
		call_left(p, call);
	}
}

/**
 * vsys_pending_drop() - drop the calls of a view
 * @p: the machine's table
 * @view: its index; no vCPU has the view any more, so none of its returns will be seen
 */
void vsys_pending_drop(struct vsys_pending *p, u16 view)
{
	unsigned long flags;
	int i;

	for (i = 0; i < VSYS_PENDING_SETS; i++) {
		struct vsys_pending_set *s = &p->sets[i];

		raw_spin_lock_irqsave(&s->lock, flags);
		set_drop(p, s, view);
		raw_spin_unlock_irqrestore(&s->lock, flags);
	}
}
