// SPDX-License-Identifier: GPL-2.0
/*
 * Strict rules: a call waits for its absent string.  In its place the caller makes a call that
 * reads one word there and always fails, so that the guest's kernel maps the page.  It
 * returns to the instruction of the first call, with that one's registers: it is made again,
 * and the rule decides before the guest's kernel sees it.
 */
#include "arch.h"
#include "pairing.h"
#include "record.h"
#include "rewrite/match.h"
#include "rewrite/rule.h"
#include "rewrite/touch.h"
#include "rewrite/types.h"
#include "rewrite/undecided.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"

/* The first byte of argument @arg that could not be read. */
static bool absent_find(const struct vsys_capture_ctx *c, u32 arg, u64 *addr)
{
	const struct vsys_capture *cap;
	u32 at;

	for (at = 0; at < c->len; at += ALIGN(sizeof(*cap) + cap->len, 8)) {
		cap = (const void *)c->buf + at;
		if (cap->arg != arg || !(cap->flags & VSYS_CAP_FAULT))
			continue;
		*addr = cap->addr + cap->len;
		return true;
	}
	return false;
}

/* Which strict rule waits for a string, and where is that? */
static bool strict_find(struct vsys_stop *stop, struct vsys_rec_edit *e)
{
	const struct vsys_tap *tap;
	struct vsys_rule_own *r;
	bool found = false;
	u32 arg;
	int i;

	for (i = 0; !found && (r = vsys_undecided_next(stop->call, &i)); i++) {
		rcu_read_lock();
		tap = vsys_match_tap(stop->v, r);	/* stays on the slow path */
		rcu_read_unlock();
		if (r->in.flags & VSYS_RULE_STRICT && tap &&
		    vsys_match_glob(stop->v, r, &arg) == VSYS_MATCH_UNKNOWN &&
		    absent_find(&stop->v->capture, arg, &e->addr)) {
			found = true;
			e->rule = r->in.id;
			e->index = arg;
			stop->tap_slot = __ffs(tap->bit);
		}
		vsys_rule_put(r);
	}
	return found;
}

/**
 * vsys_touch_begin() - have the guest's kernel map a string that a strict rule waits for
 * @stop: the stop, at the entry; nobody has acted yet
 *
 * Return: %VSYS_STOP_RETRY if no other call is made first.
 */
enum vsys_stop_end vsys_touch_begin(struct vsys_stop *stop)
{
	struct vsys_call *call = stop->call, parked;
	struct vsys_rec_edit e = { .what = VSYS_EDIT_TOUCH, .at = VSYS_AT_ENTRY };

	if (stop->v->others || call->touches >= VSYS_TOUCHES || !strict_find(stop, &e))
		return VSYS_STOP_RETRY;
	vsys_call_copy(&parked, call);
	if (!vsys_touch_call(stop, e.addr))
		return VSYS_STOP_RETRY;
	e.call = call->id;
	stop->v->witnesses = call->sessions;
	local_irq_disable();
	vsys_record_edit(stop->v, call, 1U << stop->tap_slot, &e, NULL, NULL);
	local_irq_enable();
	parked.touches++;
	vsys_pairing_park(stop->v, &parked);
	call->nargs = VSYS_TOUCH_REGS;
	call->info &= ~(VSYS_CALL_LATE | VSYS_CALL_LEAVES);
	call->info |= VSYS_CALL_TOUCH | VSYS_CALL_SPECIAL;
	call->sessions = 0;
	call->rules = 0;
	call->undecided = 0;
	return call->door == parked.door ? VSYS_STOP_GO : VSYS_STOP_OTHER;
}

/**
 * vsys_touch_end() - the other call returns: restore the registers of the first one
 * @v: the vCPU
 * @call: the other call
 */
void vsys_touch_end(struct vsys_vcpu *v, struct vsys_call *call)
{
	vsys_touch_restore(v, call);
	call->info &= ~VSYS_CALL_RULED;
}
