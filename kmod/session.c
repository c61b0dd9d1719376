// SPDX-License-Identifier: GPL-2.0
/* Sessions: one per open file; their rings and sums. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "callset.h"
#include "capture.h"
#include "charge.h"
#include "compat/compat.h"
#include "ring.h"
#include "session.h"
#include "verdict.h"
#include "vm.h"

enum {
	RING_BYTES = 1 << 20,
	RING_BYTES_MAX = 64 << 20,
	LATENCY_MS = 20,
	LATENCY_MS_MAX = 10000,
	CAPTURE_BYTES = 256,
};

struct workqueue_struct *vsys_wq;

static struct vsys_session *tap_slots[VSYS_SESSIONS];	/* under vsys_lock */

bool vsys_session_readable(struct vsys_session *s)
{
	struct vsys_session_ring *r;
	unsigned long i;
	bool ret = false;

	rcu_read_lock();
	xa_for_each(&s->rings, i, r)
		if (smp_load_acquire(&r->ring->writer->pos) !=
		    READ_ONCE(r->ring->reader->pos)) {
			ret = true;
			break;
		}
	rcu_read_unlock();
	return ret || READ_ONCE(s->nr_rings) != READ_ONCE(s->seen);
}

/*
 * Wake the reader after the latency for fewer bytes than the watermark.  The reader
 * looks for them itself: there may be many rings, and this is a softirq.
 */
static void timer_fn(struct timer_list *t)
{
	struct vsys_session *s = timer_container_of(s, t, timer);

	wake_up_interruptible(&s->wait);
	/* For edge-triggered epoll waiters, which stay queued. */
	if (waitqueue_active(&s->wait))
		vsys_session_wait_begin(s);
}

/* Start the timer for a reader that is about to sleep; vCPUs do no work for it. */
void vsys_session_wait_begin(struct vsys_session *s)
{
	mod_timer(&s->timer, jiffies + msecs_to_jiffies(s->setup.latency_ms));
}

/* Create a session without attachments; NULL without memory. */
struct vsys_session *vsys_session_new(void)
{
	struct vsys_session *s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	struct vsys_callset *filter;

	if (!s)
		return NULL;
	filter = vsys_callset_all();
	s->charge = filter ? vsys_charge_new() : NULL;
	if (!s->charge) {
		kfree(filter);
		kfree(s);
		return NULL;
	}
	RCU_INIT_POINTER(s->filter, filter);
	refcount_set(&s->refs, 1);
	INIT_LIST_HEAD(&s->attachments);
	mutex_init(&s->lock);
	mutex_init(&s->read_lock);
	xa_init_flags(&s->rings, XA_FLAGS_ACCOUNT);
	init_waitqueue_head(&s->wait);
	timer_setup(&s->timer, timer_fn, 0);
	s->setup.ring_bytes = RING_BYTES;
	s->setup.watermark = RING_BYTES / 4;
	s->setup.latency_ms = LATENCY_MS;
	s->setup.capture_bytes = CAPTURE_BYTES;
	return s;
}

/* Add the counts of a ring without a writer to the session's sums. */
static void ring_fold(struct vsys_session *s, const struct vsys_ring *ring)
{
	s->total.emitted += ring->emitted;
	s->total.lost += ring->lost;
}

static void ring_free(struct work_struct *work)
{
	struct vsys_session_ring *r = container_of(to_rcu_work(work),
						   struct vsys_session_ring, free);

	vsys_session_ring_drop(r);
}

/* Free all rings, or those that are closed and read, after a grace period. */
static void rings_drop(struct vsys_session *s, bool all)
{
	struct vsys_session_ring *r;
	unsigned long i;

	xa_for_each(&s->rings, i, r) {
		u64 read = READ_ONCE(r->ring->reader->pos);

		if (!all && (r->counts || r->ring->writer->pos != read))
			continue;
		xa_erase(&s->rings, i);
		ring_fold(s, r->ring);
		/* vsys_session_readable() may look at it. */
		INIT_RCU_WORK(&r->free, ring_free);
		queue_rcu_work(vsys_wq, &r->free);
	}
}

static void rings_reap(struct vsys_session *s)
{
	lockdep_assert_held(&s->lock);
	/* A reader may use a ring for an unbounded time. */
	if (!mutex_trylock(&s->read_lock))
		return;
	rings_drop(s, false);
	mutex_unlock(&s->read_lock);
}

/* Free the rings that are closed and read. */
void vsys_session_reap(struct vsys_session *s)
{
	mutex_lock(&s->lock);
	rings_reap(s);
	mutex_unlock(&s->lock);
}

/* Drop a reference: the last one is the file's, or a tap's whose vCPU slept. */
void vsys_session_put(struct vsys_session *s)
{
	if (!refcount_dec_and_test(&s->refs))
		return;
	timer_delete_sync(&s->timer);
	rings_drop(s, true);
	xa_destroy(&s->rings);
	kfree(rcu_access_pointer(s->filter));
	kvfree(rcu_access_pointer(s->tasks));
	vsys_charge_put(s->charge);
	kfree_rcu(s, rcu);	/* see vsys_match_tap() */
}

/**
 * vsys_session_slot_take() - reserve a tap slot
 * @s: the session; called with vsys_lock held
 *
 * Return: 0 or -EBUSY.
 */
int vsys_session_slot_take(struct vsys_session *s)
{
	static u64 order;
	int i;

	lockdep_assert_held(&vsys_lock);
	if (s->attaches || s->taps)
		return 0;
	for (i = 0; i < ARRAY_SIZE(tap_slots); i++)
		if (!tap_slots[i]) {
			tap_slots[i] = s;
			s->tap_slot = i;
			s->order = ++order;
			vsys_verdict_filter(i, vsys_dereference(s->filter));
			return 0;
		}
	return -EBUSY;
}

