// SPDX-License-Identifier: GPL-2.0
/*
 * A call that rules concern stops at its entry and at its return.  One session after
 * the other applies its rules, then holds the call if one of them says so.
 */
#include "arch.h"
#include "call.h"
#include "kind.h"
#include "more.h"
#include "pairing.h"
#include "record.h"
#include "rewrite/each.h"
#include "rewrite/edit.h"
#include "rewrite/guest_rw.h"
#include "rewrite/hold.h"
#include "rewrite/match.h"
#include "rewrite/rule.h"
#include "rewrite/rule_table.h"
#include "rewrite/stop.h"
#include "rewrite/touch.h"
#include "rewrite/undecided.h"
#include "task.h"
#include "view.h"
#include "vm.h"

static void stop_begin(struct vsys_stop *stop)
{
	stop->rule = 0;
	vsys_mem_begin(&stop->v->mem, stop->root, false);
}

/**
 * vsys_stop_verdict() - apply the verdict to the call
 * @stop: the stop
 * @verdict: enum vsys_verdict
 * @result: its result, if it has one
 *
 * Return: 0, -EINVAL for a verdict that this stop does not allow, -EOPNOTSUPP: see
 * vsys_skip_call().
 */
int vsys_stop_verdict(struct vsys_stop *stop, u32 verdict, u64 result)
{
	int err;

	if (verdict == VSYS_CONTINUE)
		return result ? -EINVAL : 0;
	if (verdict != (stop->at == VSYS_AT_ENTRY ? VSYS_SKIP : VSYS_RESULT))
		return -EINVAL;
	if (verdict == VSYS_RESULT) {
		vsys_edit_result(stop, result);
		return 0;
	}
	err = vsys_skip_call(stop, result);
	stop->skipped = !err;
	return err;
}

static int action_do(struct vsys_stop *stop, const struct vsys_act *a, const void *data,
		     struct vsys_rec_edit *failed)
{
	int err = 0;

	switch (a->what) {
	case VSYS_ACT_SKIP:
		failed->what = VSYS_EDIT_SKIP;
		failed->value = a->value;
		err = vsys_stop_verdict(stop, VSYS_SKIP, a->value);
		break;
	case VSYS_ACT_RESULT:
		vsys_edit_result(stop, a->value);
		break;
	case VSYS_ACT_ARG:
		failed->what = VSYS_EDIT_ARG;
		failed->index = a->index;
		failed->value = a->value;
		err = vsys_edit_arg(stop, a->index, a->value, &failed->addr);
		break;
	case VSYS_ACT_POKE:
		failed->what = VSYS_EDIT_MEM;
		failed->bytes = a->bytes;
		err = vsys_edit_poke(stop, a, data, &failed->addr);
		break;
	}
	return err;
}

/* Record that @r, or NULL if it was removed, has failed; drop it for this call. */
static void rule_fail(struct vsys_stop *stop, struct vsys_rule_own *r, int err,
		      struct vsys_rec_edit *failed)
{
	failed->error = -err;
	vsys_edit_record(stop, failed, NULL, NULL);
	if (!r)
		return;
	atomic64_inc(&r->failed);
	atomic_set(&r->error, -err);
	vsys_rule_drop(stop->call, &stop->call->rules, r);
}

/*
 * An action that was due at the entry, where the rule's string was absent.  The call was
 * made meanwhile; only its result can still be what the rule says.
 */
static void act_late(struct vsys_stop *stop, struct vsys_rule_own *r, const struct vsys_act *a)
{
	if (a->what == VSYS_ACT_SKIP)
		vsys_edit_result(stop, a->value);
	else if (vsys_rule_has(stop->call, &stop->call->undecided, r))
		vsys_undecided_record(stop->v, stop->call, r, r->in.glob_arg);
}

