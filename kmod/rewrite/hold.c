// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU stops at a call and waits for a session.  It keeps neither srcu, nor
 * a lock, nor interrupts off meanwhile: other vCPUs run, memory slots change,
 * sessions come and go.  vsys_vcpu.slow keeps the vCPU's state alive.
 */
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "record.h"
#include "rewrite/hold.h"
#include "vm.h"

/* So often guests are told that they wait: their watchdogs bear 2 seconds at least. */
#define TELL	(HZ / 2)

static LIST_HEAD(holds);
static DEFINE_SPINLOCK(lock);	/* @holds, and what is in it */
static u64 last_id;

/* Hang it in, unless the session has been taken from the vCPU. */
static bool begin(struct vsys_hold *h, const struct vsys_vcpu *v, int slot)
{
	const struct vsys_tap *tap;
	bool ok;

	spin_lock(&lock);
	tap = READ_ONCE(v->taps[slot]);
	ok = tap && tap->session == h->session;
	if (ok) {
		h->id = ++last_id;
		list_add_tail(&h->node, &holds);
	}
	spin_unlock(&lock);
	return ok;
}

/* Nobody finds it any more; who had asked is told so. */
static void end(struct vsys_hold *h)
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

static void serve(struct vsys_stop *stop, struct vsys_hold *h)
{
	struct vsys_hold_request *rq;

	spin_lock(&lock);
	rq = h->request;
	h->request = NULL;
	spin_unlock(&lock);
	if (!rq)
		return;
	*stop->v->srcu = srcu_read_lock(&vsys_srcu);
	vsys_mem_begin(&stop->v->mem, stop->root, false);
	rq->err = rq->fn(stop, rq);
	srcu_read_unlock(&vsys_srcu, *stop->v->srcu);
	complete(&rq->done);
	vsys_hold_request_put(rq);
}

static bool roused(const struct vsys_hold *h)
{
	return READ_ONCE(h->event) || READ_ONCE(h->request);
}

/* Wait; what ended the hold. */
static u32 wait(struct vsys_stop *stop, struct vsys_hold *h)
{
	while (!READ_ONCE(h->event)) {
		long left = h->deadline - jiffies;

		if (left <= 0)
			return VSYS_HOLD_DEADLINE;
		/* Whoever asks for something all the time must not keep it away. */
		if (signal_pending(current))
			return VSYS_HOLD_SIGNAL;
		/* Other vCPUs may spin until this one answers. */
		if (time_after_eq(jiffies, stop->notified + TELL)) {
			vsys_guest_stopped(stop->v->vcpu->kvm);
			stop->notified = jiffies;
		}
		wait_event_interruptible_timeout(h->wait, roused(h),
						 min_t(long, left, TELL));
		serve(stop, h);
	}
	return h->event;
}

/* Without what KVM holds for its vCPUs, and what we do. */
static u32 wait_unlocked(struct vsys_stop *stop, struct vsys_hold *h)
	__must_hold(&vsys_srcu) __must_hold(&stop->v->vcpu->kvm->srcu)
{
	struct kvm_vcpu *vcpu = stop->v->vcpu;
	u32 event;

	srcu_read_unlock(&vsys_srcu, *stop->v->srcu);
	kvm_vcpu_srcu_read_unlock(vcpu);
	event = wait(stop, h);
	kvm_vcpu_srcu_read_lock(vcpu);
	*stop->v->srcu = srcu_read_lock(&vsys_srcu);
	end(h);
	return event;
}

static void tell(struct vsys_stop *stop, u32 event)
{
	local_irq_disable();
	vsys_record_hold(stop->v, stop->call, 1U << stop->slot, stop->at, event);
	local_irq_enable();
}

/**
 * vsys_hold_call() - hold a call for a session
 * @stop: the stop; in vsys_srcu, which is left meanwhile
 * @s: the session
 * @terms: how long, and then
 *
 * Return: what ended it, VSYS_HOLD_CLOSED also if it has not begun.  After
 * VSYS_HOLD_SIGNAL the trap shall come again.
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
	if (!begin(h, v, stop->slot))
		return VSYS_HOLD_CLOSED;
	tell(stop, VSYS_HOLD_BEGIN);
	wake_up_interruptible(&s->wait);
	event = wait_unlocked(stop, h);
	left = jiffies_to_msecs(jiffies - start);
	if (event == VSYS_HOLD_SIGNAL)
		/* Not 0: that would be none before. */
		stop->call->spent = min_t(u32, stop->call->spent + left + 1, U16_MAX);
	tell(stop, event);
	return event;
}

/**
 * vsys_hold_cancel() - @s is taken from the vCPU: it holds it no more
 * @v: the vCPU; the tap of @s is NULL already
 * @s: the session
 *
 * Pairs with begin(): it has seen that, or is seen here.
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

/* The id of the call that waits longest to be given to @s, or 0. */
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

static struct vsys_hold *find(const struct vsys_session *s, u64 id)
{
	struct vsys_hold *h;

	list_for_each_entry(h, &holds, node)
		if (h->id == id && h->session == s && !h->event)
			return h;
	return NULL;
}

/* Call @id was given to @s. */
void vsys_hold_give(const struct vsys_session *s, u64 id)
{
	struct vsys_hold *h;

	spin_lock(&lock);
	h = find(s, id);
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
 * vsys_hold_submit() - have something done with a held call
 * @s: the session
 * @id: of the held call
 * @rq: what; the caller's reference stays the caller's
 *
 * Return: what rq->fn says; -ESTALE if the call is not held; -EINTR if the caller
 * is being killed; -EBUSY after that, until it is done.
 */
int vsys_hold_submit(struct vsys_session *s, u64 id, struct vsys_hold_request *rq)
{
	struct vsys_hold *h;
	int err = 0;

	spin_lock(&lock);
	h = find(s, id);
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
