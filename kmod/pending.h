/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PENDING_H
#define VSYS_PENDING_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/vsyscalls.h>

enum {
	VSYS_PENDING_SETS = 512,	/* a power of two */
	VSYS_PENDING_WAYS = 8,
};

/* What tells threads of a guest apart while they are in a call. */
struct vsys_key {
	u64 root;	/* address space */
	u64 sp;		/* of the caller */
	u64 pc;		/* where the call returns to */
};

/* A call that has not returned. */
struct vsys_call {
	struct vsys_key key;
	u64 call;	/* its name */
	u64 time;
	u32 nr;
	u16 info;	/* VSYS_CALL_* */
	u8 sessions;	/* bit mask: who got its entry */
	u64 args[VSYS_ARGS];	/* of VSYS_CALL_IN and _OUT only */
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
};

static __always_inline bool vsys_key_same(const struct vsys_key *a,
					  const struct vsys_key *b)
{
	return a->sp == b->sp && a->root == b->root && a->pc == b->pc;
}

/*
 * Make a slot one's own; false if it was free.  Interrupts are off, and so they
 * are for another that is on it: it is soon done.
 */
static __always_inline bool vsys_slot_seize(struct vsys_slot *s)
{
	for (;;) {
		int old = VSYS_SLOT_FULL;

		if (likely(atomic_try_cmpxchg_acquire(&s->state, &old,
						      VSYS_SLOT_BUSY)))
			return true;
		if (old == VSYS_SLOT_FREE)
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

struct vsys_pending;

struct vsys_pending *vsys_pending_alloc(void);
void vsys_pending_free(struct vsys_pending *p);
bool vsys_pending_add(struct vsys_pending *p, const struct vsys_call *call,
		      struct vsys_call *out);
bool vsys_pending_take(struct vsys_pending *p, struct vsys_call *call);
void vsys_pending_forget(struct vsys_pending *p, u8 sessions);
size_t vsys_pending_memory(void);

#endif /* VSYS_PENDING_H */