/* Has the session a tap slot?  Called with vsys_lock held. */
bool vsys_session_slotted(const struct vsys_session *s)
{
	lockdep_assert_held(&vsys_lock);
	return tap_slots[s->tap_slot] == s;
}

/* Release the tap slot unless it is used; called with vsys_lock held. */
void vsys_session_slot_put(struct vsys_session *s)
{
	lockdep_assert_held(&vsys_lock);
	if (!s->attaches && !s->taps && vsys_session_slotted(s))
		tap_slots[s->tap_slot] = NULL;
}

int __init vsys_session_init(void)
{
	vsys_wq = alloc_workqueue("vsyscalls", WQ_UNBOUND, 0);
	return vsys_wq ? 0 : -ENOMEM;
}

void vsys_session_exit(void)
{
	rcu_barrier();	/* callbacks that free, or queue work */
	destroy_workqueue(vsys_wq);
}

/* VSYS_SETUP */
int vsys_session_setup(struct vsys_session *s, const struct vsys_setup *in)
{
	struct vsys_setup set = *in;
	int err = -EBUSY;

	if (set.flags)
		return -EINVAL;
	if (!set.ring_bytes)
		set.ring_bytes = RING_BYTES;
	if (!set.watermark)
		set.watermark = set.ring_bytes / 4;
	if (!set.latency_ms)
		set.latency_ms = LATENCY_MS;
	if (!is_power_of_2(set.ring_bytes) || set.ring_bytes < PAGE_SIZE ||
	    set.ring_bytes > RING_BYTES_MAX || set.watermark > set.ring_bytes ||
	    set.latency_ms > LATENCY_MS_MAX ||
	    set.capture_bytes > VSYS_CAPTURE_LONG)
		return -EINVAL;
	mutex_lock(&vsys_lock);
	if (!s->attaches && !s->nr_rings) {
		s->setup = set;
		err = 0;
	}
	mutex_unlock(&vsys_lock);
	return err;
}

/*
 * Is there room for another ring?  Machines may come and go faster than the reader
 * reads, so the memory of rings whose vCPU is gone is limited.
 */
static bool has_room(struct vsys_session *s)
{
	struct vsys_session_ring *r;
	unsigned long i;
	u64 left = 0;

	mutex_lock(&s->lock);
	rings_reap(s);
	xa_for_each(&s->rings, i, r)
		if (!r->counts)
			left += vsys_ring_memory(r->ring->bytes);
	mutex_unlock(&s->lock);
	return left < VSYS_UNREAD_MAX;
}

/* Allocate a ring for @s, on a vCPU's thread; NULL if there is no room for it. */
struct vsys_session_ring *vsys_session_ring_new(struct vsys_session *s)
{
	struct vsys_session_ring *r;

	might_sleep();
	if (!has_room(s))
		return NULL;
	r = kzalloc(sizeof(*r), VSYS_GFP_CHARGED);
	if (!r)
		return NULL;
	r->ring = vsys_ring_alloc(s->setup.ring_bytes, s->setup.watermark, s->charge);
	if (r->ring)
		return r;
	kfree(r);
	return NULL;
}

/* Free a ring that no session has. */
void vsys_session_ring_drop(struct vsys_session_ring *r)
{
	vsys_ring_put(r->ring);
	kfree(r);
}

/* Show a ring to the reader; false without memory.  Called with vsys_lock held. */
bool vsys_session_ring_add(struct vsys_session *s, struct vsys_session_ring *r)
{
	struct mem_cgroup *old;
	int err;

	lockdep_assert_held(&vsys_lock);
	mutex_lock(&s->lock);
	old = vsys_charge_begin(s->charge);
	/* Others wait for the lock: do not wait for memory of the session's cgroup. */
	err = xa_err(xa_store(&s->rings, s->nr_rings, r, GFP_NOWAIT | __GFP_NOWARN));
	vsys_charge_end(old);
	if (!err)
		WRITE_ONCE(s->nr_rings, s->nr_rings + 1);
	mutex_unlock(&s->lock);
	return !err;
}

/* Note that the writer with @counts is gone; its ring stays until it is read. */
void vsys_session_ring_closed(struct vsys_session *s,
			      const struct vsys_session_counts *counts)
{
	struct vsys_session_ring *r;
	unsigned long i;

	mutex_lock(&s->lock);
	s->total.fast += counts->fast;
	s->total.slow += counts->slow;
	s->total.unseen += counts->unseen;
	s->total.unknown += counts->unknown;
	xa_for_each(&s->rings, i, r)
		if (r->counts == counts)
			r->counts = NULL;
	mutex_unlock(&s->lock);
	wake_up_interruptible(&s->wait);
}

/* VSYS_STATS */
int vsys_session_stats(struct vsys_session *s, struct vsys_stats *st)
{
	struct vsys_session_ring *r;
	unsigned long i;

	if (st->flags)
		return -EINVAL;
	mutex_lock(&s->lock);
	*st = s->total;
	st->memory = vsys_charge_bytes(s->charge);
	xa_for_each(&s->rings, i, r) {
		st->emitted += READ_ONCE(r->ring->emitted);
		st->lost += READ_ONCE(r->ring->lost);
		if (!r->counts)
			continue;
		st->fast += READ_ONCE(r->counts->fast);
		st->slow += READ_ONCE(r->counts->slow);
		st->unseen += READ_ONCE(r->counts->unseen);
		st->unknown += READ_ONCE(r->counts->unknown);
	}
	st->traps = st->fast + st->slow;
	st->refused = atomic_read(&s->refused);
	mutex_unlock(&s->lock);
	return 0;
}