/* Do the actions of one rule for this stop. */
static void rule_act(struct vsys_stop *stop, struct vsys_rule_own *r)
{
	bool late = stop->at == VSYS_AT_RETURN &&
		    vsys_rule_has(stop->call, &stop->call->undecided, r);
	struct vsys_rec_edit failed = {};
	int err = 0;
	u32 i;

	stop->rule = r->in.id;
	for (i = 0; i < r->in.nacts && !err && !stop->skipped; i++) {
		if (r->acts[i].at == stop->at)
			err = action_do(stop, &r->acts[i], r->data[i], &failed);
		else if (late)
			act_late(stop, r, &r->acts[i]);
	}
	if (err)
		rule_fail(stop, r, err, &failed);
}

/* The deadline of a hold has passed.  Its session may have been closed. */
static void deadline_act(struct vsys_stop *stop, const struct vsys_session *s,
			 const struct vsys_hold_terms *terms)
{
	struct vsys_rec_edit failed = { .what = VSYS_EDIT_SKIP, .value = terms->result };
	struct vsys_rule_own *r = vsys_rule_get_id(s, terms->rule);
	int err;

	stop->rule = terms->rule;
	err = vsys_stop_verdict(stop, terms->verdict, terms->result);
	if (err)
		rule_fail(stop, r, err, &failed);
	if (r)
		vsys_rule_put(r);
}

/* Does a rule of @s hold the call at this stop? */
static bool hold_find(const struct vsys_stop *stop, const struct vsys_session *s,
		      struct vsys_hold_terms *terms)
{
	bool found = false;
	struct vsys_rule_own *r;
	const struct vsys_act *a;
	u64 id = 0;

	while (!found && (r = vsys_rule_next(stop->call, s, id))) {
		id = r->in.id;
		for (a = r->acts; a < r->acts + r->in.nacts && !found; a++) {
			if (a->at != stop->at || a->what != VSYS_ACT_HOLD)
				continue;
			terms->rule = id;
			terms->ms = a->ms ?: VSYS_HOLD_MS;
			terms->verdict = a->index;
			terms->result = a->value;
			found = true;
		}
		vsys_rule_put(r);
	}
	return found;
}

/*
 * Let the session of @tap act; false if the call must be retried, after a signal or when
 * KVM's ring of dirty pages has room for the session's writes.
 */
static bool session_act(struct vsys_stop *stop, const struct vsys_tap *tap)
{
	struct vsys_session *s = tap->session;
	struct vsys_call *call = stop->call;
	struct vsys_hold_terms terms;
	u8 bit = 1U << stop->tap_slot;
	u32 event;

	if (vsys_dirty_full(stop->v->vcpu))
		return false;
	if (!(call->acted & bit)) {
		struct vsys_rule_own *r;
		u64 id = 0;

		while (!stop->skipped && (r = vsys_rule_next(call, s, id))) {
			id = r->in.id;
			rule_act(stop, r);
			vsys_rule_put(r);
		}
		call->acted |= bit;
	}
	if (stop->skipped || call->held & bit || !hold_find(stop, s, &terms))
		return true;
	stop_begin(stop);
	event = vsys_hold_call(stop, s, &terms);
	if (event == VSYS_HOLD_SIGNAL)
		return false;
	if (event == VSYS_HOLD_DEADLINE)
		deadline_act(stop, s, &terms);
	call->held |= bit;
	call->spent = 0;
	return true;
}

/* The index in taps[] of the session that acts after the one of rank @order, or -1. */
static int session_next(struct vsys_vcpu *v, u64 order)
{
	u64 best = U64_MAX;
	int i, ret = -1;

	for (i = 0; i < VSYS_SESSIONS; i++) {
		const struct vsys_tap *tap = vsys_vcpu_tap(v, i);

		if (tap && tap->session->order > order && tap->session->order < best) {
			best = tap->session->order;
			ret = i;
		}
	}
	return ret;
}

/* Forget sessions and rules that disappeared while the call was held or pending. */
static void call_refresh(struct vsys_stop *stop)
{
	vsys_call_forget(stop->call, ~READ_ONCE(stop->v->tapped));
	vsys_rule_forget(stop->call);
}

