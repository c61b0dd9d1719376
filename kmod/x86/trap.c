// SPDX-License-Identifier: GPL-2.0
/* The uncommon part of trapping; the common one is inline in run_tmpl.h. */
#include "record.h"
#include "rewrite/rule.h"
#include "x86/abi.h"
#include "x86/symbols.h"
#include "x86/trap.h"

/**
 * vsys_trap_fetch() - read and decode any encoding, at any place
 * @v: its v->insn is set; v->mem is ready
 * @at: linear address of the instruction
 * @code64: 64-bit mode
 */
void vsys_trap_fetch(struct vsys_vcpu *v, u64 at, bool code64)
{
	u8 bytes[VSYS_INSN_MAX];
	u32 n = 0;

	/* No more than needed: what follows may be in an absent page. */
	do {
		if (!vsys_mem_read(&v->mem, at + n, bytes + n, 1)) {
			v->insn.op = VSYS_OP_MORE;
			return;
		}
		vsys_insn_decode(&v->insn, bytes, ++n, code64);
	} while (v->insn.op == VSYS_OP_MORE && n < sizeof(bytes));
}

/**
 * vsys_trap_refetch() - the instruction is none of ours, or not to be read
 * @v: the vCPU, with v->insn
 * @rip: the instruction pointer
 *
 * The CPU has just fetched an instruction of ours, or it would not have
 * raised #UD, but memory does not show it: the guest's TLB or another of its
 * vCPUs is ahead.  Flush and let it fetch again; when that does not help, the
 * #UD is the guest's own.
 */
enum vsys_trap vsys_trap_refetch(struct vsys_vcpu *v, u64 rip)
{
	bool absent = v->insn.op == VSYS_OP_MORE;
	u32 mask = absent ? v->tapped : 0;
	struct vsys_tap *tap;

	/* Calls since then were fetched: that was another time. */
	if (v->refetch_rip != rip || v->refetch_calls != v->calls) {
		v->refetch_rip = rip;
		v->refetch_calls = v->calls;
		v->refetches = 0;
	}
	if (v->refetches++ < (absent ? VSYS_REFETCH : 1)) {
		kvm_make_request(KVM_REQ_TLB_FLUSH_GUEST, v->vcpu);
		return VSYS_TRAP_DONE;
	}
	v->refetches = 0;
	for_each_tap(v, tap, mask)
		vsys_record_refused(tap, VSYS_REFUSED_FETCH, 0, rip);
	return VSYS_TRAP_NONE;
}

/**
 * vsys_trap_iret_target() - where an IRET goes
 * @v: the vCPU, with the IRET in v->insn; v->mem is ready
 * @st: the state at the IRET
 * @back: its sp and pc are set
 *
 * Return: whether it is to less privileged code, in protected mode; v->mem.absent
 * says whether sleeping would have helped.
 */
bool vsys_trap_iret_target(struct vsys_vcpu *v, const struct vsys_state *st,
			   struct vsys_key *back)
{
	u32 word = v->insn.opsize ? 2 : v->insn.rex_w ? 8 : 4;
	u64 sp = vsys_state_sp(st);
	u64 pc = 0, cs = 0, flags = 0;

	if (v->insn.op != VSYS_OP_IRET || st->rflags & X86_EFLAGS_VM ||
	    (!st->lma && st->rflags & X86_EFLAGS_NT))
		return false;
	if (vsys_mem_read(&v->mem, sp, &pc, word) != word ||
	    vsys_mem_read(&v->mem, sp + word, &cs, word) != word ||
	    vsys_mem_read(&v->mem, sp + 2 * word, &flags, word) != word ||
	    (cs & 3) <= st->cpl || (!st->lma && flags & X86_EFLAGS_VM))
		return false;
	back->pc = pc;
	back->sp = 0;
	return vsys_mem_read(&v->mem, sp + 3 * word, &back->sp, word) == word;
}

