/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PENDING_H
#define VSYS_PENDING_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

enum {
	VSYS_PENDING_SETS = 512,	/* a power of two */
	VSYS_PENDING_WAYS = 8,
};

/* In vsys_key.space: the call is not made yet, so nothing returns from it. */
#define VSYS_KEY_UNMADE	1ULL

/* What tells threads of a guest apart while they are in a call. */
struct vsys_key {
	u64 space;	/* address space; VSYS_KEY_UNMADE */
	u64 sp;		/* of the caller */
	u64 pc;		/* where the call returns to; 0: the kernel knows */
};

/* A call that has not returned. */
struct vsys_call {
	struct vsys_key key;
	u64 id;
	u64 time;
	u32 nr;
	u32 info;	/* VSYS_CALL_* */
	u8 sessions;	/* bit mask: who got its entry */
	u8 abi;
	u8 door;
	u8 nargs;
	u8 valid;	/* of @args; the others are zero */
	/* Not of the simplest calls; from here on only with VSYS_CALL_KEEP. */
	u8 acted;	/* bit mask: sessions whose rules have acted, here */
	u8 held;	/* bit mask: sessions that have held it, here */
	u16 spent;	/* milliseconds that it was held before it gave way */
	u64 rules;	/* bit mask: those that match */
	u64 newest;	/* id of the newest rule then: what is newer is another */
	u64 args[VSYS_ARGS_MAX];
};

/*
 * The call that a vCPU made last, most of which return before the next one:
 * these never get to the table.  Only the owner fills a slot; others may take
 * from it, when a thread of the guest has moved to another vCPU.
 */
struct vsys_slot {
	atomic_t state;		/* of @call, which is whose sets BUSY */
	struct vsys_call call;
};

enum {
	VSYS_SLOT_FREE,		/* the owner's */
	VSYS_SLOT_FULL,		/* nobody's */
	VSYS_SLOT_BUSY,		/* for a moment: whose cmpxchg it was */
	VSYS_SLOT_NONE,		/* nobody's; the last call returns to another's caller */
};

/* Is @back a return of a call with @key? */
static __always_inline bool vsys_key_match(const struct vsys_key *key,
					   const struct vsys_key *back)
{
	return key->sp == back->sp && key->space == back->space &&
	       (key->pc == back->pc || !key->pc);
}

/* Does a call return by IRET, and only so? */
static inline bool vsys_call_by_int(const struct vsys_call *call)
{
	return call->door == VSYS_DOOR_INT80 || call->door == VSYS_DOOR_INT2E;
}

/*
 * Make a slot one's own; false if it has no call.  Interrupts are off, and so they
 * are for another that is on it: it is soon done.
 */
static __always_inline bool vsys_slot_seize(struct vsys_slot *s)
{
	for (;;) {
		int old = VSYS_SLOT_FULL;

		if (likely(atomic_try_cmpxchg_acquire(&s->state, &old,
						      VSYS_SLOT_BUSY)))
			return true;
		if (old != VSYS_SLOT_BUSY && old != VSYS_SLOT_FULL)
			return false;
		cpu_relax();
	}
}

static __always_inline bool vsys_slot_free(const struct vsys_slot *s)
{
	return atomic_read(&s->state) == VSYS_SLOT_FREE;
}

/* Pairs with the acquire of whoever takes the call. */
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

/* The calls of a machine that are in no slot. */
struct vsys_pending {
	atomic_t count;
	atomic_t ints;		/* of them, that vsys_call_by_int() is true of */
	struct vsys_pending_set sets[VSYS_PENDING_SETS];
};

struct vsys_pending *vsys_pending_alloc(void);
void vsys_pending_free(struct vsys_pending *p);
bool vsys_pending_add(struct vsys_pending *p, const struct vsys_call *call,
		      struct vsys_call *out);
bool vsys_pending_take(struct vsys_pending *p, struct vsys_call *call);
void vsys_pending_forget(struct vsys_pending *p, u8 sessions);
void vsys_call_forget(struct vsys_call *call, u8 sessions);
size_t vsys_pending_memory(void);

#endif /* VSYS_PENDING_H */
