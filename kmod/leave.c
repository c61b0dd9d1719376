// SPDX-License-Identifier: GPL-2.0
/*
 * Calls that return to another address space than they are made in: Linux' execve.  Their
 * arguments are read at the entry, or, where memory was absent, right before the guest
 * leaves that space: its kernel has read them by then.  Their returns have another key,
 * so they are found by their task.  A rule whose string was absent cannot act any more where
 * the call leaves; this is recorded, unless the string tells that the rule does not match.
 *
 * While such a call pends vsys_vcpu.leave_pends is set on all vCPUs of the machine, as its
 * thread may move: returns by IRET exit, and as long as captures are due loads of the
 * page-table root.
 */
#include <linux/time64.h>

#include "call.h"
#include "clock.h"
#include "kick.h"
#include "leave.h"
#include "more.h"
#include "record.h"
#include "rewrite/undecided.h"
#include "uring.h"
#include "view_switch.h"
#include "vm.h"

#define LEAVE_NS	(30ULL * NSEC_PER_SEC)	/* then a call does not count any more */

/* Bring vsys_vcpu.leave_pends of all vCPUs up to date. */
static void pends_update(struct vsys_vm *vm)
{
	struct vsys_vcpu *v;
	u8 pends = 0;
	int i;

	lockdep_assert_held(&vm->leave.lock);
	for (i = 0; i < VSYS_LEAVERS; i++)
		if (vm->leave.used & BIT(i))
			pends |= VSYS_LEAVE_RETURN |
				 (vm->leave.at[i].late ? VSYS_LEAVE_SPACE : 0);
	list_for_each_entry_rcu(v, &vm->vcpus, link, true)
		WRITE_ONCE(v->leave_pends, pends);
}

/* The call at @i goes; the rules that it leaves undecided are told in the end. */
static void leaver_goes(const struct vsys_leave *l, int i, struct vsys_call *gone)
{
	const struct vsys_leaver *at = &l->at[i];

	lockdep_assert_held(&l->lock);
	if (l->used & BIT(i) && !at->by && vsys_rule_set_any(&at->call.undecided))
		vsys_call_copy(gone, &at->call);
}

static void leaver_drop(struct vsys_vm *vm, int i, struct vsys_call *gone)
{
	leaver_goes(&vm->leave, i, gone);
	vm->leave.used &= ~BIT(i);
	pends_update(vm);
}

/* After leaver_goes(), without the lock. */
static void leaver_dropped(struct vsys_vcpu *v, struct vsys_call *gone)
{
	lockdep_assert_not_held(&v->vm->leave.lock);
	if (vsys_rule_set_any(&gone->undecided))
		vsys_undecided_give_up(v, gone);
}

/* Its thread has ended, or its kernel waits for long. */
static bool leaver_outdated(const struct vsys_leaver *at)
{
	return vsys_clock_now() - at->call.time > LEAVE_NS;
}

/* Is @v about to make the call at @i, which is one of @view? */
static bool leaver_of(const struct vsys_leave *l, int i, const struct vsys_vcpu *v, u16 view)
{
	return l->used & BIT(i) && l->at[i].by == v && l->at[i].call.view == view;
}

/* The place of @v's next call: the one it has, a free or outdated one, or the oldest. */
static struct vsys_leaver *place_for(struct vsys_leave *l, const struct vsys_vcpu *v,
				     u16 view, struct vsys_call *gone)
{
	int i, best = -1;

	lockdep_assert_held(&l->lock);
	for (i = 0; i < VSYS_LEAVERS; i++)
		if (leaver_of(l, i, v, view))
			return &l->at[i];
	for (i = 0; i < VSYS_LEAVERS; i++) {
		if (!(l->used & BIT(i)) || leaver_outdated(&l->at[i]))
			break;
		if (best < 0 || l->at[i].call.time < l->at[best].call.time)
			best = i;
	}
	if (i < VSYS_LEAVERS)
		best = i;
	leaver_goes(l, best, gone);
	l->used |= BIT(best);
	return &l->at[best];
}

/**
 * vsys_leave_expect() - a call that may leave its address space is about to be made
 * @v: the vCPU, where sleeping is allowed
 * @call: the call, of any view
 */
