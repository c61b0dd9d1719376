/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Around VMRUN, and what becomes of an exit: the whole way of a call in one
 * piece.  Included by svm.c and vmx.c, each of which defines before
 *
 *   QUIRKS, LOOP	constants; LOOP: entering again needs nothing of KVM's
 *   arm(), disarm()	make doors exit; arm() may decline a run
 *   is_ud()		the last exit was #UD, of an instruction
 *   exit_of()		what else it was
 *   load(), store()	the state
 *   store_caller()	RIP, RSP and RFLAGS; and that an instruction was executed
 *   cs_base()		outside 64-bit mode
 *   msr()		a call-entry MSR of the guest
 *
 * and what doors_tmpl.h needs.
 *
 * This is a template and not a set of calls through pointers because a third
 * of the cost of a trap was in those.
 */
#include <linux/nospec.h>

#include "abi.h"
#include "record.h"
#include "rule.h"
#include "run.h"
#include "trap.h"
#include "turn.h"
#include "watch.h"

enum { ROUNDS = 64 };	/* entries without KVM's own loop */

/* What names the address space to guestmem; st->space, which names it to us. */
static __always_inline u64 root_of(const struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				   struct vsys_state *st)
{
	st->space = st->cr3 & VSYS_PTE_ADDR & ~v->isolation;
	if (likely(st->lma))
		return vsys_mem_root(st->cr3, st->cr4);
	if (st->cr4 & X86_CR4_PAE)
		st->space = st->cr3 & GENMASK_ULL(31, 5) & ~v->isolation;
	else
		st->space = st->cr3 & GENMASK_ULL(31, 12);
	return vsys_mem_root_legacy(vcpu->arch.cr0, st->cr3, st->cr4);
}

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

