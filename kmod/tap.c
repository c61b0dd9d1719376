// SPDX-License-Identifier: GPL-2.0
/* Taps: how a session gets the events of a vCPU, from attach to detach. */
#include <linux/slab.h>

#include "callset.h"
#include "charge.h"
#include "kind.h"
#include "profile.h"
#include "ring.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"
#include "verdict.h"
#include "vm.h"

static void reader_wake(struct irq_work *work)
{
	struct vsys_tap *tap = container_of(work, struct vsys_tap, work);

	wake_up_interruptible(&tap->session->wait);
}

static void ring_wake(struct vsys_ring *ring)
{
	struct vsys_tap *tap = ring->owner;

	irq_work_queue(&tap->work);
}

/**
 * vsys_tap_new() - allocate a session's tap and ring for a vCPU
 * @s: the session
 *
 * Called without vsys_lock: it may wait for memory of the session's cgroup.  Return: the
 * tap, for vsys_tap_start() or vsys_tap_drop(), or NULL.
 */
struct vsys_tap *vsys_tap_new(struct vsys_session *s)
{
	struct mem_cgroup *old = vsys_charge_begin(s->charge);
	struct vsys_tap *tap = kzalloc(sizeof(*tap), VSYS_GFP_CHARGED);

	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	if (tap)
		tap->entry = vsys_session_ring_new(s);
	vsys_charge_end(old);
	if (!tap || !tap->entry) {
		kfree(tap);
		return NULL;
	}
	tap->session = vsys_session_get(s);
	init_irq_work(&tap->work, reader_wake);
	tap->ring = tap->entry->ring;
	tap->ring->owner = tap;
	tap->ring->wake = ring_wake;
	return tap;
}

/**
 * vsys_tap_start() - give a new tap's ring to the session
 * @tap: the tap
 * @v: the vCPU it is for, on its own thread
 * @profile: index of the profile, of which @v has a view
 *
 * Called with vsys_lock held.  Return: false without memory; else the tap is owned by the
 * caller until vsys_tap_destroy().
 */
bool vsys_tap_start(struct vsys_tap *tap, struct vsys_vcpu *v, u32 profile)
{
	struct vsys_session_ring *r = tap->entry;

	lockdep_assert_held(&v->vcpu->mutex);
	lockdep_assert_held(&vsys_lock);
	r->counts = &tap->counts;
	r->vm = tap->ring->base.vm = v->vm->pid;
	r->vcpu = tap->ring->base.vcpu = v->vcpu->vcpu_idx;
	r->profile = tap->ring->base.profile = profile;
	tap->profile = profile;
	tap->ring->base.abi = vsys_profiles[profile].abi;
	vsys_ring_get(tap->ring);
	if (!vsys_session_ring_add(tap->session, r)) {
		vsys_ring_put(tap->ring);
		return false;
	}
	tap->entry = NULL;
	tap->session->taps++;
	return true;
}

/* Free a tap that was not started; called without vsys_lock. */
void vsys_tap_drop(struct vsys_tap *tap)
{
	lockdep_assert_not_held(&vsys_lock);
	vsys_session_ring_drop(tap->entry);
	vsys_session_put(tap->session);
	kfree(tap);
}

/*
 * Destroy a tap that its vCPU no longer uses; its ring stays until it is read.  Called with
 * vsys_lock held.
 */
void vsys_tap_destroy(struct vsys_tap *tap)
{
	struct vsys_session *s = tap->session;

	lockdep_assert_held(&vsys_lock);
	vsys_ring_close(tap->ring);
	irq_work_sync(&tap->work);
	vsys_session_ring_closed(s, &tap->counts);
	vsys_ring_put(tap->ring);
	kfree(tap);
	s->taps--;
	vsys_session_slot_put(s);
	vsys_session_put(s);
}

