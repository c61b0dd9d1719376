// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU follows the attachments on its own thread, at the end of the slow path: it gets
 * a state, and a tap with a ring for each session that wants it.
 */
#include <linux/module.h>
#include <linux/rhashtable.h>

#include "arch.h"
#include "attachment.h"
#include "charge.h"
#include "follow.h"
#include "record.h"
#include "regs_request.h"
#include "session.h"
#include "starved.h"
#include "tap.h"
#include "vcpu.h"
#include "view.h"
#include "vm.h"

/*
 * What a vCPU's thread allocates to follow the attachments.  It does so without vsys_lock,
 * as the cgroup of a session may have to reclaim memory first.
 */
struct plan {
	u32 generation;			/* of the attachments */
	bool known;			/* its machine is traced */
	bool retry;			/* sessions that had no room are tried again */
	u32 first;			/* profile of the vCPU's first view */
	int n;
	struct plan_tap {
		struct vsys_session *session;	/* with a reference */
		u32 profile;
		bool views;			/* it needs another view */
		bool widens;			/* it needs a larger buffer for captures */
		struct vsys_other *view;
		struct vsys_capture_buf *wide;		/* NULL: captures are shorter then */
		struct vsys_tap *tap;		/* NULL: no room for it */
	} to[VSYS_SESSIONS];
	struct vsys_vm *vm;
};

/* Plan taps for the attachments that @v, or an untraced vCPU, has none for. */
static void plan_make(struct plan *p, struct kvm_vcpu *vcpu, const struct vsys_vcpu *v)
{
	struct mm_struct *mms[] = { NULL, vcpu->kvm->mm };
	struct vsys_attachment *a;
	struct rhlist_head *pos;
	struct plan_tap *to;
	int i;

	lockdep_assert_held(&vsys_lock);
	p->generation = vsys_attachment_generation;
	p->first = v ? v->first.index : vsys_attachment_profile(vcpu->kvm);
	p->known = vsys_vm_find(vcpu->kvm);
	p->retry = !v || !v->denied || time_after_eq(jiffies, v->again);
	for (i = 0; i < ARRAY_SIZE(mms); i++)
		vsys_for_each_attachment(a, pos, mms[i]) {
			int slot = a->session->tap_slot;

			if (v && (vsys_vcpu_tap(v, slot) || (!p->retry && v->denied & BIT(slot))))
				continue;
			if (WARN_ON_ONCE(p->n == VSYS_SESSIONS))
				return;
			to = &p->to[p->n++];
			to->session = vsys_session_get(a->session);
			to->profile = a->profile;
			to->views = a->profile != p->first &&
				    !(v && vsys_view_of(v, a->profile));
			to->widens = a->session->setup.capture_bytes > VSYS_CAPTURE_MAX &&
				     !(v && v->wide);
		}
}

static void plan_taps(struct plan *p)
{
	struct plan_tap *to;

	for (to = p->to; to < p->to + p->n; to++) {
		if (to->views)
			to->view = vsys_view_new(to->profile, to->session->charge);
		if (!to->views || to->view)
			to->tap = vsys_tap_new(to->session);
		if (to->widens && to->tap)
			to->wide = vsys_capture_buf_new(to->session->charge);
	}
}

/* Allocate the state of a vCPU, for the first session that has room for it, and its taps. */
static struct vsys_vcpu *plan_vcpu(struct plan *p, struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v = NULL;
	int i;

	for (i = 0; i < p->n && !v; i++)
		v = vsys_vcpu_new(vcpu, p->to[i].session->charge);
	if (!v)
		return NULL;
	if (!p->known)
		p->vm = vsys_vm_new(vcpu->kvm, v->charge);
	if (!p->known && !p->vm) {
		vsys_vcpu_drop(v);
		return NULL;
	}
	plan_taps(p);
	return v;
}

/* Free what was not used; called without vsys_lock. */
static void plan_free(struct plan *p)
{
	int i;

	lockdep_assert_not_held(&vsys_lock);
	for (i = 0; i < p->n; i++) {
		if (p->to[i].tap)
			vsys_tap_drop(p->to[i].tap);
		if (p->to[i].view)
			vsys_view_drop(p->to[i].view);
		if (p->to[i].wide)
			vsys_capture_buf_free(p->to[i].wide);
		vsys_session_put(p->to[i].session);
	}
	if (p->vm)
		vsys_vm_drop(p->vm);
}

