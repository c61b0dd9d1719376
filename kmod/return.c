// SPDX-License-Identifier: GPL-2.0
/*
 * A call returns, where sleeping is allowed: in each view it is captured, rules act, and it
 * is recorded.  The record of the first view follows in call_tmpl.h.
 */
#include "arch.h"
#include "call.h"
#include "leave.h"
#include "more.h"
#include "pairing.h"
#include "record.h"
#include "return.h"
#include "rewrite/stop.h"
#include "rewrite/touch.h"
#include "task.h"
#include "view.h"

/**
 * vsys_return_take() - take the calls that return now, of all views but the first
 * @v: the vCPU
 * @st: the state before the return
 * @back: the target of the return
 * @root: see vsys_mem_begin()
 */
void vsys_return_take(struct vsys_vcpu *v, const struct vsys_state *st,
		      const struct vsys_key *back, u64 root)
{
	const struct vsys_call *call;
	struct vsys_key key = *back;
	struct vsys_other *o;

	if (static_branch_unlikely(&vsys_tasks_known.key))
		vsys_task_wait(v, root);
	local_irq_disable();
	if (static_branch_unlikely(&vsys_tasks_known.key) && v->others)
		vsys_task_key(v, root, &key.task);
	for (o = v->others; o; o = o->next) {
		vsys_view_enter(v, o);
		key.space = vsys_state_space(st, o->view.space_mask);
		call = vsys_pairing_find(v, &key);
		o->here = call;
		if (call)
			vsys_call_copy(&o->call, call);
		vsys_view_leave(v, o);
	}
	local_irq_enable();
}

/* Capture the return of a call to @back; false if it is none, and the call pends again. */
static bool capture(struct vsys_vcpu *v, struct vsys_call *call, const struct vsys_state *st,
		    u64 root, const struct vsys_key *back)
{
	struct vsys_key here = { vsys_state_space(st, v->view->space_mask), back->sp, back->pc };
	u64 result = vsys_abi_result(v->vcpu, call->abi);

	if (unlikely(call->info & VSYS_CALL_TOUCH)) {
		vsys_touch_end(v, call);
		return true;
	}
	vsys_mem_begin(&v->mem, root, false);
	if (!vsys_call_goes_on(v, call, &here, result)) {
		if (call->info & VSYS_CALL_LEAVES)
			vsys_leave_return(v, call, here.space);
		vsys_call_capture_return(v, call, result);
		/* Before a session may hold it, and have its record. */
		local_irq_disable();
		vsys_record_more(v, call, VSYS_REC_RETURN);
		local_irq_enable();
		return true;
	}
	local_irq_disable();
	vsys_pairing_put_back(v, call);
	local_irq_enable();
	return false;
}

/* Record the return in all views but the first. */
static void others_record(struct vsys_vcpu *v, u8 door)
{
	struct vsys_call *call;
	struct vsys_other *o;

	for (o = v->others; o; o = o->next) {
		call = o->here ? &o->call : NULL;
		o->here = false;
		if (call && call->info & VSYS_CALL_LEAVES)
			vsys_leave_end(v, call);
		vsys_view_enter(v, o);
		local_irq_disable();
		vsys_record_return(v, call, door,
				   vsys_abi_result(v->vcpu, call ? call->abi : 0), false);
		local_irq_enable();
		vsys_view_leave(v, o);
	}
}

/**
 * vsys_return_begin() - prepare a return
 * @v: the vCPU, after vsys_return_take()
 * @st: the state before the return
 * @back: the target of the return
 * @root: see vsys_mem_begin()
 * @door: if nobody made the call, VSYS_DOOR_NR not to record that
 * @taken: in and out: the call of the first view, or NULL
 *
 * Return: false if the return is retried after a signal.
 */
bool vsys_return_begin(struct vsys_vcpu *v, struct vsys_state *st,
		       const struct vsys_key *back, u64 root, u8 door,
		       struct vsys_call **taken)
{
	struct vsys_call *call = *taken;
	struct vsys_other *o;
	bool stops = false;

	might_sleep();
	root |= VSYS_WHO_USER;
	vsys_capture_none(&v->capture);
	if (call && !capture(v, call, st, root, back))
		*taken = call = NULL;
	else if (!call && door != VSYS_DOOR_NR)
		vsys_call_capture_target(v, back, root, false);
	for (o = v->others; o; o = o->next) {
		vsys_view_enter(v, o);
		vsys_capture_none(&v->capture);
		if (!o->here && door != VSYS_DOOR_NR)
			vsys_call_capture_target(v, back, root, false);
		o->here = o->here && capture(v, &o->call, st, root, back);
		stops |= o->here;
		vsys_view_leave(v, o);
	}
	if (stops || (call && call->info & VSYS_CALL_RULED)) {
		v->stop_end = vsys_stop_return(v, st, call, root, back);
		if (v->stop_end != VSYS_STOP_GO)
			return false;
	}
	if (call && call->info & VSYS_CALL_LEAVES)
		vsys_leave_end(v, call);
	others_record(v, door);
	return true;
}