/**
 * vsys_trap_reflect() - an exception of the guest's own, which KVM did not ask for
 * @v: the vCPU, where sleeping is allowed
 * @vector: the exception, one with an error code
 * @error: the code
 *
 * It takes the place of an interrupt that was being delivered; of another
 * exception KVM makes what follows from both, SDM vol. 3, 6.15, #DF.
 */
enum vsys_trap vsys_trap_reflect(struct vsys_vcpu *v, u8 vector, u32 error)
{
	v->vcpu->arch.interrupt.injected = false;
	v->vcpu->arch.nmi_injected = false;
	static_call(vsys_queue_exception_e)(v->vcpu, vector, error);
	return VSYS_TRAP_DONE;
}

/**
 * vsys_trap_fault() - queue the exception that follows from an instruction
 * @v: the vCPU, its state stored
 * @out: how the instruction ended: %VSYS_DONE for one that ended with a trap
 */
enum vsys_trap vsys_trap_fault(struct vsys_vcpu *v, enum vsys_outcome out)
{
	if (out != VSYS_DONE)
		static_call(vsys_queue_exception_e)(v->vcpu, GP_VECTOR, 0);
	else if (v->vcpu->guest_debug & KVM_GUESTDBG_SINGLESTEP)
		return VSYS_TRAP_DEBUG;
	else
		static_call(vsys_queue_exception_p)(v->vcpu, DB_VECTOR, DR_STEP);
	return VSYS_TRAP_DONE;
}

/* Whether capturing must be done again where sleeping is allowed. */
static bool must_sleep(const struct vsys_vcpu *v)
{
	return unlikely(v->mem.absent && v->mem.atomic);
}

/* Which sessions want to hear of @call: a bit mask. */
static u8 wanted(struct vsys_vcpu *v, const struct vsys_call *call)
{
	u32 mask = v->tapped;
	struct vsys_tap *tap;
	u8 ret = 0;

	for_each_tap(v, tap, mask)
		if (tap->doors & BIT(call->door) &&
		    vsys_session_passes(tap->session, call->abi, call->nr))
			ret |= tap->bit;
	return ret;
}

/**
 * vsys_trap_prepare() - who wants to hear of a call; copy its arguments
 * @v: the vCPU; v->mem is ready
 * @call: the call, identified, with its key
 *
 * Return: false if that must sleep.
 */
bool vsys_trap_prepare(struct vsys_vcpu *v, struct vsys_call *call)
{
	struct vsys_capture_ctx *c = &v->capture;
	u32 limit = c->limit;
	bool whole;

	vsys_capture_begin(c, call->args);
	call->sessions = wanted(v, call);
	if (!call->sessions && !(call->info & VSYS_CALL_RULED))
		return true;
	if (v->concern == VSYS_CONCERN_STRINGS)
		c->limit = VSYS_CAPTURE_MAX;
	whole = vsys_abi_args(v, call);
	if (call->info & VSYS_CALL_IN)
		v->profile->numbers[call->abi]->entry(c, call->info >> VSYS_CALL_ID_SHIFT);
	c->limit = limit;
	/* The kernel will make it present, if it can. */
	if (c->gap)
		call->info |= VSYS_CALL_LATE;
	c->gap |= !whole;
	return !must_sleep(v);
}

/**
 * vsys_trap_capture_return() - copy what a call has written
 * @v: the vCPU; v->mem is ready
 * @call: the call
 * @result: the result register
 *
 * Return: false if that must sleep.
 */
bool vsys_trap_capture_return(struct vsys_vcpu *v, struct vsys_call *call,
			      u64 result)
{
	const struct vsys_numbers *n = v->profile->numbers[call->abi];
	struct vsys_capture_ctx *c = &v->capture;
	u32 id = call->info >> VSYS_CALL_ID_SHIFT;

	vsys_capture_begin(c, call->args);
	if (!call->sessions && !(call->info & VSYS_CALL_RULED))
		return true;
	if (call->info & VSYS_CALL_LATE) {
		c->late = true;
		n->entry(c, id);
		c->late = false;
	}
	if (call->info & VSYS_CALL_OUT && !vsys_abi_failed(call, result)) {
		c->ret = result;
		n->exit(c, id);
	}
	return !must_sleep(v);
}