/* Start the tap for @a; false if there is no room for it now. */
static bool plan_start(struct plan *p, const struct vsys_attachment *a, struct vsys_vcpu *v,
		       struct vsys_tap **tap)
{
	struct plan_tap *to = p->to, *end = p->to + p->n;

	*tap = NULL;
	while (to < end && !(to->session == a->session && to->profile == a->profile))
		to++;
	if (to == end)	/* it is not its time, or it has attached since: another exit */
		return !(v->denied & BIT(a->session->tap_slot));
	if (!to->tap)
		return false;
	/* Another session may have added the view. */
	if (to->view && !vsys_view_of(v, to->profile)) {
		vsys_view_add(v, to->view);
		to->view = NULL;
	}
	if (!vsys_tap_start(to->tap, v, to->profile))
		return false;
	if (to->wide && !v->wide) {
		vsys_vcpu_widen(v, to->wide);
		to->wide = NULL;
	}
	*tap = to->tap;
	to->tap = NULL;
	return true;
}

/* Tap the vCPU for an attachment; false if there is no room for a ring now. */
static bool session_tap(struct vsys_vcpu *v, struct vsys_attachment *a, struct plan *p)
{
	struct vsys_session *s = a->session;
	struct vsys_tap *t;
	int i;

	if (vsys_vcpu_tap(v, s->tap_slot))
		return true;
	if (!plan_start(p, a, v, &t)) {
		if (!(v->denied & BIT(s->tap_slot)))
			atomic_inc(&s->refused);
		return false;
	}
	if (!t)
		return true;
	vsys_record_plain(t, VSYS_REC_ATTACH);
	for (i = 0; i < VSYS_DOOR_NR; i++)
		if (a->blind & BIT(i))
			vsys_record_refused(t, VSYS_REFUSED_DOOR, i, 0);
	/* Capture for all sessions as much as the one with the largest limit asks for. */
	vsys_views_limit(v, s->setup.capture_bytes);
	t->doors = a->doors;
	t->bit = 1U << s->tap_slot;
	vsys_tap_set(v, s->tap_slot, t);
	if (v->refusal) {
		atomic_inc(&s->refused);
		vsys_record_refused(t, v->refusal, 0, 0);
	}
	wake_up_interruptible(&s->wait);
	return true;
}

static void refusal_record(struct vsys_vcpu *v)
{
	u32 mask = v->tapped;
	struct vsys_tap *t;

	for_each_tap(v, t, mask) {
		vsys_record_refused(t, v->refusal, 0, 0);
		atomic_inc(&t->session->refused);
	}
}

/* Tap a traced vCPU as the attachments say; called with vsys_lock held. */
static void vcpu_tap(struct kvm_vcpu *vcpu, struct vsys_vcpu *v, struct plan *p)
{
	struct mm_struct *mms[] = { NULL, vcpu->kvm->mm };
	struct vsys_attachment *a;
	struct rhlist_head *pos;
	u8 denied = 0;
	int i;

	lockdep_assert_held(&vsys_lock);
	for (i = 0; i < ARRAY_SIZE(mms); i++)
		vsys_for_each_attachment(a, pos, mms[i])
			if (!session_tap(v, a, p))
				denied |= BIT(a->session->tap_slot);
	if (vsys_views_tidy(v))
		vsys_taps_sum(v);
	v->generation = p->generation;
	WRITE_ONCE(v->denied, denied);
	if (p->retry)
		v->again = jiffies + HZ;
}

/* Tell the sessions of @p that a vCPU has no state; called with vsys_lock held. */
static void vcpu_starve(struct kvm_vcpu *vcpu, struct plan *p)
{
	int i;

	lockdep_assert_held(&vsys_lock);
	/* After the last detach nobody would drop the note: vCPUs are freed without a report. */
	if (!vsys_attachment_wanted(vcpu->kvm) || !p->n || !vsys_starved_note(vcpu))
		return;
	for (i = 0; i < p->n; i++)
		atomic_inc(&p->to[i].session->refused);
}

