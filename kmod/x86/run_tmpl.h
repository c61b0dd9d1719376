/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Around VMRUN and VMRESUME, and what becomes of an exit: the whole way of a call in
 * one piece, with call_tmpl.h and doors_tmpl.h.
 *
 * Compiled twice: svm.c and vmx.c define FNAME(), QUIRKS, LOOP and the functions that
 * are declared below, and include this file.  A template and not calls through pointers,
 * because these were a third of the cost of a trap.
 *
 *   FNAME(name)	the name with the vendor's prefix
 *   QUIRKS		initialiser of struct vsys_quirks
 *   LOOP		the guest may be entered again without KVM's own loop
 */
#include <linux/nospec.h>

#include "arch.h"
#include "call.h"
#include "kind.h"
#include "leave.h"
#include "more.h"
#include "pairing.h"
#include "record.h"
#include "return.h"
#include "rewrite/made.h"
#include "rewrite/match.h"
#include "rewrite/stop.h"
#include "task.h"
#include "trace.h"
#include "x86/entry_regs.h"
#include "x86/exit.h"
#include "x86/regs.h"
#include "x86/trap.h"

/*
 * The contract of a vendor.  All run on the vCPU's thread right before or after a run,
 * most of them with interrupts off.  doors_tmpl.h has the rest.
 */

/* Make the doors exit in the next run; false: this run is left alone. */
static bool FNAME(arm)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);

/* Undo arm(); KVM sees the guest's own state again. */
static void FNAME(disarm)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);

/*
 * Between two armed runs without KVM's own loop: undo what was for the last one only, or
 * with LOOP false all; bring up to date what is set, as arm() does.  If run_end() returns
 * false, the run has sent no INT n.
 */
static bool FNAME(run_end)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);
static bool FNAME(rearm)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);

/* Must trap() look at the last exit?  False is right only for one that is not ours. */
static bool FNAME(may_be_ours)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);

/* Was the last exit the #UD of an instruction? */
static bool FNAME(is_ud)(struct kvm_vcpu *vcpu);

/* Which other exit of ours was it, if any? */
static enum vsys_exit FNAME(exit_of)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);

/* Read the guest's state; all members but @space, @ss_keep, selectors and attributes. */
static void FNAME(load)(struct kvm_vcpu *vcpu, struct vsys_state *st);

/* Write the state after an instruction that has changed the privilege level. */
static void FNAME(store)(struct kvm_vcpu *vcpu, const struct vsys_state *st);

/* Write RIP, RSP and RFLAGS; @done: an instruction was executed. */
static void FNAME(store_caller)(struct kvm_vcpu *vcpu, const struct vsys_state *st, bool done);

/* The base of CS and its last byte, outside 64-bit mode. */
static u64 FNAME(cs_base)(struct kvm_vcpu *vcpu);
static u32 FNAME(cs_limit)(struct kvm_vcpu *vcpu);

/* Read the guest's PDPTEs, if the CPU has them in registers. */
static void FNAME(pdptes)(struct kvm_vcpu *vcpu, struct vsys_pdptes *to);

/* An entry MSR of the guest. */
static u64 FNAME(msr)(struct kvm_vcpu *vcpu, enum vsys_msr msr);

enum { ROUNDS = 64 };	/* most guest entries without KVM's own loop */

/* Return the root guestmem walks from; also set st->space, the key for pairing calls. */
static __always_inline u64 root_of(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				   struct vsys_state *st)
{
	st->space = vsys_state_space(st, v->first.space_mask);
	if (likely(st->lma))
		return vsys_paging_root(st->cr3, st->cr4);
	if (st->cr4 & X86_CR4_PAE)
		FNAME(pdptes)(vcpu, &v->mem.pdptes);
	v->mem.pdptes.root = vsys_paging_root_legacy(vcpu->arch.cr0, st->cr3, st->cr4);
	return v->mem.pdptes.root;
}

/* @root for reads on behalf of the code at @st. */
static __always_inline u64 as_caller(u64 root, const struct vsys_state *st)
{
	if (likely(st->cpl == 3))
		return root | VSYS_WHO_USER;
	return root | (st->rflags & X86_EFLAGS_AC ? VSYS_WHO_KERNEL_AC : VSYS_WHO_KERNEL);
}

/*
 * Read and decode the instruction at st->rip into v->insn.  Prepares v->mem for reads on
 * behalf of the code there.
 */
