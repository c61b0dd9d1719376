// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU waits at a stopped call for a session.  Meanwhile it holds neither KVM's SRCU nor
 * its taps nor a lock, with interrupts on: other vCPUs run, memslots change, sessions come
 * and go.  vsys_vcpu.slow keeps the vCPU's state alive.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "record.h"
#include "retire.h"
#include "rewrite/guest_rw.h"
#include "rewrite/hold.h"

/*
 * How often to tell a held guest, via kvmclock, that it was stopped.  Guest watchdogs
 * tolerate at least 2 s.
 */
#define NOTIFY	(HZ / 2)

static LIST_HEAD(holds);
static DEFINE_SPINLOCK(lock);	/* @holds and its members */
static u64 last_id;

/* Add to the list unless the session has been detached from this vCPU. */
static bool hold_link(struct vsys_hold *h, const struct vsys_vcpu *v, int tap_slot)
{
	const struct vsys_tap *tap;
	bool ok;

	spin_lock(&lock);
	tap = vsys_vcpu_tap(v, tap_slot);
	ok = tap && tap->session == h->session;
	if (ok) {
		h->id = ++last_id;
		list_add_tail(&h->node, &holds);
	}
	spin_unlock(&lock);
	return ok;
}

/* Unlink the hold; fail a waiting request with -ESTALE. */
static void hold_unlink(struct vsys_hold *h)
{
	struct vsys_hold_request *rq;

	spin_lock(&lock);
	list_del(&h->node);
	rq = h->request;
	h->request = NULL;
	spin_unlock(&lock);
	if (!rq)
		return;
	rq->err = -ESTALE;
	complete(&rq->done);
	vsys_hold_request_put(rq);
}

static void request_serve(struct vsys_stop *stop, struct vsys_hold *h)
{
	struct vsys_hold_request *rq;

	spin_lock(&lock);
	rq = h->request;
	h->request = NULL;
	spin_unlock(&lock);
	if (!rq)
		return;
	vsys_vcpu_enter(stop->v);
	vsys_mem_begin(&stop->v->mem, stop->root, false);
	rq->err = rq->fn(stop, rq);
	vsys_retire_leave(stop->v);
	complete(&rq->done);
	vsys_hold_request_put(rq);
}

static bool hold_roused(const struct vsys_hold *h)
{
	return READ_ONCE(h->event) || READ_ONCE(h->request);
}

/* Wait for the end of the hold; returns its reason. */
static u32 hold_wait(struct vsys_stop *stop, struct vsys_hold *h)
{
	RCU_LOCKDEP_WARN(srcu_read_lock_held(&stop->v->vcpu->kvm->srcu), "a hold");
	while (!READ_ONCE(h->event)) {
		long left = h->deadline - jiffies;

		if (left <= 0)
			return VSYS_HOLD_DEADLINE;
		/*
		 * Check here too, so that a stream of requests cannot starve signals, nor fill
		 * the ring of dirty pages.
		 */
		if (signal_pending(current) || vsys_dirty_full(stop->v->vcpu))
			return VSYS_HOLD_SIGNAL;
		/* Other vCPUs may spin until this one answers. */
		if (time_after_eq(jiffies, stop->notified + NOTIFY)) {
			vsys_guest_stopped(stop->v->vcpu->kvm);
			stop->notified = jiffies;
		}
		wait_event_interruptible_timeout(h->wait, hold_roused(h),
						 min_t(long, left, NOTIFY));
		request_serve(stop, h);
	}
	return h->event;
}

/* Wait without kvm->srcu, which KVM holds for its vCPUs, and outside the slow path. */
static u32 hold_wait_unlocked(struct vsys_stop *stop, struct vsys_hold *h)
	__must_hold(&stop->v->vcpu->kvm->srcu)
{
	struct kvm_vcpu *vcpu = stop->v->vcpu;
	u32 event;

	kvm_vcpu_srcu_read_unlock(vcpu);
	vsys_retire_leave(stop->v);
	event = hold_wait(stop, h);
	vsys_vcpu_enter(stop->v);
	kvm_vcpu_srcu_read_lock(vcpu);
	hold_unlink(h);
	return event;
}

static void hold_report(struct vsys_stop *stop, u32 event)
{
	local_irq_disable();
	vsys_record_hold(stop->v, stop->call, 1U << stop->tap_slot, stop->at, event);
	local_irq_enable();
}