/* Any instruction of ours, into v->insn. */
static void fetch(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
		  const struct vsys_state *st, u64 root, bool atomic)
{
	vsys_mem_begin(&v->mem, root, atomic);
	vsys_trap_fetch(v, st->code64 ? st->rip : (u32)(st->rip + cs_base(vcpu)),
			st->code64);
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

/* Which call it is, with the instruction at st->rip, of @len bytes. */
static __always_inline void call_identify(struct vsys_vcpu *v,
					  const struct vsys_state *st, u8 door, u8 len)
{
	struct vsys_call *call = &v->slot.call;
	const struct vsys_numbers *n = v->numbers64;
	bool usual = door == VSYS_DOOR_SYSCALL && likely(st->code64);

	call->nr = vsys_abi_number(v->vcpu);
	call->key.pc = st->rip + len;
	call->info = usual && likely(call->nr < n->n[0]) ?
		n->info[0][array_index_nospec(call->nr, n->n[0])] : 0;
	if (likely(call->info)) {
		call->abi = v->abi64;
		call->nargs = call->info & VSYS_CALL_NARGS;
		call->key.sp = st->rsp;
		return;
	}
	vsys_abi_identify(v, call, st->code64);
	call->key.sp = vsys_abi_sp(v, door, st->rsp, st->code64);
	/* By these doors the kernel knows where to. */
	if (door == VSYS_DOOR_SYSENTER || (door == VSYS_DOOR_SYSCALL && !st->code64))
		call->key.pc = 0;
}

/* Do rules concern it?  False if that must be seen where sleeping is allowed. */
static __always_inline bool call_ruled(struct vsys_vcpu *v, bool atomic)
{
	struct vsys_call *call = &v->slot.call;

	v->concern = VSYS_CONCERN_NONE;
	if (!static_branch_unlikely(&vsys_rules_exist))
		return true;
	v->concern = vsys_rule_concerns(v, call);
	if (v->concern == VSYS_CONCERN_NONE)
		return true;
	call->info |= VSYS_CALL_RULED;
	return !atomic;
}

/* Sessions act upon the call, and may hold it.  False if it is not to be made. */
static noinline bool call_turns(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				struct vsys_state *st, u64 root, u8 door, u8 len)
{
	struct vsys_call *call = &v->slot.call;
	u32 ours;

	v->turn = vsys_turn_entry(v, st, root, len);
	store_caller(vcpu, st, v->turn == VSYS_TURN_SKIP);
	if (v->turn != VSYS_TURN_GO)
		return false;
	ours = call->info & VSYS_CALL_OURS;
	call_identify(v, st, door, len);
	call->info |= ours;
	vsys_mem_begin(&v->mem, root, false);
	vsys_turn_ready(v);
	return true;
}

/*
 * A call is about to begin: make room for it in the slot, find out who wants it
 * and copy its arguments.  False if that must sleep, or if the call is not to
 * be made: see undone().  The record is made as @only says, see
 * vsys_record_only().
 */
static __always_inline bool call_begin(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				       struct vsys_state *st, u64 root,
				       u8 door, u8 len, bool atomic,
				       struct vsys_tap **only)
{
	struct vsys_call *call = &v->slot.call;

	irq_off(atomic);
	if (unlikely(!vsys_slot_free(&v->slot)) && vsys_slot_seize(&v->slot))
		vsys_trap_evict(v);
	irq_on(atomic);
	call->door = door;
	call->call = ++v->calls;
	call->key.root = st->space;
	call_identify(v, st, door, len);
	if (!call_ruled(v, atomic))
		return false;
	*only = vsys_record_only(v, call, atomic);
	if (likely(*only)) {
		call->sessions = (*only)->bit;
		return true;
	}
	vsys_mem_begin(&v->mem, root, atomic);
	if (!vsys_trap_prepare(v, call))
		return false;
	return atomic || !(call->info & VSYS_CALL_RULED) ||
	       call_turns(v, vcpu, st, root, door, len);
}

/* It has begun, with the instruction at @pc; with interrupts off. */
static __always_inline void call_made(struct vsys_vcpu *v, u64 pc,
				      struct vsys_tap *only, bool atomic)
{
	struct vsys_call *call = &v->slot.call;
	bool told = call->info & VSYS_CALL_RULED;

	if (unlikely(told))
		vsys_turn_made(v);
	if (atomic_read(&v->vm->pending->count))
		told |= vsys_trap_stale(v);
	if (likely(only && !told))
		vsys_record_only_entry(v->vcpu, only, call, pc);
	else if (!told)
		vsys_record_entry(v, call, pc, atomic);
	vsys_slot_set(&v->slot, likely(!(call->info & VSYS_CALL_NORETURN)) ?
				VSYS_SLOT_FULL : VSYS_SLOT_NONE);
}

/* Look whether an entry of the guest's kernel has moved. */
static bool msrs_moved(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	u64 moved = 0;
	int i;

	v->msrs_written = false;
	for (i = 0; i < VSYS_MSRS; i++)
		moved |= msr(vcpu, i) ^ v->msrs[i];
	return moved;
}

static __always_inline bool trap_syscall(struct vsys_vcpu *v,
					 struct kvm_vcpu *vcpu,
					 struct vsys_state *st, u64 root,
					 const struct vsys_insn *insn,
					 bool atomic)
{
	unsigned long *regs = vcpu->arch.regs;
	u64 target, pc = st->rip;
	struct vsys_tap *only;

	if (!call_begin(v, vcpu, st, root, VSYS_DOOR_SYSCALL, insn->len, atomic, &only))
		return false;
	target = msr(vcpu, likely(st->code64) ? VSYS_MSR_LSTAR : VSYS_MSR_CSTAR);
	vsys_emulate_syscall(st, insn->len, &regs[VCPU_REGS_RCX],
			     &regs[VCPU_REGS_R11], msr(vcpu, VSYS_MSR_STAR),
			     target, msr(vcpu, VSYS_MSR_SFMASK));
	irq_off(atomic);
	if (unlikely(st->code64 ? target != v->msrs[VSYS_MSR_LSTAR] : msrs_moved(v, vcpu)))
		vsys_watch(v);
	store(vcpu, st);
	call_made(v, pc, only, atomic);
	irq_on(atomic);
	return true;
}

/*
 * The call that returns now, out of its slot or table; or NULL.  The slot
 * stays seized as long as interrupts are off: others may spin on it.
 */
static __always_inline struct vsys_call *take(struct vsys_vcpu *v,
					      const struct vsys_key *back,
					      bool atomic)
{
	struct vsys_call *call = &v->slot.call;

	if (likely(vsys_slot_seize(&v->slot))) {
		if (likely(vsys_key_match(&call->key, back))) {
			if (atomic)
				return call;
			vsys_call_copy(&v->other, call);
			vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
			return &v->other;
		}
		vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
	}
	return vsys_trap_find(v, back);
}

/* Sessions act upon a call that returns.  False if it gives way. */
static noinline bool return_turns(struct vsys_vcpu *v, struct vsys_state *st,
				  struct vsys_call *call, u64 root,
				  const struct vsys_key *back, u64 result)
{
	vsys_trap_capture_return(v, call, result);
	v->turn = vsys_turn_return(v, st, call, root, back);
	return v->turn == VSYS_TURN_GO;
}

/*
 * Does Linux make the call again?  The vDSO has INT 80h right before the place that
 * calls by its other doors return to, and EAX is the number then, no result.
 */
static bool restarted(struct vsys_vcpu *v, const struct vsys_call *call,
		      const struct vsys_key *back)
{
	u16 insn;

	return !call->key.pc && call->abi == VSYS_ABI_LINUX_I386 &&
	       vsys_mem_read(&v->mem, back->pc, &insn, sizeof(insn)) == sizeof(insn) &&
	       insn == 0x80cd;
}

/*
 * Something returns as @back says: take its call, copy what it has written.
 * False if that must sleep, or if it gives way, see undone(); nothing has
 * happened then.
 */
static __always_inline bool return_begin(struct vsys_vcpu *v, struct vsys_state *st,
					 const struct vsys_key *back, u64 root,
					 bool atomic, struct vsys_call **taken,
					 struct vsys_tap **only)
{
	struct vsys_call *call;
	u64 result;

	irq_off(atomic);
	*taken = call = take(v, back, atomic);
	irq_on(atomic);
	*only = atomic ? READ_ONCE(v->only) : NULL;
	if (likely(*only && call && call->sessions == (*only)->bit &&
		   !(call->info & (VSYS_CALL_KEEP | VSYS_CALL_TWICE | VSYS_CALL_EDITED)) &&
		   call->abi == VSYS_ABI_LINUX_X86_64))
		return true;
	*only = NULL;
	vsys_capture_none(&v->capture);
	if (!call)
		return true;
	vsys_mem_begin(&v->mem, root, atomic);
	result = vsys_abi_result(v->vcpu, call->abi);
	if (call->info & VSYS_CALL_TWICE && !result) {
		*taken = NULL;	/* a child's; that of the caller will follow */
	} else if (restarted(v, call, back)) {
		*taken = NULL;	/* no return at all */
	} else if (unlikely(call->info & VSYS_CALL_RULED)) {
		if (!atomic)
			return return_turns(v, st, call, root, back, result);
	} else if (vsys_trap_capture_return(v, call, result)) {
		return true;
	}
	irq_off(atomic);
	vsys_trap_put_back(v, call);
	irq_on(atomic);
	return !*taken;
}

/* It has returned, by @door; with interrupts off. */
static __always_inline void return_made(struct vsys_vcpu *v,
					struct vsys_call *call, u8 door,
					struct vsys_tap *only, bool atomic)
{
	if (likely(only))
		vsys_record_only_return(only, call, v->vcpu->arch.regs[VCPU_REGS_RAX]);
	else
		vsys_record_return(v, call, door,
				   vsys_abi_result(v->vcpu, call ? call->abi : 0), atomic);
	if (atomic && likely(call == &v->slot.call))
		vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
}

static __always_inline bool trap_sysret(struct vsys_vcpu *v,
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
		.root = st->space,
		.sp = wide ? st->rsp : (u32)st->rsp,
		.pc = wide ? rcx : (u32)rcx,
	};
	struct vsys_tap *only;
	struct vsys_call *call;

	if (!return_begin(v, st, &back, root, atomic, &call, &only))
		return false;
	vsys_emulate_sysret(st, insn->rex_w, rcx, regs[VCPU_REGS_R11],
			    msr(vcpu, VSYS_MSR_STAR), &quirks);
	irq_off(atomic);
	store(vcpu, st);
	return_made(v, call, VSYS_DOOR_SYSCALL, only, atomic);
	irq_on(atomic);
	return true;
}