static void call_watch(struct vsys_stop *stop)
{
	call_refresh(stop);
	stop->v->witnesses |= stop->call->sessions;
}

static void call_edited(struct vsys_stop *stop)
{
	stop->call->info |= VSYS_CALL_EDITED;
}

/* Let the session of @tap act on the call as its view has it. */
static bool tap_act(struct vsys_stop *stop, const struct vsys_tap *tap)
{
	struct vsys_other *o = vsys_view_of(stop->v, tap->profile);
	struct vsys_call *call = stop->call;
	bool done;

	if (o ? !o->here : !call)
		return true;
	if (o) {
		stop->call = &o->call;
		vsys_view_enter(stop->v, o);
	}
	stop_begin(stop);
	call_refresh(stop);
	done = session_act(stop, tap);
	if (o)
		vsys_view_leave(stop->v, o);
	stop->call = call;
	return done;
}

/* Let all sessions act; false if the call must be retried after a signal. */
static bool sessions_act(struct vsys_stop *stop)
{
	struct vsys_vcpu *v = stop->v;
	const struct vsys_tap *tap;
	u32 edits = v->edits;
	bool done = true;
	u64 order = 0;
	int tap_slot;

	stop->notified = jiffies;
	v->witnesses = 0;
	vsys_stop_each(stop, call_watch);
	while (done && !stop->skipped && (tap_slot = session_next(v, order)) >= 0) {
		tap = vsys_vcpu_tap(v, tap_slot);
		if (!tap)
			continue;	/* just detached */
		order = tap->session->order;
		stop->tap_slot = tap_slot;
		done = tap_act(stop, tap);
	}
	vsys_stop_each(stop, call_refresh);
	if (v->edits != edits)
		vsys_stop_each(stop, call_edited);
	return done;
}

/* Park the call as its retry after the signal will show it. */
static void call_park_retry(struct vsys_stop *stop)
{
	vsys_kind_edited(stop->v, stop->call, stop->st->code64);
	vsys_abi_args(stop->v, stop->call);
	vsys_pairing_park(stop->v, stop->call);
}

/* Record the return of a call that is not made. */
static void skip_record(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call;

	call->info |= VSYS_CALL_SKIPPED;
	vsys_capture_none(&stop->v->capture);
	local_irq_disable();
	vsys_record_return(stop->v, call, call->door,
			   vsys_abi_result(stop->v->vcpu, call->abi), false);
	local_irq_enable();
}

/* A new stop of the call begins: nobody has acted. */
static void acts_none(struct vsys_call *call)
{
	call->acted = 0;
	call->held = 0;
	call->spent = 0;
	call->touches = 0;
}

/* The call is made again, with strings that were absent: record them, and decide. */
static void touched_begin(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call;
	struct vsys_vcpu *v = stop->v;

	stop_begin(stop);
	vsys_call_capture_late(v, call);
	vsys_undecided_again(v, call);
	/* Others may yet be read before the call leaves or returns; if it is made. */
	if (v->capture.gap && !vsys_rule_set_any(&call->rules))
		return;
	local_irq_disable();
	vsys_record_more(v, call, VSYS_REC_LATE);
	vsys_record_late(v, call);
	local_irq_enable();
	call->info &= ~VSYS_CALL_LATE;
}

/* Record the entry and find its rules, unless it is a retry. */
static void entry_begin(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call;
	struct vsys_vcpu *v = stop->v;
	bool again;

	local_irq_disable();
	again = vsys_pairing_drop_stale(v, call);
	if (!again) {
		vsys_record_more(v, call, VSYS_REC_ENTRY);
		vsys_record_entry(v, call, stop->rip, false);
	}
	local_irq_enable();
	if (again) {
		if (vsys_rule_set_any(&call->undecided) && call->touches)
			touched_begin(stop);
		return;
	}
	acts_none(call);
	vsys_match_entry(v, call);
}

/* The call is not made, or not now. */
static void others_drop(struct vsys_vcpu *v)
{
	struct vsys_other *o;

	for (o = v->others; o; o = o->next)
		o->here = false;
}

