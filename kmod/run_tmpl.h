/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Around VMRUN, and what becomes of an exit: the whole way of a call in one
 * piece.  Included by svm.c and vmx.c, each of which defines before
 *
 *   QUIRKS, LOOP	constants; LOOP: entering again needs nothing of KVM's
 *   arm(), disarm()	make SYSCALL and SYSRET exit; arm() may decline a run
 *   is_ud()		the last exit was #UD, of an instruction
 *   load(), store()	the state
 *   cs_base()		outside 64-bit mode
 *   msr()		a call-entry MSR of the guest
 *
 * This is a template and not a set of calls through pointers because a third
 * of the cost of a trap was in those.
 */
#include <linux/entry-kvm.h>
#include <linux/nospec.h>

#include "abi.h"
#include "record.h"
#include "run.h"
#include "trap.h"

enum { ROUNDS = 64 };	/* entries without KVM's own loop */

/* CR3 without PCID and the bits that page-table isolation toggles. */
#define ROOT_MASK GENMASK_ULL(51, 13)

/* The two encodings that compilers make, in a page that is present. */
static __always_inline bool fetch_usual(struct vsys_vcpu *v,
					const struct vsys_state *st, u64 root,
					struct vsys_insn *insn)
{
	s64 word;

	if (!st->code64)
		return false;
	word = vsys_mem_word(&v->mem, root, st->rip);
	if (unlikely(word < 0))
		return false;
	if ((word & 0xffff) == 0x050f) {
		insn->op = VSYS_OP_SYSCALL;
		insn->len = 2;
		return true;
	}
	if ((word & 0xffffff) == 0x070f48) {
		insn->op = VSYS_OP_SYSRET;
		insn->rex_w = true;
		return true;
	}
	return false;
}

/* What is known of call @nr, which the guest chose: VSYS_CALL_*, or 0. */
static __always_inline u32 info_of(const struct vsys_profile *p, u32 nr)
{
	return nr < p->nr_info ? p->info[array_index_nospec(nr, p->nr_info)] : 0;
}

static __always_inline void irq_off(bool atomic)
{
	if (!atomic)
		local_irq_disable();
}

static __always_inline void irq_on(bool atomic)
{
	if (!atomic)
		local_irq_enable();
}

static __always_inline bool trap_syscall(struct vsys_vcpu *v,
					 struct kvm_vcpu *vcpu,
					 struct vsys_state *st, u64 root,
					 const struct vsys_insn *insn,
					 bool atomic)
{
	unsigned long *regs = vcpu->arch.regs;
	struct vsys_call *call = &v->slot.call;
	struct vsys_tap *only;
	u64 pc = st->rip;

	irq_off(atomic);
	if (unlikely(!vsys_slot_free(&v->slot)) && vsys_slot_seize(&v->slot))
		vsys_trap_evict(v);
	irq_on(atomic);
	call->nr = vsys_abi_number(vcpu);
	/* Compat code has another ABI: its numbers are not known. */
	call->info = likely(st->code64) ? info_of(v->profile, call->nr) : 0;
	call->call = ++v->calls;
	call->key.root = st->cr3 & ROOT_MASK;
	call->key.sp = st->rsp;
	call->key.pc = pc + insn->len;
	only = vsys_record_only(v, call->info, atomic);
	if (likely(only)) {
		call->sessions = only->bit;
	} else {
		vsys_mem_begin(&v->mem, root, atomic);
		if (!vsys_trap_prepare(v, call))
			return false;
	}
	vsys_emulate_syscall(st, insn->len, &regs[VCPU_REGS_RCX],
			     &regs[VCPU_REGS_R11], msr(vcpu, VSYS_MSR_STAR),
			     msr(vcpu, likely(st->code64) ? VSYS_MSR_LSTAR : VSYS_MSR_CSTAR),
			     msr(vcpu, VSYS_MSR_SFMASK));
	irq_off(atomic);
	store(vcpu, st);
	if (likely(only))
		vsys_record_only_entry(vcpu, only, call, pc);
	else
		vsys_record_entry(v, call, pc, atomic);
	if (likely(!(call->info & VSYS_CALL_NORETURN)))
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
	irq_on(atomic);
	return true;
}

/*
 * The call that returns now, out of its slot or table; or NULL.  The slot
 * stays seized as long as interrupts are off: others may spin on it.
 */
static __always_inline struct vsys_call *take(struct vsys_vcpu *v,
					      const struct vsys_state *st, u64 pc,
					      bool atomic)
{
	struct vsys_call *call = &v->slot.call;
	u64 root = st->cr3 & ROOT_MASK;

	if (likely(vsys_slot_seize(&v->slot))) {
		if (likely(call->key.sp == st->rsp && call->key.root == root &&
			   call->key.pc == pc)) {
			if (atomic)
				return call;
			vsys_call_copy(&v->other, call);
			vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
			return &v->other;
		}
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
	}
	return vsys_trap_find(v, root, st->rsp, pc);
}