static void FNAME(insn_fetch)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
			      const struct vsys_state *st, u64 root, bool atomic)
{
	u64 at = st->rip;
	u32 room = VSYS_INSN_MAX;
	s64 word;

	if (!st->code64) {
		room = vsys_insn_room(at, FNAME(cs_limit)(vcpu));
		at = (u32)(at + FNAME(cs_base)(vcpu));
	}
	vsys_mem_begin(&v->mem, as_caller(root, st), atomic);
	if (atomic && room >= sizeof(u32)) {
		word = vsys_mem_word(&v->mem, root, at, st->cpl == 3);
		if (likely(word >= 0 && vsys_trap_usual(v, word, st->code64)))
			return;
	}
	v->mem.fetch = true;
	vsys_trap_fetch(v, at, room, st->code64);
	v->mem.fetch = false;
}

/* Not ours: let the guest fetch again, without another #DB of a breakpoint on it. */
static enum vsys_trap FNAME(insn_refetch)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					  struct vsys_state *st)
{
	st->rflags |= X86_EFLAGS_RF;
	FNAME(store_caller)(vcpu, st, false);
	return vsys_trap_refetch(v, st->rip);
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

#include "call_tmpl.h"

/*
 * Has an entry MSR of the guest changed since the last look?  After an exit; SYSENTER_CS
 * may still be armed.
 */
static noinline bool FNAME(entry_regs_moved)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	u64 moved = 0, value;
	int i;

	for (i = 0; i < VSYS_MSRS; i++) {
		value = i == VSYS_MSR_SYSENTER_CS && v->armed.what & VSYS_ARMED_MSRS ?
			v->armed.sysenter_cs : FNAME(msr)(vcpu, i);
		moved |= value ^ v->msrs[i];
	}
	return moved;
}

static __always_inline bool FNAME(trap_syscall)(struct vsys_vcpu *v,
						struct kvm_vcpu *vcpu,
						struct vsys_state *st, u64 root,
						const struct vsys_insn *insn,
						bool atomic)
{
	unsigned long *regs = vcpu->arch.regs;
	u64 target, pc = st->rip;
	struct vsys_tap *only;

	target = FNAME(msr)(vcpu, likely(st->code64) ? VSYS_MSR_LSTAR : VSYS_MSR_CSTAR);
	if (unlikely(st->code64 ? target != v->msrs[VSYS_MSR_LSTAR] :
				  FNAME(entry_regs_moved)(v, vcpu))) {
		if (atomic)
			return false;
		vsys_entry_regs_report(v);
	}
	if (!FNAME(call_begin)(v, vcpu, st, root, VSYS_DOOR_SYSCALL, insn->len, atomic, &only))
		return false;
	vsys_emulate_syscall(st, insn->len, &regs[VCPU_REGS_RCX],
			     &regs[VCPU_REGS_R11], FNAME(msr)(vcpu, VSYS_MSR_STAR),
			     target, FNAME(msr)(vcpu, VSYS_MSR_SFMASK));
	irq_off(atomic);
	FNAME(store)(vcpu, st);
	FNAME(call_made)(v, vcpu, pc, only, atomic);
	irq_on(atomic);
	return true;
}

static __always_inline bool FNAME(trap_sysret)(struct vsys_vcpu *v,
					       struct kvm_vcpu *vcpu,
					       struct vsys_state *st, u64 root,
					       const struct vsys_insn *insn,
					       bool atomic)
{
	static const struct vsys_quirks quirks = QUIRKS;
	const unsigned long *regs = vcpu->arch.regs;
	bool wide = likely(st->code64 && insn->rex_w);
	u64 rcx = regs[VCPU_REGS_RCX];
	const struct vsys_key back = {
		.space = st->space,
		.sp = wide ? st->rsp : (u32)st->rsp,
		.pc = wide ? rcx : (u32)rcx,
	};
	struct vsys_tap *only;
	struct vsys_call *call;

	if (!FNAME(return_begin)(v, st, &back, root, VSYS_DOOR_SYSCALL, atomic, &call,
				 &only))
		return false;
	vsys_emulate_sysret(st, insn->rex_w, rcx, regs[VCPU_REGS_R11],
			    FNAME(msr)(vcpu, VSYS_MSR_STAR), &quirks);
	irq_off(atomic);
	FNAME(store)(vcpu, st);
	FNAME(return_made)(v, vcpu, call, VSYS_DOOR_SYSCALL, only, atomic);
	irq_on(atomic);
	return true;
}

/* An instruction was executed: queue the trap of a single step, by the RFLAGS.TF it loads. */
static __always_inline enum vsys_trap trap_end(struct vsys_vcpu *v,
					       const struct vsys_state *st, bool atomic)
{
	if (!atomic && st->rflags & X86_EFLAGS_TF) {
		v->step_rip = st->rip;
		return vsys_trap_fault(v, VSYS_DONE);
	}
	return VSYS_TRAP_DONE;
}