/**
 * vsys_stop_entry() - stop a call at its entry
 * @v: the vCPU; the call is in its slot, its captures are v->capture
 * @st: the state at the instruction; the caller stores it, whatever is returned
 * @root: see vsys_mem_begin()
 * @len: bytes of the instruction
 *
 * Writes the record of the entry.
 */
enum vsys_stop_end vsys_stop_entry(struct vsys_vcpu *v, struct vsys_state *st,
				   u64 root, u8 len)
{
	struct vsys_stop stop = {
		.v = v, .st = st, .call = &v->slot.call, .root = root, .rip = st->rip,
		.at = VSYS_AT_ENTRY, .len = len,
	};
	enum vsys_stop_end end;

	might_sleep();
	vsys_views_call(v, st, root);
	vsys_stop_each(&stop, entry_begin);
	if (unlikely(vsys_rule_set_any(&stop.call->undecided))) {
		end = vsys_touch_begin(&stop);
		if (end != VSYS_STOP_RETRY)
			return end;
	}
	if (sessions_act(&stop) && !stop.skipped)
		return VSYS_STOP_GO;
	if (stop.skipped) {
		vsys_stop_each(&stop, skip_record);
	} else {
		st->rip = stop.rip;
		stop_begin(&stop);
		vsys_stop_each(&stop, call_park_retry);
	}
	others_drop(v);
	return stop.skipped ? VSYS_STOP_SKIP : VSYS_STOP_RETRY;
}

/* Make a call pending again whose return is retried after a signal. */
static void call_put_back(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call;
	struct vsys_vcpu *v = stop->v;

	local_irq_disable();
	call->info |= VSYS_CALL_AWAY;
	/* IRET exits while the slot has a call. */
	if (v->view == &v->first && vsys_slot_free(&v->slot)) {
		vsys_call_copy(&v->slot.call, call);
		/* The next call must not inherit its thread. */
		vsys_task_expire(v);
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
	} else {
		vsys_pairing_put_back(v, call);
	}
	local_irq_enable();
}

/* Find the rules that act at the return, unless it is retried. */
static void return_begin(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call;

	call_refresh(stop);
	if (!(call->info & VSYS_CALL_AWAY)) {
		acts_none(call);
		if (unlikely(vsys_rule_set_any(&call->undecided)))
			vsys_undecided_return(stop->v, call, vsys_stop_left(stop));
		vsys_match_return(stop->v, call, vsys_abi_result(stop->v->vcpu, call->abi));
	}
	call->info &= ~VSYS_CALL_AWAY;
}

static void return_capture(struct vsys_stop *stop)
{
	stop_begin(stop);
	vsys_call_capture_return(stop->v, stop->call,
				 vsys_abi_result(stop->v->vcpu, stop->call->abi));
}

/**
 * vsys_stop_return() - stop a call at its return
 * @v: the vCPU; v->capture has the captures of the return, in each view
 * @st: the state before the return
 * @call: the call of the first view, not pending any more, or NULL
 * @root: see vsys_mem_begin()
 * @back: the target of the return
 *
 * Return: VSYS_STOP_RETRY if the call is pending again, or VSYS_STOP_GO.
 */
enum vsys_stop_end vsys_stop_return(struct vsys_vcpu *v, struct vsys_state *st,
				    struct vsys_call *call, u64 root,
				    const struct vsys_key *back)
{
	struct vsys_stop stop = {
		.v = v, .st = st, .call = call, .root = root, .back = back,
		.at = VSYS_AT_RETURN,
	};
	u32 edits = v->edits;

	might_sleep();
	vsys_stop_each(&stop, return_begin);
	if (!sessions_act(&stop)) {
		vsys_stop_each(&stop, call_put_back);
		others_drop(v);
		return VSYS_STOP_RETRY;
	}
	if (v->edits != edits)
		vsys_stop_each(&stop, return_capture);
	return VSYS_STOP_GO;
}
