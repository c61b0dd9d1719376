// SPDX-License-Identifier: GPL-2.0
/*
 * A return finds its call: in the vCPU's own slot (inline in call_tmpl.h), in the
 * machine's table, or in the slot of another vCPU.
 */
#include "leave.h"
#include "pairing.h"
#include "pending.h"
#include "record.h"
#include "vm.h"

/* The return of @call will not be seen. */
void vsys_pairing_unseen(struct vsys_vcpu *v, const struct vsys_call *call)
{
	if (call->info & VSYS_CALL_LEAVES)
		vsys_leave_end(v, call);
	vsys_record_unseen(v, call);
}

/* Add @call to the table.  A call that it replaces there is reported as unseen. */
void vsys_pairing_add(struct vsys_vcpu *v, const struct vsys_call *call)
{
	struct vsys_call replaced;

	if (vsys_pending_add(v->pending, call, &replaced))
		vsys_pairing_unseen(v, &replaced);
}

/* Add a call that is not made yet, under a key that no return has. */
void vsys_pairing_park(struct vsys_vcpu *v, struct vsys_call *call)
{
	local_irq_disable();
	call->key.space |= VSYS_KEY_UNMADE;
	vsys_pairing_add(v, call);
	local_irq_enable();
}

/**
 * vsys_pairing_evict() - move the call in the vCPU's slot to the table
 * @v: the vCPU; its slot is seized
 *
 * The vCPU has switched to another thread, or the call has returned unseen.  In the
 * latter case vsys_pairing_drop_stale() finds it when the same place calls again.
 */
void vsys_pairing_evict(struct vsys_vcpu *v)
{
	lockdep_assert_irqs_disabled();
	vsys_pairing_add(v, &v->slot.call);
	vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
}

/* Is @call, from the same place, the retry of @old? */
static bool is_retry(const struct vsys_call *old, const struct vsys_call *call)
{
	if (old->nr != call->nr)
		return false;
	/* Arguments are read only if rules concern the call. */
	return !(call->info & VSYS_CALL_RULED) ||
	       !memcmp(old->args, call->args, call->nargs * sizeof(old->args[0]));
}

/* Carry the state of @old, an earlier attempt at @call, over. */
static void state_carry(struct vsys_call *call, const struct vsys_call *old)
{
	call->id = old->id;
	call->time = old->time;
	call->sessions = old->sessions;
	call->info |= VSYS_CALL_SPECIAL | (old->info & (VSYS_CALL_LATE | VSYS_CALL_EDITED));
	call->acted = old->acted;
	call->held = old->held;
	call->spent = old->spent;
	call->touches = old->touches;
	call->place = old->place;
	call->newest = old->newest;
	vsys_rule_set_copy(&call->rules, &old->rules);
	vsys_rule_set_copy(&call->undecided, &old->undecided);
}

/**
 * vsys_pairing_drop_stale() - drop pending calls from the place of a new call
 * @v: the vCPU
 * @call: the new call, of the current view
 *
 * A pending call from the same place has returned unseen, or its thread has ended:
 * report it as unseen.  If the new call retries one that was held when a signal
 * came, carry that one's state over.
 *
 * Return: true if this is the resumed call, whose entry has been recorded already.
 */
bool vsys_pairing_drop_stale(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_call *old = &v->other;
	bool again;

	lockdep_assert_irqs_disabled();
	/* It is made in place of one that is parked, perhaps by the same key. */
	if (call->info & VSYS_CALL_TOUCH)
		return true;
	old->view = call->view;
	old->key = call->key;
	old->key.space |= VSYS_KEY_UNMADE;
	again = vsys_pending_take(v->pending, old);
	if (again && !is_retry(old, call)) {
		vsys_pairing_unseen(v, old);
		again = false;
	}
	if (again)
		state_carry(call, old);
	for (;;) {
		old->view = call->view;
		old->key = call->key;
		if (!vsys_pending_take(v->pending, old))
			return again;
		vsys_pairing_unseen(v, old);
	}
}

/* Of several matches the newest is taken; the others have returned unseen. */
static struct vsys_call *find(struct vsys_vcpu *v, const struct vsys_key *back)
{
	struct vsys_call *best = &v->other, *next = &v->another;
	struct vsys_vcpu *w;
	bool found;

	lockdep_assert_irqs_disabled();
	best->key = next->key = *back;
	best->view = next->view = v->view->index;
	found = vsys_pending_take(v->pending, best);
	list_for_each_entry_rcu(w, &v->vm->vcpus, link, true) {
		/* The vCPU's own, too, which is not seized: now the thread is known. */
		if (!vsys_slot_steal(&w->slot, next))
			continue;
		if (found)
			vsys_pairing_unseen(v, best->time < next->time ? best : next);
		if (!found || best->time < next->time)
			swap(best, next);
		next->key = *back;
		next->view = v->view->index;
		found = true;
	}
	return found ? best : NULL;
}

/**
 * vsys_pairing_find() - find the call of a return that is not plainly the one in the slot
 * @v: the vCPU, with the view of the call
 * @back: the target of the return
 *
 * A call that left its address space is found by its task.  It may be gone: while it returns
 * on another vCPU it does not pend.
 *
 * Return: the call, valid until the next trap of @v, or NULL.
 */
struct vsys_call *vsys_pairing_find(struct vsys_vcpu *v, const struct vsys_key *back)
{
	struct vsys_call *call = find(v, back);
	struct vsys_key key;

	if (unlikely(!call && READ_ONCE(v->leave_pends)) && vsys_leave_find(v, back, &key))
		call = find(v, &key);
	return call;
}

/**
 * vsys_pairing_put_back() - make a call pending again
 * @v: the vCPU
 * @call: the call in the vCPU's seized slot, or another one
 */
void vsys_pairing_put_back(struct vsys_vcpu *v, struct vsys_call *call)
{
	lockdep_assert_irqs_disabled();
	if (call == &v->slot.call) {
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
		return;
	}
	vsys_pairing_add(v, call);
}

/**
 * vsys_pairing_forget() - remove detached sessions from pending calls
 * @vm: the machine; its vCPUs do not use the sessions' taps any more
 * @sessions: bit mask of the sessions
 *
 * Called with vsys_lock held.
 */
void vsys_pairing_forget(struct vsys_vm *vm, u8 sessions)
{
	struct vsys_vcpu *v;

	lockdep_assert_held(&vsys_lock);
	vsys_pending_forget(vm->pending, sessions);
	vsys_leave_forget(vm, sessions);
	list_for_each_entry(v, &vm->vcpus, link) {
		local_irq_disable();	/* another vCPU may spin on the slot */
		if (vsys_slot_seize(&v->slot)) {
			vsys_call_forget(&v->slot.call, sessions);
			vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
		}
		local_irq_enable();
	}
}