/* The bits of the verdict on a call by @door that count for the sessions of a view. */
static u32 judges_of(const struct vsys_vcpu *v, const struct vsys_view *view, u32 door)
{
	const struct vsys_tap *tap;
	u32 mask = v->tapped, judges = 0;

	for_each_tap(v, tap, mask) {
		if (tap->profile != view->index)
			continue;
		judges |= tap->bit << VSYS_VERDICT_RULED | tap->bit << VSYS_VERDICT_STRINGS;
		if (tap->doors & BIT(door))
			judges |= tap->bit << VSYS_VERDICT_WANTED;
	}
	return judges;
}

/* Bring what a vCPU knows of its taps and views up to date; called with vsys_lock held. */
void vsys_taps_sum(struct vsys_vcpu *v)
{
	const struct vsys_tap *tap;
	struct vsys_other *o;
	u32 mask = v->tapped, doors = 0, door;
	u8 by_task = 0;

	lockdep_assert_held(&vsys_lock);
	for_each_tap(v, tap, mask) {
		doors |= tap->doors;
		if (rcu_access_pointer(tap->session->tasks))
			by_task |= tap->bit;
	}
	for (door = 0; door < VSYS_DOOR_NR; door++) {
		WRITE_ONCE(v->first.judges[door], judges_of(v, &v->first, door));
		for (o = v->others; o; o = o->next)
			WRITE_ONCE(o->view.judges[door], judges_of(v, &o->view, door));
	}
	WRITE_ONCE(v->by_task, by_task);
	WRITE_ONCE(v->doors, doors);
	WRITE_ONCE(v->ints, doors & VSYS_DOORS_INT);
	vsys_kind_prepare(v);
}

/**
 * vsys_tap_set() - set or clear a session's tap
 * @v: the vCPU; a tap is set on its own thread
 * @tap_slot: of the session
 * @tap: the tap, or NULL; the old one goes to vsys_retire_tap()
 *
 * Called with vsys_lock held.
 */
void vsys_tap_set(struct vsys_vcpu *v, int tap_slot, struct vsys_tap *tap)
{
	u8 bit = 1U << tap_slot;

	lockdep_assert_held(&vsys_lock);
	if (tap)
		lockdep_assert_held(&v->vcpu->mutex);
	rcu_assign_pointer(v->taps[tap_slot], tap);
	WRITE_ONCE(v->tapped, tap ? v->tapped | bit : v->tapped & ~bit);
	vsys_taps_sum(v);
}

/* A filter of the session has changed, or a rule; called with vsys_lock held. */
void vsys_tap_changed(struct vsys_session *s)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			if (s->taps && vsys_vcpu_tap(v, s->tap_slot))
				vsys_taps_sum(v);
}

/* Replace the session's filter by task, with one from kvmalloc() or NULL. */
void vsys_tap_tasks_set(struct vsys_session *s, struct vsys_task_conds *conds)
{
	struct vsys_task_conds *old;

	mutex_lock(&vsys_lock);
	old = rcu_dereference_protected(s->tasks, lockdep_is_held(&vsys_lock));
	rcu_assign_pointer(s->tasks, conds);
	vsys_tap_changed(s);
	mutex_unlock(&vsys_lock);
	if (old)
		kvfree_rcu(old, rcu);
}

/* VSYS_FILTER: replace a part of the session's filter. */
int vsys_tap_filter(struct vsys_session *s, const struct vsys_filter *in)
{
	struct vsys_callset *set, *old;
	int err;

	if (in->flags & ~VSYS_FILTER_INVERT || in->abi >= VSYS_ABI_NR ||
	    in->count > VSYS_FILTER_NUMBERS)
		return -EINVAL;
	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set)
		return -ENOMEM;
	err = vsys_callset_part_read(&set->abi[in->abi], in->numbers, in->count,
				     in->flags & VSYS_FILTER_INVERT);
	if (err) {
		kfree(set);
		return err;
	}
	mutex_lock(&vsys_lock);
	old = rcu_dereference_protected(s->filter, lockdep_is_held(&vsys_lock));
	vsys_callset_set_part(set, old, in->abi);
	rcu_assign_pointer(s->filter, set);
	if (vsys_session_slotted(s))
		vsys_verdict_filter(s->tap_slot, set);
	vsys_tap_changed(s);
	mutex_unlock(&vsys_lock);
	kfree_rcu(old, rcu);
	return 0;
}
