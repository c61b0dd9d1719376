/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PENDING_H
#define VSYS_PENDING_H

#include <linux/atomic.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

#include "rewrite/rule_set.h"

enum {
	VSYS_PENDING_SETS = 512,	/* a power of two */
	VSYS_PENDING_WAYS = 8,
	VSYS_TOUCHES = 8,	/* most vsys_call.touches */
};

/* Set in vsys_key.space: the call is not made yet, so no return matches it. */
#define VSYS_KEY_UNMADE	1ULL

/* Pairs a return with its call: tells the threads of a guest apart. */
struct vsys_key {
	u64 space;	/* address space; VSYS_KEY_UNMADE */
	u64 sp;		/* of the caller */
	u64 pc;		/* return address; 0: known to the guest's kernel only */
	u64 task;	/* the thread; 0: not known */
};

/* What is known of a call by its ABI, door and number: kind.c. */
struct vsys_kind {
	u32 info;	/* VSYS_CALL_* */
	u8 sessions;	/* bit mask: sessions that want it */
	u8 abi;
	u8 door;
	u8 nargs;
} __aligned(8);

/* A call that has not returned. */
struct vsys_call {
	struct vsys_key key;
	u64 id;		/* unique in the machine */
	u64 time;	/* of its entry */
	union {
		struct vsys_kind kind;	/* as a whole */
		struct {
			u32 info;
			u8 sessions;	/* bit mask: sessions that got its entry */
			u8 abi;
			u8 door;
			u8 nargs;
		};
	};
	u32 nr;
	u16 view;	/* index of the profile by which it was identified */
	u8 valid;	/* of @args; the others are zero */
	/* Fields below are valid only with VSYS_CALL_KEEP. */
	u8 acted;	/* bit mask: sessions whose rules have acted at this stop */
	u8 held;	/* bit mask: sessions that have held it at this stop */
	u8 touches;	/* how often its strings were touched, see touch.c */
	u16 spent;	/* milliseconds that it was held before a signal came */
	u32 place;	/* of the list of rules that concern it, vsys_rule_place() */
	u64 newest;	/* largest rule id when they were matched */
	u64 args[VSYS_ARGS_MAX];
	struct vsys_rule_set rules;	/* of that list: rules that match */
	struct vsys_rule_set undecided;	/* rules whose string was absent; at the return: that match */
};

/*
 * The last call of a vCPU.  Most calls return before the next one and never get to the
 * table.  Only the vCPU's thread fills its slot; another takes the call from it when a
 * thread of the guest has moved to that vCPU.
 */
struct vsys_slot {
	atomic_t state;		/* of @call, which belongs to the thread that set BUSY */
	struct vsys_call call;
};

enum {
	VSYS_SLOT_FREE,		/* no call; the vCPU's thread may fill it */
	VSYS_SLOT_FULL,		/* a call, to be seized by any thread */
	VSYS_SLOT_BUSY,		/* seized for a moment, with interrupts off */
	VSYS_SLOT_NONE,		/* no call: the last one never returns here */
};

/* Does the call with @key return at @back? */
static __always_inline bool vsys_key_match(const struct vsys_key *key,
					   const struct vsys_key *back)
{
	return key->sp == back->sp && key->space == back->space &&
	       (key->pc == back->pc || !key->pc) &&
	       (key->task == back->task || !key->task || !back->task);
}

/* The doors by INT n, as a bit mask. */
#define VSYS_DOORS_INT	(BIT(VSYS_DOOR_INT80) | BIT(VSYS_DOOR_INT2E) | BIT(VSYS_DOOR_INT2A) | \
			BIT(VSYS_DOOR_INT2B) | BIT(VSYS_DOOR_INT2C) | BIT(VSYS_DOOR_INT2D))

/* Does the call return by IRET only?  That by INT 2Bh does not return. */
static inline bool vsys_call_by_int(const struct vsys_call *call)
{
	return BIT(call->door) & VSYS_DOORS_INT & ~BIT(VSYS_DOOR_INT2B);
}

bool vsys_slot_wait(struct vsys_slot *s);

/*
 * Take ownership of a slot; false if empty.  Spins briefly: the owner also runs with
 * interrupts off.
 */
static __always_inline bool vsys_slot_seize(struct vsys_slot *s)
{
	int old = VSYS_SLOT_FULL;

	lockdep_assert_irqs_disabled();
	if (likely(atomic_try_cmpxchg_acquire(&s->state, &old, VSYS_SLOT_BUSY)))
		return true;
	return unlikely(old == VSYS_SLOT_BUSY) && vsys_slot_wait(s);
}

static __always_inline bool vsys_slot_free(const struct vsys_slot *s)
{
	return atomic_read(&s->state) == VSYS_SLOT_FREE;
}

/* Pairs with the acquire in vsys_slot_seize(). */
static __always_inline void vsys_slot_set(struct vsys_slot *s, int state)
{
	atomic_set_release(&s->state, state);
}

bool vsys_slot_steal(struct vsys_slot *s, struct vsys_call *call);
void vsys_call_copy(struct vsys_call *to, const struct vsys_call *from);

/* A part of the table; @used is a bit mask of @ways. */
struct vsys_pending_set {
	raw_spinlock_t lock;
	u8 used;
	struct vsys_call ways[VSYS_PENDING_WAYS];
};

/* The pending calls of a machine that are in no slot. */
struct vsys_pending {
	atomic_t count;
	atomic_t ints;		/* of them, calls by INT n: vsys_call_by_int() */
	atomic_t unmade;	/* of them, calls that are not made yet: VSYS_KEY_UNMADE */
	struct vsys_pending_set sets[VSYS_PENDING_SETS];
};

struct vsys_pending *vsys_pending_alloc(gfp_t flags);
void vsys_pending_free(struct vsys_pending *p);
bool vsys_pending_suspects(struct vsys_pending *p, const struct vsys_key *key);
bool vsys_pending_add(struct vsys_pending *p, const struct vsys_call *call,
		      struct vsys_call *out);
bool vsys_pending_take(struct vsys_pending *p, struct vsys_call *call);
void vsys_pending_forget(struct vsys_pending *p, u8 sessions);
void vsys_pending_drop(struct vsys_pending *p, u16 view);
void vsys_call_forget(struct vsys_call *call, u8 sessions);
size_t vsys_pending_memory(void);

#endif /* VSYS_PENDING_H */