/**
 * vsys_hold_call() - hold a call for a session
 * @stop: the stop; its vCPU leaves the slow path while it waits
 * @s: the session
 * @terms: deadline and verdict
 *
 * Return: the reason of its end, VSYS_HOLD_CLOSED also if it has not begun.  After
 * VSYS_HOLD_SIGNAL the guest must trap again.
 */
u32 vsys_hold_call(struct vsys_stop *stop, struct vsys_session *s,
		   const struct vsys_hold_terms *terms)
{
	struct vsys_vcpu *v = stop->v;
	struct vsys_hold *h = &v->hold;
	unsigned long start = jiffies;
	u32 left = terms->ms - min_t(u32, terms->ms, stop->call->spent), event;

	h->session = s;
	h->rule = terms->rule;
	h->given = false;
	h->again = stop->call->spent;
	h->deadline = start + msecs_to_jiffies(left);
	h->request = NULL;
	h->event = 0;
	init_waitqueue_head(&h->wait);
	if (!hold_link(h, v, stop->tap_slot))
		return VSYS_HOLD_CLOSED;
	hold_report(stop, VSYS_HOLD_BEGIN);
	wake_up_interruptible(&s->wait);
	event = hold_wait_unlocked(stop, h);
	left = jiffies_to_msecs(jiffies - start);
	if (event == VSYS_HOLD_SIGNAL)
		/* Keep it nonzero: 0 means "never held before". */
		stop->call->spent = min_t(u32, stop->call->spent + left + 1, U16_MAX);
	hold_report(stop, event);
	return event;
}

/**
 * vsys_hold_cancel() - end the hold of a session that is being detached
 * @v: the vCPU; the tap of @s is NULL already
 * @s: the session
 *
 * Pairs with hold_link(): it has seen the NULL, or the hold is in the list here.
 */
void vsys_hold_cancel(struct vsys_vcpu *v, const struct vsys_session *s)
{
	struct vsys_hold *h;

	spin_lock(&lock);
	list_for_each_entry(h, &holds, node)
		if (h == &v->hold && h->session == s) {
			h->event = VSYS_HOLD_CLOSED;
			wake_up(&h->wait);
		}
	spin_unlock(&lock);
}

/* The id of the oldest held call that VSYS_HELD has not given to @s yet, or 0. */
u64 vsys_hold_first(const struct vsys_session *s)
{
	struct vsys_hold *h;
	u64 id = 0;

	spin_lock(&lock);
	list_for_each_entry(h, &holds, node)
		if (h->session == s && !h->given && !h->event) {
			id = h->id;
			break;
		}
	spin_unlock(&lock);
	return id;
}

static struct vsys_hold *hold_find(const struct vsys_session *s, u64 id)
{
	struct vsys_hold *h;

	lockdep_assert_held(&lock);
	list_for_each_entry(h, &holds, node)
		if (h->id == id && h->session == s && !h->event)
			return h;
	return NULL;
}

/* Note that VSYS_HELD has given call @id to @s. */
void vsys_hold_give(const struct vsys_session *s, u64 id)
{
	struct vsys_hold *h;

	spin_lock(&lock);
	h = hold_find(s, id);
	if (h)
		h->given = true;
	spin_unlock(&lock);
}

void vsys_hold_request_put(struct vsys_hold_request *rq)
{
	if (!refcount_dec_and_test(&rq->refs))
		return;
	kvfree(rq->data);
	kfree(rq);
}

/**
 * vsys_hold_submit() - have a request executed on a held call
 * @s: the session
 * @id: id of the held call
 * @rq: the request; the caller keeps its reference
 *
 * Return: the result of rq->fn; -ESTALE if the call is not held; -EINTR if the caller is
 * being killed; -EBUSY while the request of another caller is executed.
 */
int vsys_hold_submit(struct vsys_session *s, u64 id, struct vsys_hold_request *rq)
{
	struct vsys_hold *h;
	int err = 0;

	lockdep_assert_not_held(&vsys_lock);
	spin_lock(&lock);
	h = hold_find(s, id);
	if (!h) {
		err = -ESTALE;
	} else if (h->request) {
		err = -EBUSY;
	} else {
		refcount_inc(&rq->refs);
		h->request = rq;
		wake_up(&h->wait);
	}
	spin_unlock(&lock);
	if (err)
		return err;
	if (wait_for_completion_killable(&rq->done))
		return -EINTR;
	return rq->err;
}