void vsys_leave_expect(struct vsys_vcpu *v, const struct vsys_call *call)
{
	struct vsys_leave *l = &v->vm->leave;
	struct vsys_call gone = {};
	struct vsys_leaver *at;
	struct vsys_vcpu *w;
	u8 was, more;

	might_sleep();
	if ((!call->sessions && !(call->info & VSYS_CALL_RULED)) ||
	    (!(call->info & VSYS_CALL_LATE) && !call->key.task))
		return;
	local_irq_disable();
	raw_spin_lock(&l->lock);
	at = place_for(l, v, call->view, &gone);
	at->by = v;
	at->late = call->info & VSYS_CALL_LATE;
	at->call.id = 0;
	at->call.view = call->view;
	at->call.time = vsys_clock_now();
	was = v->leave_pends;
	pends_update(v->vm);
	more = v->leave_pends & ~was;
	raw_spin_unlock(&l->lock);
	local_irq_enable();
	leaver_dropped(v, &gone);
	if (!more)
		return;
	/* The thread may move at once to a vCPU that runs on and on. */
	rcu_read_lock();
	list_for_each_entry_rcu(w, &v->vm->vcpus, link)
		if (w != v)
			vsys_kick_vcpu(w->vcpu);
	rcu_read_unlock();
}

/* The call is made, see vsys_leave_expect(); interrupts are off. */
void vsys_leave_begin(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_leave *l = &v->vm->leave;
	int i;

	lockdep_assert_irqs_disabled();
	if (!(call->info & VSYS_CALL_RULED))
		vsys_rule_set_clear(&call->undecided);
	raw_spin_lock(&l->lock);
	for (i = 0; i < VSYS_LEAVERS; i++) {
		if (!leaver_of(l, i, v, call->view))
			continue;
		vsys_call_copy(&l->at[i].call, call);
		l->at[i].call.time = vsys_clock_now();	/* it may have been held for long */
		l->at[i].late = call->info & VSYS_CALL_LATE;
		l->at[i].by = NULL;
		vsys_rule_set_clear(&call->undecided);	/* the copy has them */
	}
	raw_spin_unlock(&l->lock);
}

/* The address space as the view with this index sees it. */
static u64 space_of(const struct vsys_vcpu *v, const struct vsys_state *st, u16 view)
{
	const struct vsys_other *o = vsys_view_of(v, view);

	return o ? vsys_state_space(st, o->view.space_mask) : st->space;
}

/* Copy the call at @i if its captures are due in this address space. */
static bool leaver_due(struct vsys_vcpu *v, int i, const struct vsys_state *st,
		       struct vsys_call *call)
{
	struct vsys_vm *vm = v->vm;
	struct vsys_leaver *at = &vm->leave.at[i];
	struct vsys_call gone = {};
	unsigned long flags;
	bool due = false;

	raw_spin_lock_irqsave(&vm->leave.lock, flags);
	if (vm->leave.used & BIT(i)) {
		due = !at->by && at->late &&
		      at->call.key.space == space_of(v, st, at->call.view);
		if (due)
			vsys_call_copy(call, &at->call);
		if (!due && leaver_outdated(at))
			leaver_drop(vm, i, &gone);
	}
	raw_spin_unlock_irqrestore(&vm->leave.lock, flags);
	leaver_dropped(v, &gone);
	return due;
}

/* The captures of @call are whole: record them, unless another vCPU was first. */
static void leaver_captured(struct vsys_vcpu *v, int i, struct vsys_call *call)
{
	struct vsys_leaver *at = &v->vm->leave.at[i];
	struct vsys_call gone = {};
	unsigned long flags;
	bool first;

	if (vsys_rule_set_any(&call->undecided))
		vsys_undecided_late(v, call);
	raw_spin_lock_irqsave(&v->vm->leave.lock, flags);
	first = v->vm->leave.used & BIT(i) && at->call.id == call->id &&
		at->call.view == call->view && at->late;
	if (first) {
		at->late = false;
		vsys_rule_set_copy(&at->call.undecided, &call->undecided);
		call->sessions = at->call.sessions;
		vsys_record_more(v, call, VSYS_REC_LATE);
		vsys_record_late(v, call);
		if (at->call.key.task)
			pends_update(v->vm);
		else
			leaver_drop(v->vm, i, &gone);
	}
	raw_spin_unlock_irqrestore(&v->vm->leave.lock, flags);
	leaver_dropped(v, &gone);
}

/* Capture the call at @i, of the current view. */
static bool leaver_capture(struct vsys_vcpu *v, int i, struct vsys_call *call, u64 root,
			   bool atomic)
{
	if (vsys_rule_set_any(&call->undecided) && atomic)
		return false;	/* patterns take their time */
	vsys_mem_begin(&v->mem, root | VSYS_WHO_USER, atomic);
	if (!vsys_call_capture_late(v, call))
		return false;
	if (!v->capture.gap)
		leaver_captured(v, i, call);
	return true;
}

