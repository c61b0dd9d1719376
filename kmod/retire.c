// SPDX-License-Identifier: GPL-2.0
/*
 * Destroy taps and vCPUs that no attachment covers any more.  The thread that unlinks them
 * destroys them, unless the vCPU's thread is in the slow path, where it may sleep for as
 * long as its process likes.  Then the vCPU's thread does, when it leaves.
 */
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/wait.h>

#include "kick.h"
#include "pairing.h"
#include "record.h"
#include "retire.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"
#include "view.h"
#include "vm.h"

static DECLARE_WAIT_QUEUE_HEAD(left);	/* until vsys_session.leaving is 0 */

/* End a tap that its vCPU no longer writes to; its ring stays until it is read. */
static void tap_destroy(struct vsys_tap *tap)
{
	lockdep_assert_held(&vsys_lock);
	vsys_record_plain(tap, VSYS_REC_DETACH);
	vsys_tap_destroy(tap);
}

/**
 * vsys_retire_tap() - destroy a tap, or have the vCPU's thread do it
 * @v: the vCPU, kicked after the tap was removed from v->taps
 * @tap: the tap
 *
 * Called with vsys_lock held.
 */
void vsys_retire_tap(struct vsys_vcpu *v, struct vsys_tap *tap)
{
	bool inside;

	lockdep_assert_held(&vsys_lock);
	raw_spin_lock(&v->lock);
	inside = v->inside;
	if (inside) {
		tap->next = v->leaving;
		v->leaving = tap;
	}
	raw_spin_unlock(&v->lock);
	if (inside)
		WRITE_ONCE(tap->session->leaving, tap->session->leaving + 1);
	else
		tap_destroy(tap);
}

static void vcpu_destroy(struct vsys_vcpu *v)
{
	struct vsys_session *s = v->awaited;

	lockdep_assert_held(&vsys_lock);
	vsys_views_free(v);
	vsys_vcpu_destroy(v);
	if (!s)
		return;
	WRITE_ONCE(s->leaving, s->leaving - 1);
	wake_up_all(&left);
	vsys_session_put(s);
}

/**
 * vsys_retire_vcpu() - free a vCPU that no attachment covers, or have its thread do it
 * @v: the vCPU; @off was set before the last vsys_vm_kick(), so it is not armed again
 * @s: the last session that traced it, which may wait for that; or NULL
 *
 * Called with vsys_lock held.
 */
void vsys_retire_vcpu(struct vsys_vcpu *v, struct vsys_session *s)
{
	bool idle;

	lockdep_assert_held(&vsys_lock);
	raw_spin_lock(&v->lock);
	/* An exit on its way to the slow path may be a SYSRET: KVM cannot emulate it. */
	idle = !v->inside && !READ_ONCE(v->slow);
	v->dead = idle;
	raw_spin_unlock(&v->lock);
	if (idle) {
		vcpu_destroy(v);
	} else if (!v->awaited && s) {
		v->awaited = vsys_session_get(s);
		WRITE_ONCE(s->leaving, s->leaving + 1);
	}
}

/* Free a vCPU that KVM frees: it does not run again.  Called with vsys_lock held. */
void vsys_retire_gone(struct vsys_vcpu *v)
{
	struct vsys_tap *tap;
	int i;

	lockdep_assert_held(&vsys_lock);
	for (i = 0; i < VSYS_SESSIONS; i++) {
		tap = vsys_vcpu_tap(v, i);
		if (!tap)
			continue;
		vsys_tap_set(v, i, NULL);
		tap_destroy(tap);
	}
	WARN_ON_ONCE(v->inside || v->leaving);
	v->dead = true;
	vcpu_destroy(v);
}

static noinline void leave_slow(struct vsys_vcpu *v)
{
	struct vsys_session *s;
	struct vsys_tap *tap;

	mutex_lock(&vsys_lock);
	while ((tap = v->leaving)) {
		s = tap->session;
		v->leaving = tap->next;
		vsys_pairing_forget(v->vm, tap->bit);
		WRITE_ONCE(s->leaving, s->leaving - 1);
		tap_destroy(tap);
	}
	raw_spin_lock(&v->lock);
	v->inside = false;
	raw_spin_unlock(&v->lock);
	if (vsys_vcpu_dying(v))
		vsys_retire_vcpu(v, NULL);
	mutex_unlock(&vsys_lock);
	wake_up_all(&left);
}

/**
 * vsys_retire_leave() - end the slow path: the vCPU's thread uses the taps no more
 * @v: the vCPU, after vsys_vcpu_begin() or vsys_vcpu_enter(); it may be freed unless
 *     v->slow is set
 */
void vsys_retire_leave(struct vsys_vcpu *v)
{
	bool more;

	raw_spin_lock(&v->lock);
	more = v->leaving || vsys_vcpu_dying(v);
	v->inside = more;
	raw_spin_unlock(&v->lock);
	if (unlikely(more))
		leave_slow(v);
}

/**
 * vsys_retire_wait() - wait until no vCPU's thread uses a tap of a session
 * @s: the session, detached
 * @timeout: in jiffies
 *
 * Return: as wait_event_killable_timeout() does.
 */
long vsys_retire_wait(const struct vsys_session *s, long timeout)
{
	lockdep_assert_not_held(&vsys_lock);
	return wait_event_killable_timeout(left, !READ_ONCE(s->leaving), timeout);
}

/* Make all vCPUs of @vm exit; called with vsys_lock held. */
void vsys_vm_kick(struct vsys_vm *vm)
{
	struct vsys_vcpu *v;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry(v, &vm->vcpus, link)
		vsys_kick_vcpu(v->vcpu);
}