/*
 * The call or return was not emulated.  On the fast path: retry on the slow path.  On
 * the slow path: a session skipped or held it.
 */
static __always_inline enum vsys_trap trap_undone(struct vsys_vcpu *v,
						  const struct vsys_state *st, bool atomic)
{
	if (atomic)
		return VSYS_TRAP_SLOW;
	return v->stop_end == VSYS_STOP_SKIP ? trap_end(v, st, atomic) : VSYS_TRAP_DONE;
}

#include "x86/doors_tmpl.h"

/* Emulate @insn, SYSCALL or SYSRET, at st->rip. */
static __always_inline enum vsys_trap FNAME(trap_insn)(struct vsys_vcpu *v,
						       struct kvm_vcpu *vcpu,
						       struct vsys_state *st, u64 root,
						       const struct vsys_insn *insn, bool atomic)
{
	static const struct vsys_quirks quirks = QUIRKS;
	const unsigned long *regs = vcpu->arch.regs;
	enum vsys_outcome out;
	u64 flags;
	bool done;

	out = vsys_emulate_check(st, insn, regs[VCPU_REGS_RCX], &quirks);
	if (unlikely(out == VSYS_NOT_OURS))
		return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_UNDEFINED;
	/* Exceptions are queued on the slow path only. */
	flags = st->rflags;
	if (insn->op == VSYS_OP_SYSRET)
		flags |= regs[VCPU_REGS_R11];
	if (atomic && unlikely(out != VSYS_DONE || flags & X86_EFLAGS_TF))
		return VSYS_TRAP_SLOW;
	if (unlikely(out == VSYS_GP))
		return vsys_trap_fault(v, out);
	if (insn->op == VSYS_OP_SYSCALL)
		done = FNAME(trap_syscall)(v, vcpu, st, root, insn, atomic);
	else
		done = FNAME(trap_sysret)(v, vcpu, st, root, insn, atomic);
	if (unlikely(!done))
		return trap_undone(v, st, atomic);
	return trap_end(v, st, atomic);
}

/* Handle a #UD that may be SYSCALL or SYSRET, in any encoding and any code. */
static noinline enum vsys_trap FNAME(trap_ud)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					      bool atomic)
{
	struct vsys_state st;
	struct vsys_insn insn;
	u64 root;

	FNAME(load)(vcpu, &st);
	root = root_of(v, vcpu, &st);
	FNAME(insn_fetch)(v, vcpu, &st, root, atomic);
	insn = v->insn;
	if (insn.op == VSYS_OP_SYSCALL || insn.op == VSYS_OP_SYSRET)
		return FNAME(trap_insn)(v, vcpu, &st, root, &insn, atomic);
	/* Right even if the CPU has fetched another one: that was a moment ago. */
	if (insn.op == VSYS_OP_UD)
		return VSYS_TRAP_UNDEFINED;
	return atomic ? VSYS_TRAP_SLOW : FNAME(insn_refetch)(v, vcpu, &st);
}

/*
 * trap_ud() on the fast path.  Inline for the two encodings that compilers make, in
 * 64-bit code and in a page that is present: much is constant then.
 */
static __always_inline enum vsys_trap FNAME(trap_usual)(struct vsys_vcpu *v,
							struct kvm_vcpu *vcpu)
{
	static const struct vsys_insn syscall = { .op = VSYS_OP_SYSCALL, .len = 2 };
	static const struct vsys_insn sysret = { .op = VSYS_OP_SYSRET, .rex_w = true };
	struct vsys_state st __uninitialized;	/* FNAME(load)() fills it */
	u64 root;
	s64 word;

	FNAME(load)(vcpu, &st);
	if (unlikely(!st.code64))
		return FNAME(trap_ud)(v, vcpu, true);
	st.code64 = true;	/* known to the compiler from here on */
	st.lma = true;
	root = root_of(v, vcpu, &st);
	word = vsys_mem_word(&v->mem, root, st.rip, st.cpl == 3);
	if ((word & 0xffff) == 0x050f)
		return FNAME(trap_insn)(v, vcpu, &st, root, &syscall, true);
	if (likely((word & 0xffffff) == 0x070f48))
		return FNAME(trap_insn)(v, vcpu, &st, root, &sysret, true);
	return FNAME(trap_ud)(v, vcpu, true);
}

/*
 * Handle an exit of an armed run.  With @atomic interrupts are off, and
 * nothing has happened when VSYS_TRAP_SLOW is returned.
 */
