// SPDX-License-Identifier: GPL-2.0
/*
 * Sessions may take a machine for different systems.  Each profile is a view of its calls.
 * With one view, as nearly always, no trap asks for views.  With several, all calls stop:
 * where sleeping is allowed, each view identifies, captures and pairs the call by itself.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "arch.h"
#include "call.h"
#include "charge.h"
#include "kind.h"
#include "pairing.h"
#include "profile.h"
#include "tap.h"
#include "view.h"

enum { VIEW_BYTES = sizeof(struct vsys_other) + VSYS_CAPTURE_BUF };

static bool view_tapped(const struct vsys_vcpu *v, const struct vsys_view *view)
{
	const struct vsys_tap *tap;
	u32 mask = v->tapped;

	for_each_tap(v, tap, mask)
		if (tap->profile == view->index)
			return true;
	return false;
}

/**
 * vsys_view_new() - allocate a view of a profile
 * @profile: index of the profile
 * @charge: of a session that takes the machine for it
 *
 * Called without vsys_lock: it may wait for memory of the session's cgroup.  Return: the
 * view, for vsys_view_add() or vsys_view_drop(), or NULL.
 */
struct vsys_other *vsys_view_new(u32 profile, struct vsys_charge *charge)
{
	struct mem_cgroup *old;
	struct vsys_other *o;

	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	if (!vsys_charge_take(charge, VIEW_BYTES, false))
		return NULL;
	old = vsys_charge_begin(charge);
	o = kzalloc(sizeof(*o), VSYS_GFP_CHARGED);
	if (o)
		o->capture.buf = kvzalloc(VSYS_CAPTURE_BUF, VSYS_GFP_CHARGED);
	vsys_charge_end(old);
	if (!o || !o->capture.buf) {
		kfree(o);
		vsys_charge_return(charge, VIEW_BYTES);
		return NULL;
	}
	o->charge = charge;
	vsys_view_set(&o->view, profile);
	return o;
}

/* Free a view that no vCPU has. */
void vsys_view_drop(struct vsys_other *o)
{
	vsys_charge_return(o->charge, VIEW_BYTES);
	kvfree(o->capture.buf);
	kfree(o);
}

/* Add a view to @v, on its own thread; called with vsys_lock held. */
void vsys_view_add(struct vsys_vcpu *v, struct vsys_other *o)
{
	u8 *buf = o->capture.buf;

	lockdep_assert_held(&v->vcpu->mutex);
	lockdep_assert_held(&vsys_lock);
	o->capture = v->capture;
	o->capture.buf = buf;
	o->capture.size = VSYS_CAPTURE_BUF;
	o->next = v->others;
	v->others = o;
}

/* Drop the pending calls of a profile that is no view of the machine's vCPUs any more. */
static void calls_drop(const struct vsys_vcpu *v, u32 profile)
{
	const struct vsys_vcpu *w;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry(w, &v->vm->vcpus, link)
		if (w->first.index == profile || vsys_view_of(w, profile))
			return;
	vsys_pending_drop(v->pending, profile);
}

/* Make another view the first one, which has no taps any more. */
static void first_replace(struct vsys_vcpu *v)
{
	struct vsys_other *o = v->others;
	u32 old = v->first.index;

	local_irq_disable();
	if (vsys_slot_seize(&v->slot))
		vsys_pairing_evict(v);
	local_irq_enable();
	v->first = o->view;
	v->slot.call.view = o->view.index;
	v->others = o->next;
	vsys_view_drop(o);
	calls_drop(v, old);
}

/**
 * vsys_views_tidy() - drop views without taps
 * @v: the vCPU, on its own thread, between two traps
 *
 * Called with vsys_lock held.  Return: have the views changed?
 */
bool vsys_views_tidy(struct vsys_vcpu *v)
{
	struct vsys_other **at = &v->others, *o;
	bool changed = false;

	lockdep_assert_held(&v->vcpu->mutex);
	lockdep_assert_held(&vsys_lock);
	while ((o = *at)) {
		if (view_tapped(v, &o->view)) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		calls_drop(v, o->view.index);
		vsys_view_drop(o);
		changed = true;
	}
	if (!v->others || view_tapped(v, &v->first))
		return changed;
	first_replace(v);
	return true;
}

void vsys_views_free(struct vsys_vcpu *v)
{
	struct vsys_other *o;

	while ((o = v->others)) {
		v->others = o->next;
		vsys_view_drop(o);
	}
}

/* Key the call of each view as the one in the slot, which has its key. */
void vsys_views_key(struct vsys_vcpu *v, const struct vsys_state *st)
{
	const struct vsys_call *call = &v->slot.call;
	struct vsys_other *o;

	for (o = v->others; o; o = o->next) {
		o->call.key = call->key;
		o->call.key.space = vsys_state_space(st, o->view.space_mask);
		o->call.key.sp = vsys_abi_sp(v, &o->view, call->door,
					     vsys_state_call_sp(st, call->door));
	}
}

/**
 * vsys_views_call() - find out what the call in the slot is in the other views
 * @v: the vCPU, at the entry
 * @st: the state
 * @root: see vsys_mem_begin()
 */
void vsys_views_call(struct vsys_vcpu *v, const struct vsys_state *st, u64 root)
{
	const struct vsys_call *call = &v->slot.call;
	struct vsys_other *o;

	might_sleep();
	vsys_views_key(v, st);
	for (o = v->others; o; o = o->next) {
		o->here = true;
		o->call.id = call->id;
		o->call.nr = call->nr;
		o->call.door = call->door;
		o->call.view = o->view.index;
		vsys_kind_find(v, &o->view, &o->call, st->code64);
		vsys_view_enter(v, o);
		vsys_mem_begin(&v->mem, root, false);
		vsys_call_prepare(v, &o->call);
		vsys_view_leave(v, o);
	}
}

/* Capture at least @bytes of an argument, in all views. */
void vsys_views_limit(struct vsys_vcpu *v, u32 bytes)
{
	struct vsys_other *o;

	v->capture.limit = max(v->capture.limit, bytes);
	for (o = v->others; o; o = o->next)
		o->capture.limit = max(o->capture.limit, bytes);
}