/* A call to the table; what it pushes out of there is not seen to return. */
static void to_table(struct vsys_vcpu *v, const struct vsys_call *call)
{
	if (vsys_pending_add(v->pending, call, &v->other))
		vsys_record_unseen(v, &v->other);
}

/**
 * vsys_trap_evict() - make room for the next call in the vCPU's slot
 * @v: its slot is seized; with interrupts off
 *
 * The vCPU has gone on to another thread, or the thread came back another
 * way: adding it to the table finds out, when the same place calls again.
 */
void vsys_trap_evict(struct vsys_vcpu *v)
{
	to_table(v, &v->slot.call);
	vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
}

/* Is @call, by the same place, @old that gave way? */
static bool is_again(const struct vsys_call *old, const struct vsys_call *call)
{
	if (old->nr != call->nr)
		return false;
	/* Without rules arguments need not have been read. */
	return !(call->info & VSYS_CALL_RULED) ||
	       (old->nargs == call->nargs &&
		!memcmp(old->args, call->args, old->nargs * sizeof(old->args[0])));
}

/* What becomes of @old, which is @call. */
static void go_on(struct vsys_call *call, const struct vsys_call *old)
{
	call->call = old->call;
	call->time = old->time;
	call->sessions = old->sessions;
	call->info |= old->info & (VSYS_CALL_LATE | VSYS_CALL_EDITED);
	call->acted = old->acted;
	call->held = old->held;
	call->spent = old->spent;
	call->rules = old->rules;
	call->newest = old->newest;
}

/**
 * vsys_trap_stale() - calls that pend and are from the same place
 * @v: the vCPU, with a new call in its slot; with interrupts off
 *
 * Its thread is here again, so such a call came back another way, or its thread is
 * another one now; it is forgotten.  Or it gave way when it was held.
 *
 * Return: true in the latter case: it is this call, which was told then.
 */
bool vsys_trap_stale(struct vsys_vcpu *v)
{
	struct vsys_call *call = &v->slot.call, *old = &v->other;
	bool again;

	old->key = call->key;
	old->key.root |= VSYS_KEY_UNMADE;
	again = vsys_pending_take(v->pending, old);
	if (again && !is_again(old, call)) {
		vsys_record_unseen(v, old);
		again = false;
	}
	if (again)
		go_on(call, old);
	for (;;) {
		old->key = call->key;
		if (!vsys_pending_take(v->pending, old))
			return again;
		vsys_record_unseen(v, old);
	}
}

/**
 * vsys_trap_find() - the call that returns, not being in the vCPU's slot
 * @v: the vCPU, with interrupts off
 * @back: where to
 *
 * Of several the newest is the one; the others came back another way.
 *
 * Return: it, the caller's until the next trap, or NULL.
 */
struct vsys_call *vsys_trap_find(struct vsys_vcpu *v, const struct vsys_key *back)
{
	struct vsys_call *best = &v->other, *next = &v->another;
	struct vsys_vcpu *w;
	bool found;

	best->key = *back;
	next->key = *back;
	found = vsys_pending_take(v->pending, best);
	list_for_each_entry_rcu(w, &v->vm->vcpus, link, true) {
		if (w == v || !vsys_slot_steal(&w->slot, next))
			continue;
		if (found)
			vsys_record_unseen(v, best->time < next->time ? best : next);
		if (!found || best->time < next->time)
			swap(best, next);
		next->key = *back;
		found = true;
	}
	return found ? best : NULL;
}

/**
 * vsys_trap_put_back() - undo the taking of a call
 * @v: the vCPU, with interrupts off
 * @call: that of its seized slot, or what vsys_trap_find() gave
 */
void vsys_trap_put_back(struct vsys_vcpu *v, struct vsys_call *call)
{
	if (call == &v->slot.call) {
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
		return;
	}
	/* vsys_pending_add() may write to v->other. */
	if (call == &v->other) {
		vsys_call_copy(&v->another, call);
		call = &v->another;
	}
	to_table(v, call);
}
