// SPDX-License-Identifier: GPL-2.0
/* A call that has stopped is made. */
#include "arch.h"
#include "kind.h"
#include "leave.h"
#include "pairing.h"
#include "profile.h"
#include "record.h"
#include "rewrite/each.h"
#include "rewrite/made.h"
#include "view.h"

/* Read the arguments as they are made; park a call by INT n. */
static void call_ready(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call;
	struct vsys_vcpu *v = stop->v;

	if (!(call->info & VSYS_CALL_TOUCH))
		vsys_abi_args(v, call);
	if (vsys_call_by_int(call)) {
		vsys_call_copy(&v->another, call);
		v->another.acted = U8_MAX;
		v->another.held = U8_MAX;
		vsys_pairing_park(v, &v->another);
	}
	call->acted = 0;
	call->held = 0;
	if (call->info & VSYS_CALL_TOUCH)
		call->info |= VSYS_CALL_LEAVES;	/* it must not be missed, by IRET neither */
	if (call->info & VSYS_CALL_LEAVES)
		vsys_leave_expect(v, call);
}

/**
 * vsys_stop_ready() - prepare a call that is about to be made, after its stop
 * @v: the vCPU; the call in its slot is identified anew; v->mem is ready
 * @st: the state, perhaps edited
 *
 * Parks a call by INT n, which may trap again before it is made.
 */
void vsys_stop_ready(struct vsys_vcpu *v, struct vsys_state *st)
{
	struct vsys_stop stop = { .v = v, .st = st, .call = &v->slot.call };
	struct vsys_other *o;

	vsys_views_key(v, st);
	for (o = v->others; o; o = o->next) {
		vsys_view_enter(v, o);
		vsys_kind_edited(v, &o->call, st->code64);
		vsys_view_leave(v, o);
	}
	vsys_stop_each(&stop, call_ready);
}

/* The call was made: drop what vsys_stop_ready() has parked. */
static void call_made(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call, *parked = &stop->v->other;

	/* What is parked for a strict rule is not made yet. */
	if (!vsys_call_by_int(call) || call->info & VSYS_CALL_TOUCH)
		return;
	parked->view = call->view;
	parked->key = call->key;
	parked->key.space |= VSYS_KEY_UNMADE;
	if (vsys_pending_take(stop->v->pending, parked) && parked->id != call->id)
		vsys_pairing_unseen(stop->v, parked);
}

/* The call that has stopped was made.  In the other views it pends now. */
void vsys_stop_made(struct vsys_vcpu *v)
{
	struct vsys_stop stop = { .v = v, .call = &v->slot.call };
	struct vsys_other *o;

	lockdep_assert_irqs_disabled();
	vsys_stop_each(&stop, call_made);
	for (o = v->others; o; o = o->next) {
		if (o->here && o->call.info & VSYS_CALL_LEAVES)
			vsys_leave_begin(v, &o->call);
		if (o->here && !(o->call.info & VSYS_CALL_NORETURN))
			vsys_pairing_add(v, &o->call);
		o->here = false;
	}
}
