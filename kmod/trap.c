// SPDX-License-Identifier: GPL-2.0
/* The uncommon part of trapping; the common one is inline in run_tmpl.h. */
#include "abi.h"
#include "record.h"
#include "symbols.h"
#include "trap.h"

/**
 * vsys_trap_fetch() - read and decode any encoding, at any place
 * @v: its v->insn is set; v->mem is ready
 * @st: the state
 */
void vsys_trap_fetch(struct vsys_vcpu *v, const struct vsys_state *st)
{
	bool long64 = vsys_code64(st);
	u64 at = long64 ? st->rip : (u32)(st->rip + st->cs_base);
	u8 bytes[VSYS_INSN_MAX];
	u32 n = 0;

	/* No more than needed: what follows may be in an absent page. */
	do {
		if (!vsys_mem_read(&v->mem, at + n, bytes + n, 1)) {
			v->insn.op = VSYS_OP_MORE;
			return;
		}
		vsys_insn_decode(&v->insn, bytes, ++n, long64);
	} while (v->insn.op == VSYS_OP_MORE && n < sizeof(bytes));
}

/**
 * vsys_trap_refetch() - the instruction is none of ours, or not to be read
 * @v: the vCPU, with v->insn
 * @st: the state
 *
 * The CPU has just fetched an instruction of ours, or it would not have
 * raised #UD, but memory does not show it: the guest's TLB or another of its
 * vCPUs is ahead.  Flush and let it fetch again; when that does not help, the
 * #UD is the guest's own.
 */
enum vsys_trap vsys_trap_refetch(struct vsys_vcpu *v,
				 const struct vsys_state *st)
{
	bool absent = v->insn.op == VSYS_OP_MORE;

	if (v->refetch_rip != st->rip) {
		v->refetch_rip = st->rip;
		v->refetches = 0;
	}
	if (v->refetches++ < (absent ? VSYS_REFETCH : 1)) {
		kvm_make_request(KVM_REQ_TLB_FLUSH_GUEST, v->vcpu);
		return VSYS_TRAP_DONE;
	}
	v->refetches = 0;
	if (absent)
		vsys_record_refused(v, VSYS_REFUSED_FETCH, st->rip);
	return VSYS_TRAP_NONE;
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
		static_call(vsys_queue_exception_p)(v->vcpu, DB_VECTOR, DR6_BS);
	return VSYS_TRAP_DONE;
}

/* Whether capturing must be done again where sleeping is allowed. */
static bool must_sleep(const struct vsys_vcpu *v)
{
	return unlikely(v->mem.absent && v->mem.atomic);
}

/**
 * vsys_trap_capture_entry() - copy what the arguments of v->call point to
 * @v: the vCPU
 *
 * Return: false if that must sleep.
 */
bool vsys_trap_capture_entry(struct vsys_vcpu *v)
{
	struct vsys_call *call = &v->call;

	vsys_abi_args(v, call->args);
	if (!(call->info & VSYS_CALL_IN))
		return true;
	vsys_capture_begin(&v->capture, call->args);
	v->profile->entry(&v->capture, call->nr);
	/* The kernel will make it present, if it can. */
	if (v->capture.gap)
		call->info |= VSYS_CALL_LATE;
	return !must_sleep(v);
}

/**
 * vsys_trap_capture_return() - copy what v->call has written
 * @v: the vCPU
 * @result: the result register
 *
 * Return: false if that must sleep.
 */
bool vsys_trap_capture_return(struct vsys_vcpu *v, u64 result)
{
	struct vsys_call *call = &v->call;
	struct vsys_capture_ctx *c = &v->capture;

	vsys_capture_begin(c, call->args);
	if (call->info & VSYS_CALL_LATE) {
		c->late = true;
		v->profile->entry(c, call->nr);
		c->late = false;
	}
	if (call->info & VSYS_CALL_OUT && !vsys_abi_failed(result)) {
		c->ret = result;
		v->profile->exit(c, call->nr);
	}
	return !must_sleep(v);
}