static __always_inline enum vsys_trap FNAME(trap)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
						  bool atomic)
{
	if (unlikely(!(v->armed.what & VSYS_ARMED_EFER) || !FNAME(is_ud)(vcpu)))
		return FNAME(trap_other)(v, vcpu, atomic);
	return atomic ? FNAME(trap_usual)(v, vcpu) : FNAME(trap_ud)(v, vcpu, false);
}

/* Must KVM's own loop run?  The conditions are those of that loop. */
static __always_inline bool must_leave(struct kvm_vcpu *vcpu)
{
	return vcpu->mode == EXITING_GUEST_MODE || kvm_request_pending(vcpu) ||
	       xfer_to_guest_mode_work_pending();
}

/* Have vsys_exit_handle() go on with an exit. */
static fastpath_t leave_to_slow(struct vsys_vcpu *v, enum vsys_trap trap)
{
	v->undefined = trap == VSYS_TRAP_UNDEFINED;
	WRITE_ONCE(v->slow, true);
	return VSYS_FASTPATH_SLOW;
}

/* Has a guest that may have written its entry MSRs changed one? */
static noinline bool FNAME(msrs_moved)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	if (vsys_msrs_wander(vcpu))
		return false;
	v->msrs_written = false;
	v->msrs_moved = FNAME(entry_regs_moved)(v, vcpu);
	return v->msrs_moved;
}

static __always_inline void FNAME(ran)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	if (unlikely(FNAME(run_end)(v, vcpu) && v->soft.sent))
		FNAME(int_sent)(v, vcpu);
}

/* Handle the exit of an armed run that returned @ret, and run on as long as that will do. */
static noinline fastpath_t FNAME(run_on)(VSYS_RUN_PARAMS, struct vsys_vcpu *v, fastpath_t ret)
{
	enum vsys_trap trap;
	int round = 0;

	FNAME(ran)(v, vcpu);
	/* Report changes before a call by them. */
	if (unlikely(v->msrs_written) && ret == EXIT_FASTPATH_NONE && FNAME(msrs_moved)(v, vcpu))
		ret = leave_to_slow(v, VSYS_TRAP_SLOW);
	while (ret == EXIT_FASTPATH_NONE) {
		trap = FNAME(trap)(v, vcpu, true);
		if (unlikely(trap != VSYS_TRAP_DONE)) {
			if (trap != VSYS_TRAP_NONE)
				ret = leave_to_slow(v, trap);
			break;
		}
		/* KVM must not inject anything between an INT n and its delivery. */
		if (round++ >= ROUNDS || ((!LOOP || must_leave(vcpu)) &&
					  likely(!(v->next_run & VSYS_NEXT_SEND_INT)))) {
			ret = EXIT_FASTPATH_REENTER_GUEST;
			break;
		}
		++vcpu->stat.exits;
		if (!FNAME(rearm)(v, vcpu))
			return static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(true));
		ret = static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(true));
		FNAME(ran)(v, vcpu);
	}
	/* Only this loop has seen the armed state. */
	if (LOOP)
		FNAME(disarm)(v, vcpu);
	return ret;
}

/* The fast path of a vCPU that an attachment may cover. */
static noinline fastpath_t FNAME(run_covered)(VSYS_RUN_PARAMS)
{
	struct vsys_vcpu *v = vsys_vcpu_find(vcpu);
	fastpath_t ret;

	if (unlikely(!v || READ_ONCE(v->off))) {
		if (v)
			v->run_seen = irqs_disabled();
		return static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(false));
	}
	if (unlikely(!FNAME(arm)(v, vcpu))) {
		vsys_exit_unarmed(v);
		return static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(false));
	}
	ret = static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(false));
	if (likely(!FNAME(may_be_ours)(v, vcpu))) {
		FNAME(disarm)(v, vcpu);
		return ret;
	}
	return FNAME(run_on)(VSYS_RUN_ARGS(false), v, ret);
}

/* In place of kvm_x86_ops.vcpu_run.  Others need no stack frame. */
static fastpath_t FNAME(run)(VSYS_RUN_PARAMS)
{
	lockdep_assert_irqs_disabled();
	if (vsys_vcpu_untraced(vcpu))
		return static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(false));
	return FNAME(run_covered)(VSYS_RUN_ARGS(false));
}

/* Handle an exit on the slow path, where sleeping is allowed. */
static enum vsys_trap FNAME(trap_slow)(struct vsys_vcpu *v)
{
	might_sleep();
	if (v->msrs_moved) {
		v->msrs_moved = false;
		vsys_entry_regs_report(v);
	}
	return FNAME(trap)(v, v->vcpu, false);
}