/* The trap after an instruction is judged by the RFLAGS.TF that it loads. */
static __always_inline enum vsys_trap trap_end(struct vsys_vcpu *v,
					       const struct vsys_state *st,
					       enum vsys_outcome out, bool atomic)
{
	if (!atomic && (out != VSYS_DONE || st->rflags & X86_EFLAGS_TF)) {
		v->stop = st->rip;
		return vsys_trap_fault(v, out);
	}
	return VSYS_TRAP_DONE;
}

/*
 * A call that does not begin, or not return: on the fast path because that must
 * be tried again where sleeping is allowed; there because of a session.
 */
static __always_inline enum vsys_trap undone(struct vsys_vcpu *v,
					     const struct vsys_state *st, bool atomic)
{
	if (atomic)
		return VSYS_TRAP_SLOW;
	return v->turn == VSYS_TURN_SKIP ? trap_end(v, st, VSYS_DONE, atomic) :
					   VSYS_TRAP_DONE;
}

#include "doors_tmpl.h"

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
	struct vsys_state st __uninitialized;	/* load() fills it */
	enum vsys_outcome out;
	u64 flags, root;
	bool done;

	if (unlikely(!(v->armed.what & VSYS_ARMED_EFER) || !is_ud(vcpu)))
		return trap_other(v, vcpu, atomic);
	load(vcpu, &st);
	root = root_of(v, vcpu, &st);
	if (!atomic || unlikely(!fetch_usual(v, &st, root, &insn))) {
		fetch(v, vcpu, &st, root, atomic);
		insn = v->insn;
		if (insn.op != VSYS_OP_SYSCALL && insn.op != VSYS_OP_SYSRET)
			return atomic ? VSYS_TRAP_SLOW : vsys_trap_refetch(v, st.rip);
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
		return undone(v, &st, atomic);
	return trap_end(v, &st, out, atomic);
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

	if (!v || READ_ONCE(v->off)) {
		if (v)
			v->run_seen = irqs_disabled();
		return static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(false));
	}
	if (unlikely(v->msrs_written) && !vsys_msrs_wander(vcpu) && msrs_moved(v, vcpu))
		vsys_watch(v);
	for (round = 0;; round++) {
		bool armed = arm(v, vcpu);

		ret = static_call(vsys_kvm_vcpu_run)(VSYS_RUN_ARGS(round));
		if (!armed)
			return ret;
		disarm(v, vcpu);
		if (unlikely(v->soft.sent))
			int_sent(v, vcpu);
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
		/* Nothing may come between an INT n and its delivery. */
		if (round >= ROUNDS || (!(v->pass & VSYS_PASS_SOFT) &&
					(!LOOP || must_leave(vcpu))))
			return EXIT_FASTPATH_REENTER_GUEST;
		++vcpu->stat.exits;
	}
}

/* The slow path, where sleeping is allowed. */
static enum vsys_trap slow(struct vsys_vcpu *v)
{
	return trap(v, v->vcpu, false);
}