/* Trace a vCPU whose state has been allocated; called with vsys_lock held. */
static bool vcpu_add(struct kvm_vcpu *vcpu, struct vsys_vcpu *v, struct plan *p)
{
	struct vsys_vm *vm = vsys_vm_find(vcpu->kvm);
	bool added;

	lockdep_assert_held(&vsys_lock);
	if (!vsys_attachment_wanted(vcpu->kvm))
		return false;
	if (!vm) {
		vm = p->vm;
		if (!vm)
			return false;	/* it ended meanwhile; the next exit retries */
		vsys_vm_add(vm);
		p->vm = NULL;
	}
	vm->users++;
	added = vsys_vcpu_add(v, vm, p->first);
	vsys_vm_put(vm);
	if (!added) {
		vcpu_starve(vcpu, p);
		return false;
	}
	vsys_starved_drop(vcpu);
	vcpu_tap(vcpu, v, p);
	return true;
}

/* Does an attachment cover an untraced vCPU, and is it time to try it? */
static bool vcpu_wanted(const struct kvm_vcpu *vcpu)
{
	return vsys_attachment_wanted(vcpu->kvm) && !vsys_starved_waits(vcpu);
}

/* Did the attachments change since @v followed them, or is a retry for a ring due? */
static bool vcpu_behind(const struct vsys_vcpu *v)
{
	return v->generation != READ_ONCE(vsys_attachment_generation) ||
	       (READ_ONCE(v->denied) && time_after_eq(jiffies, v->again));
}

/*
 * Begin to trace a vCPU.  The module stays meanwhile: the thread may wait for memory
 * without a lock.
 */
static noinline struct vsys_vcpu *vcpu_begin(struct kvm_vcpu *vcpu)
{
	struct plan plan = {};
	struct vsys_vcpu *v;
	bool added = false;

	/* It is being unloaded: the attachment is gone. */
	if (!try_module_get(THIS_MODULE))
		return NULL;
	mutex_lock(&vsys_lock);
	plan_make(&plan, vcpu, NULL);
	mutex_unlock(&vsys_lock);
	v = plan_vcpu(&plan, vcpu);
	mutex_lock(&vsys_lock);
	if (v)
		added = vcpu_add(vcpu, v, &plan);
	else
		vcpu_starve(vcpu, &plan);
	mutex_unlock(&vsys_lock);
	plan_free(&plan);
	if (v && !added) {
		vsys_vcpu_drop(v);
		v = NULL;
	}
	module_put(THIS_MODULE);
	return v;
}

/* Make the taps of a traced vCPU follow the attachments. */
static noinline void vcpu_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v)
{
	struct plan plan = {};

	/* If the lock is taken, the next exit retries. */
	if (!mutex_trylock(&vsys_lock))
		return;
	if (!vsys_vcpu_dying(v))
		plan_make(&plan, vcpu, v);
	if (plan.n) {
		mutex_unlock(&vsys_lock);
		plan_taps(&plan);
		mutex_lock(&vsys_lock);
	}
	if (!vsys_vcpu_dying(v))
		vcpu_tap(vcpu, v, &plan);
	mutex_unlock(&vsys_lock);
	plan_free(&plan);
}

/**
 * vsys_follow() - make a vCPU's taps follow the attachments
 * @vcpu: on its own thread, after an exit that KVM has not handled
 * @v: its state, between vsys_vcpu_begin() and vsys_retire_leave(), or NULL
 *
 * Return: its state now, to be left with vsys_retire_leave(), or NULL.
 */
struct vsys_vcpu *vsys_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v)
{
	lockdep_assert_held(&vcpu->mutex);
	if (!v)
		return vcpu_wanted(vcpu) ? vcpu_begin(vcpu) : NULL;
	if (!v->refusal && !vsys_vcpu_dying(v) && vsys_verify(v) && v->refusal)
		refusal_record(v);
	/* Registers are where they are read only if the checks have passed. */
	if (!v->off)
		vsys_regs_request_serve(v->vcpu, &v->regs);
	/* The views of a call stay while its INT n is on its way. */
	if (vcpu_behind(v) && !(v->next_run & VSYS_NEXT_SEND_INT))
		vcpu_follow(vcpu, v);
	return v;
}

/* The attachments have changed: have vCPUs follow them.  Called with vsys_lock held. */
void vsys_follow_changed(void)
{
	lockdep_assert_held(&vsys_lock);
	WRITE_ONCE(vsys_attachment_generation, vsys_attachment_generation + 1);
	vsys_vcpu_changed();
}

/* A tap slot has a new owner, which no vCPU has denied anything.  Called with vsys_lock held. */
void vsys_follow_slot_taken(int tap_slot)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			WRITE_ONCE(v->denied, v->denied & ~BIT(tap_slot));
}
