// SPDX-License-Identifier: GPL-2.0
/*
 * The io_urings of a machine's programs: a table of bounded size, by address space and
 * descriptor.  It holds hints, no pointers: what a program set up and where it mapped that.  The
 * oldest ring of a set makes room for a new one.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "uring.h"

struct vsys_urings *vsys_urings_alloc(gfp_t flags)
{
	struct vsys_urings *t = kvzalloc(sizeof(*t), flags);
	int i;

	for (i = 0; t && i < VSYS_URING_SETS; i++)
		raw_spin_lock_init(&t->sets[i].lock);
	return t;
}

void vsys_urings_free(struct vsys_urings *t)
{
	kvfree(t);
}

static struct vsys_uring_set *set_of(struct vsys_urings *t, const struct vsys_uring_key *key)
{
	return &t->sets[hash_64(key->space + key->task + key->fd, ilog2(VSYS_URING_SETS))];
}

static bool same_key(const struct vsys_uring_key *a, const struct vsys_uring_key *b)
{
	return a->space == b->space && a->task == b->task && a->fd == b->fd;
}

static struct vsys_queues *find(struct vsys_uring_set *set, const struct vsys_uring_key *key)
{
	struct vsys_queues *q = set->ways;

	lockdep_assert_held(&set->lock);
	for (; q < set->ways + VSYS_URING_WAYS; q++)
		if (q->used && same_key(&q->key, key)) {
			q->used = ++set->now;
			return q;
		}
	return NULL;
}

/**
 * vsys_urings_find() - copy the queues of a ring
 * @t: the table
 * @key: of the ring, or of a registered index that leads to it
 * @q: out
 *
 * Return: false if the ring is not known.
 */
bool vsys_urings_find(struct vsys_urings *t, const struct vsys_uring_key *key,
		      struct vsys_queues *q)
{
	struct vsys_uring_key to = *key;
	struct vsys_uring_set *set;
	struct vsys_queues *found;
	unsigned long flags;
	int steps;

	if (!READ_ONCE(t->any))
		return false;
	for (steps = 0; steps < 2; steps++) {
		set = set_of(t, &to);
		raw_spin_lock_irqsave(&set->lock, flags);
		found = find(set, &to);
		if (found)
			*q = *found;
		raw_spin_unlock_irqrestore(&set->lock, flags);
		if (!found || !q->alias)
			return found;
		to.task = 0;
		to.fd = q->fd;
	}
	return false;
}

/**
 * vsys_urings_next() - go through the rings of an address space
 * @t: the table
 * @space: the address space
 * @at: 0 at the begin
 * @q: out
 *
 * Return: false behind the last.
 */
bool vsys_urings_next(struct vsys_urings *t, u64 space, u32 *at, struct vsys_queues *q)
{
	const struct vsys_queues *way;
	struct vsys_uring_set *set;
	unsigned long flags;
	bool found = false;

	for (; !found && READ_ONCE(t->any) && *at < VSYS_URING_SETS * VSYS_URING_WAYS; ++*at) {
		set = &t->sets[*at / VSYS_URING_WAYS];
		way = &set->ways[*at % VSYS_URING_WAYS];
		if (READ_ONCE(way->key.space) != space)
			continue;
		raw_spin_lock_irqsave(&set->lock, flags);
		found = way->used && way->key.space == space && !way->alias;
		if (found)
			*q = *way;
		raw_spin_unlock_irqrestore(&set->lock, flags);
	}
	return found;
}

/* Add a ring, in place of one with its key or of the oldest of its set. */
void vsys_urings_add(struct vsys_urings *t, const struct vsys_queues *q)
{
	struct vsys_uring_set *set = set_of(t, &q->key);
	struct vsys_queues *to, *way;
	unsigned long flags;

	WRITE_ONCE(t->any, true);
	raw_spin_lock_irqsave(&set->lock, flags);
	to = find(set, &q->key);
	if (!to) {
		to = set->ways;
		for (way = to + 1; way < set->ways + VSYS_URING_WAYS; way++)
			if (way->used < to->used)
				to = way;
	}
	*to = *q;
	to->used = ++set->now;
	raw_spin_unlock_irqrestore(&set->lock, flags);
}

/* The program has mapped a part of a ring, if that descriptor is one. */
void vsys_urings_map(struct vsys_urings *t, const struct vsys_uring_key *key,
		     enum vsys_uring_area area, u64 addr)
{
	struct vsys_uring_set *set = set_of(t, key);
	struct vsys_queues *q;
	unsigned long flags;

	if (!READ_ONCE(t->any))
		return;
	raw_spin_lock_irqsave(&set->lock, flags);
	q = find(set, key);
	if (q) {
		q->area[area] = addr;
		if (q->single && area != VSYS_URING_SQES)
			q->area[VSYS_URING_SQ] = q->area[VSYS_URING_CQ] = addr;
	}
	raw_spin_unlock_irqrestore(&set->lock, flags);
}

/**
 * vsys_urings_move() - let the positions of a ring be those in @q
 * @t: the table
 * @q: from vsys_urings_find(), with new positions
 * @call: the call that returns; it may do so several times
 *
 * Return: the position of the first completion that no earlier call has told.
 */
u32 vsys_urings_move(struct vsys_urings *t, const struct vsys_queues *q, u64 call)
{
	struct vsys_uring_set *set = set_of(t, &q->key);
	struct vsys_queues *to;
	unsigned long flags;
	u32 from = q->completed;

	raw_spin_lock_irqsave(&set->lock, flags);
	to = find(set, &q->key);
	if (to) {
		if (to->call != call)
			to->before = to->completed;
		from = to->before;
		to->call = call;
		to->submitted = q->submitted;
		to->completed = q->completed;
	}
	raw_spin_unlock_irqrestore(&set->lock, flags);
	return from;
}

/* Forget the rings of an address space that a process has left. */
void vsys_urings_forget(struct vsys_urings *t, u64 space)
{
	struct vsys_uring_set *set;
	unsigned long flags;
	int i;

	if (!READ_ONCE(t->any))
		return;
	for (set = t->sets; set < t->sets + VSYS_URING_SETS; set++) {
		raw_spin_lock_irqsave(&set->lock, flags);
		for (i = 0; i < VSYS_URING_WAYS; i++)
			if (set->ways[i].key.space == space)
				set->ways[i].used = 0;
		raw_spin_unlock_irqrestore(&set->lock, flags);
	}
}