static __always_inline bool trap_sysret(struct vsys_vcpu *v,
					struct kvm_vcpu *vcpu,
					struct vsys_state *st, u64 root,
					const struct vsys_insn *insn,
					bool atomic)
{
	static const struct vsys_quirks quirks = QUIRKS;
	const unsigned long *regs = vcpu->arch.regs;
	u64 result = vsys_abi_result(vcpu);
	struct vsys_tap *only;
	struct vsys_call *call;

	irq_off(atomic);
	call = take(v, st, regs[VCPU_REGS_RCX], atomic);
	irq_on(atomic);
	only = atomic ? READ_ONCE(v->only) : NULL;
	if (unlikely(!only || !call || call->sessions != only->bit ||
		     call->info & VSYS_CALL_KEEP)) {
		only = NULL;
		vsys_capture_none(&v->capture);
		vsys_mem_begin(&v->mem, root, atomic);
		if (call && !vsys_trap_capture_return(v, call, result)) {
			vsys_trap_put_back(v, call);
			return false;
		}
	}
	vsys_emulate_sysret(st, insn->rex_w, regs[VCPU_REGS_RCX],
			    regs[VCPU_REGS_R11], msr(vcpu, VSYS_MSR_STAR), &quirks);
	irq_off(atomic);
	store(vcpu, st);
	if (likely(only))
		vsys_record_only_return(only, call, result);
	else
		vsys_record_return(v, call, result, atomic);
	if (atomic && likely(call == &v->slot.call))
		vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
	irq_on(atomic);
	return true;
}

/*
 * Handle an exit of an armed run.  With @atomic interrupts are off, and
 * nothing has happened when VSYS_TRAP_SLOW is returned.
 */
static __always_inline enum vsys_trap trap(struct vsys_vcpu *v,
					   struct kvm_vcpu *vcpu, bool atomic)
{
	static const struct vsys_quirks quirks = QUIRKS;
	const unsigned long *regs = vcpu->arch.regs;
	struct vsys_insn insn = {};
	enum vsys_outcome out;
	struct vsys_state st;
	u64 flags, root;
	bool done;

	if (!is_ud(vcpu))
		return VSYS_TRAP_NONE;
	load(vcpu, &st);
	root = vsys_mem_root(st.cr3, st.cr4);
	if (!atomic || unlikely(!fetch_usual(v, &st, root, &insn))) {
		vsys_mem_begin(&v->mem, root, atomic);
		vsys_trap_fetch(v, st.code64 ? st.rip : (u32)(st.rip + cs_base(vcpu)),
				st.code64);
		insn = v->insn;
		if (insn.op < VSYS_OP_SYSCALL)
			return atomic ? VSYS_TRAP_SLOW :
					vsys_trap_refetch(v, st.rip);
	}
	out = vsys_emulate_check(&st, &insn, regs[VCPU_REGS_RCX], &quirks);
	if (unlikely(out == VSYS_NOT_OURS))
		return VSYS_TRAP_NONE;
	/* An exception is queued where that is allowed. */
	flags = st.rflags;
	if (insn.op == VSYS_OP_SYSRET)
		flags |= regs[VCPU_REGS_R11];
	if (atomic && unlikely(out != VSYS_DONE || flags & X86_EFLAGS_TF))
		return VSYS_TRAP_SLOW;
	if (unlikely(out == VSYS_GP))
		return vsys_trap_fault(v, out);
	if (insn.op == VSYS_OP_SYSCALL)
		done = trap_syscall(v, vcpu, &st, root, &insn, atomic);
	else
		done = trap_sysret(v, vcpu, &st, root, &insn, atomic);
	if (unlikely(!done))
		return VSYS_TRAP_SLOW;
	/* The trap after either is judged by the RFLAGS.TF that it loads. */
	if (!atomic && (out != VSYS_DONE || st.rflags & X86_EFLAGS_TF)) {
		v->stop = st.rip;
		return vsys_trap_fault(v, out);
	}
	return VSYS_TRAP_DONE;
}

/* As KVM's own loop asks before it enters again. */
static __always_inline bool must_leave(struct kvm_vcpu *vcpu)
{
	return vcpu->mode == EXITING_GUEST_MODE || kvm_request_pending(vcpu) ||
	       xfer_to_guest_mode_work_pending();
}

/* The fast path, in place of kvm_x86_ops.vcpu_run; interrupts are off. */
static fastpath_t vsys_run(VSYS_RUN_PARAMS)
{
	struct vsys_vcpu *v = vsys_vcpu_find(vcpu);
	fastpath_t ret;
	int round;

	if (!v || READ_ONCE(v->off))
		return static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(false));
	for (round = 0;; round++) {
		bool armed = arm(v, vcpu);

		ret = static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(round));
		if (!armed)
			return ret;
		disarm(v, vcpu);
		if (ret != EXIT_FASTPATH_NONE)
			return ret;
		switch (trap(v, vcpu, true)) {
		case VSYS_TRAP_DONE:
			break;
		case VSYS_TRAP_SLOW:
			WRITE_ONCE(v->slow, true);
			fallthrough;
		default:
			return ret;
		}
		if (!LOOP || round == ROUNDS || must_leave(vcpu))
			return EXIT_FASTPATH_REENTER_GUEST;
		++vcpu->stat.exits;
	}
}

/* The slow path, where sleeping is allowed. */
static enum vsys_trap slow(struct vsys_vcpu *v)
{
	return trap(v, v->vcpu, false);
}
