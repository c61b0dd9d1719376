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

/*
 * rt_sigprocmask() with a @how that does not exist: EINVAL when it has read the mask.  All
 * kernels have it, it changes nothing, and programs that may make other calls may make it.
 */
enum { TOUCH_HOW = -1, TOUCH_BYTES = 8, TOUCH_ARGS = 4, TOUCH_REGS };

/* Its registers: of its arguments, then of its number. */
static unsigned long *touch_reg(const struct vsys_vcpu *v, const struct vsys_call *call, int i)
{
	u64 on_stack;
	int reg;

	if (i < TOUCH_ARGS)
		reg = vsys_abi_place(v, call, i, &on_stack);
	else
		vsys_touch_number(call, &reg);
	return vsys_abi_reg(v->vcpu, reg);
}

/* Set the registers of @call, by its door: it touches @addr. */
void vsys_touch_apply(struct vsys_vcpu *v, const struct vsys_call *call, u64 addr)
{
	int reg, i;
	const u64 values[TOUCH_REGS] = {
		(u32)TOUCH_HOW, addr & ~(TOUCH_BYTES - 1ULL), 0, TOUCH_BYTES,
		vsys_touch_number(call, &reg),
	};

	for (i = 0; i < TOUCH_REGS; i++)
		*touch_reg(v, call, i) = values[i];
}

/* Set the caller's own registers again, which are the arguments of @call. */
void vsys_touch_restore(struct vsys_vcpu *v, const struct vsys_call *call)
{
	int i;

	for (i = 0; i < TOUCH_REGS; i++)
		*touch_reg(v, call, i) = call->args[i];
}

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
	u32 i, arg;

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
	bool other;
	int i;

	if (stop->v->others || call->touches >= VSYS_TOUCHES || !strict_find(stop, &e))
		return VSYS_STOP_RETRY;
	vsys_call_copy(&parked, call);
	if (!vsys_touch_door(stop, e.addr))
		return VSYS_STOP_RETRY;
	for (i = 0; i < TOUCH_REGS; i++)
		call->args[i] = *touch_reg(stop->v, call, i);
	other = call->door != parked.door;
	if (!other)
		vsys_touch_apply(stop->v, call, e.addr);
	e.call = call->id;
	stop->v->witnesses = call->sessions;
	local_irq_disable();
	vsys_record_edit(stop->v, call, 1U << stop->tap_slot, &e, NULL, NULL);
	local_irq_enable();
	parked.touches++;
	vsys_pairing_park(stop->v, &parked);
	call->nargs = TOUCH_REGS;
	call->info &= ~(VSYS_CALL_LATE | VSYS_CALL_LEAVES);
	call->info |= VSYS_CALL_TOUCH | VSYS_CALL_SPECIAL;
	call->sessions = 0;
	vsys_rule_set_clear(&call->rules);
	vsys_rule_set_clear(&call->undecided);
	return other ? VSYS_STOP_OTHER : VSYS_STOP_GO;
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