/**
 * vsys_leave_capture() - the guest is about to load another page-table root
 * @v: the vCPU; it is not at a trap, and its captures are not in use
 * @st: its state, in the present address space
 * @root: that one's root, see vsys_mem_begin()
 * @atomic: on the fast path
 *
 * Return: false: retry where sleeping is allowed.
 */
bool vsys_leave_capture(struct vsys_vcpu *v, const struct vsys_state *st, u64 root, bool atomic)
{
	struct vsys_call *call = &v->other;
	struct vsys_other *o;
	int i, due = 0;
	bool done;

	for (i = 0; i < VSYS_LEAVERS; i++) {
		if (!leaver_due(v, i, st, call))
			continue;
		if (due++ && atomic)
			return false;	/* one budget with interrupts off, see vsys_mem_begin() */
		o = vsys_view_of(v, call->view);
		if (!o && call->view != v->first.index)
			continue;	/* its sessions do not trace this vCPU */
		if (o && atomic)
			return false;
		if (o)
			vsys_view_enter(v, o);
		done = leaver_capture(v, i, call, root, atomic);
		if (o)
			vsys_view_leave(v, o);
		if (!done)
			return false;
	}
	return true;
}

/**
 * vsys_leave_find() - find the call of a return to another address space
 * @v: the vCPU, with the view of the call
 * @back: the target of the return, with its task
 * @key: out: that of the call
 */
bool vsys_leave_find(struct vsys_vcpu *v, const struct vsys_key *back, struct vsys_key *key)
{
	struct vsys_leave *l = &v->vm->leave;
	struct vsys_call gone = {};
	bool found = false;
	int i;

	lockdep_assert_irqs_disabled();
	raw_spin_lock(&l->lock);
	for (i = 0; i < VSYS_LEAVERS; i++) {
		const struct vsys_leaver *at = &l->at[i];

		if (!(l->used & BIT(i)))
			continue;
		/* Its thread was killed: nobody else would notice, and each IRET exits. */
		if (leaver_outdated(at) && !vsys_rule_set_any(&gone.undecided)) {
			leaver_drop(v->vm, i, &gone);
			continue;
		}
		if (at->by || !back->task || at->call.key.task != back->task ||
		    at->call.key.space == back->space || at->call.view != v->view->index)
			continue;
		*key = at->call.key;
		found = true;
	}
	raw_spin_unlock(&l->lock);
	leaver_dropped(v, &gone);
	return found;
}

/* The place of the call, or -1. */
static int leaver_find(const struct vsys_leave *l, const struct vsys_call *call)
{
	int i;

	lockdep_assert_held(&l->lock);
	for (i = 0; i < VSYS_LEAVERS; i++)
		if (l->used & BIT(i) && !l->at[i].by && l->at[i].call.id == call->id &&
		    l->at[i].call.view == call->view)
			return i;
	return -1;
}

/**
 * vsys_leave_return() - such a call returns
 * @v: the vCPU
 * @call: the call; it is not VSYS_CALL_LATE any more if a record has its late captures, or
 *	and its rules need none, or if its arguments do not belong to the address space it
 *	returns to
 * @space: that one
 */
void vsys_leave_return(struct vsys_vcpu *v, struct vsys_call *call, u64 space)
{
	struct vsys_leave *l = &v->vm->leave;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&l->lock, flags);
	i = leaver_find(l, call);
	if (i >= 0) {
		/* A return that is retried has its own already. */
		vsys_rule_set_or(&call->undecided, &l->at[i].call.undecided);
		vsys_rule_set_clear(&l->at[i].call.undecided);
	}
	if (call->key.space != space || (i >= 0 && !l->at[i].late && !vsys_rule_set_any(&call->undecided)))
		call->info &= ~VSYS_CALL_LATE;
	raw_spin_unlock_irqrestore(&l->lock, flags);
	if (call->key.space != space)
		vsys_urings_forget(v->vm->urings, call->key.space);
}

/* The call has returned, or its return will not be seen. */
void vsys_leave_end(struct vsys_vcpu *v, const struct vsys_call *call)
{
	struct vsys_leave *l = &v->vm->leave;
	struct vsys_call gone = {};
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&l->lock, flags);
	i = leaver_find(l, call);
	if (i >= 0)
		leaver_drop(v->vm, i, &gone);
	raw_spin_unlock_irqrestore(&l->lock, flags);
	leaver_dropped(v, &gone);
}

/* See vsys_pairing_forget(). */
void vsys_leave_forget(struct vsys_vm *vm, u8 sessions)
{
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&vm->leave.lock, flags);
	for (i = 0; i < VSYS_LEAVERS; i++)
		vsys_call_forget(&vm->leave.at[i].call, sessions);
	raw_spin_unlock_irqrestore(&vm->leave.lock, flags);
}
