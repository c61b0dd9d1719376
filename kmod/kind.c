// SPDX-License-Identifier: GPL-2.0
/*
 * The kind of a call: its ABI and properties, which sessions want it, whether rules concern
 * it.  A vCPU keeps those of the usual doors, as one load is faster than finding out.
 */
#include "arch.h"
#include "kind.h"
#include "vcpu.h"
#include "verdict.h"

/* The verdict of the sessions of a view that trace the call's door. */
static u32 verdict_of(const struct vsys_view *view, const struct vsys_call *call)
{
	return vsys_verdict(call->abi, call->nr) & READ_ONCE(view->judges[call->door]);
}

/* The sessions of a view that want to know what is submitted to io_urings, as a bit mask. */
u8 vsys_kind_rings(const struct vsys_view *view, const struct vsys_call *call)
{
	u32 nr = view->profile->numbers[call->abi]->uring_enter;

	return (vsys_verdict(call->abi, nr) & READ_ONCE(view->judges[call->door])) >>
	       VSYS_VERDICT_WANTED;
}

/* The info of an identified call.  For who wants io_urings the return of some is needed. */
static u32 info_of(const struct vsys_view *view, const struct vsys_call *call)
{
	u32 info = call->info & ~VSYS_CALL_NARGS;

	if (!(info & VSYS_CALL_RINGS))
		return info;
	return vsys_kind_rings(view, call) ? info | VSYS_CALL_OUT : info & ~VSYS_CALL_RINGS;
}

/**
 * vsys_kind_find() - find out of what kind a call is
 * @v: the vCPU
 * @view: to whose sessions
 * @call: in: its number and door; out: its kind
 * @code64: it was made by 64-bit code
 */
void vsys_kind_find(const struct vsys_vcpu *v, const struct vsys_view *view,
		    struct vsys_call *call, bool code64)
{
	u32 verdict, info;

	vsys_abi_identify(view->profile, call, code64);
	info = info_of(view, call);
	verdict = verdict_of(view, call);
	call->sessions = verdict >> VSYS_VERDICT_WANTED;
	if ((u8)(verdict >> VSYS_VERDICT_RULED) || READ_ONCE(v->others))
		info |= VSYS_CALL_RULED | VSYS_CALL_SPECIAL;
	else if (!call->sessions && !(info & VSYS_CALL_RINGS))
		info &= ~(VSYS_CALL_IN | VSYS_CALL_OUT);
	if (call->sessions & READ_ONCE(v->by_task))
		info |= VSYS_CALL_BY_TASK | VSYS_CALL_SPECIAL;
	/* A reader waits for registers, see vsys_call_prepare(). */
	if (READ_ONCE(v->regs))
		info |= VSYS_CALL_SPECIAL;
	if (hweight8(call->sessions) != 1)
		info |= VSYS_CALL_SHARED;
	/* A ring's records begin with this door and the first ABI of the profile. */
	if (call->door != VSYS_DOOR_SYSCALL || call->abi != view->profile->abi ||
	    !vsys_abi_in_regs(call->abi, call->nargs) || !(info & VSYS_CALL_KNOWN) ||
	    info & (VSYS_CALL_NORETURN | VSYS_CALL_TWICE))
		info |= VSYS_CALL_SPECIAL;
	call->info = info;
}

/*
 * A stop may have changed the number of @call: identify it again, for the same sessions.
 * In place of one for a strict rule another is made, which nobody wants.
 */
void vsys_kind_edited(struct vsys_vcpu *v, struct vsys_call *call, bool code64)
{
	u32 ours = call->info & VSYS_CALL_OURS;

	if (call->info & VSYS_CALL_TOUCH)
		return;
	call->nr = vsys_abi_number(v->vcpu);
	vsys_abi_identify(v->view->profile, call, code64);
	call->info = info_of(v->view, call) | VSYS_CALL_SPECIAL | ours;
}

/* Do rules that concern the call need whole strings? */
bool vsys_kind_strings(const struct vsys_vcpu *v, const struct vsys_call *call)
{
	return verdict_of(v->view, call) >> VSYS_VERDICT_STRINGS;
}

static void kind_fill(const struct vsys_vcpu *v, struct vsys_kind *to, u32 nr, u8 door,
		      bool code64)
{
	struct vsys_call call = { .nr = nr, .door = door };

	vsys_kind_find(v, &v->first, &call, code64);
	WRITE_ONCE(*to, call.kind);
}

/* The first door by which sessions of the first view trace calls, or VSYS_DOOR_NR. */
static u8 door_wanted(const struct vsys_vcpu *v)
{
	u8 door = 0;

	while (door < VSYS_DOOR_NR && !(u8)(v->first.judges[door] >> VSYS_VERDICT_WANTED))
		door++;
	return door;
}

/**
 * vsys_kind_prepare() - bring a vCPU's kinds up to date
 * @v: the vCPU; its sessions have changed, or their filters or rules
 *
 * Called with vsys_lock held.
 */
void vsys_kind_prepare(struct vsys_vcpu *v)
{
	u8 door = door_wanted(v);
	u32 nr;

	lockdep_assert_held(&vsys_lock);
	for (nr = 0; nr < VSYS_KINDS; nr++) {
		kind_fill(v, &v->kinds[nr], nr, VSYS_DOOR_SYSCALL, true);
		if (door < VSYS_DOOR_NR)
			kind_fill(v, &v->kinds32[nr], nr, door, false);
	}
	/* Pairs with the acquire in kind_kept32(). */
	smp_store_release(&v->judges32, door < VSYS_DOOR_NR ? v->first.judges[door] : 0);
}
