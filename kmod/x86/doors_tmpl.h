/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The doors that are used less than SYSCALL: SYSENTER and INT n, and the return by
 * IRET.  Part of run_tmpl.h.  The rest of the vendor's contract:
 */

/* Was the #GP an instruction's, with error code 0? */
static bool FNAME(gp_plain)(struct kvm_vcpu *vcpu);

/* The vector and the error code of the exception; for #PF the address, too. */
static u8 FNAME(fault_of)(struct kvm_vcpu *vcpu, u32 *error, u64 *cr2);

/*
 * Set v->soft.vector and .len of the INT n that exited.  VSYS_TRAP_UNDEFINED: memory shows
 * none; VSYS_TRAP_NONE: it is left to the CPU; VSYS_TRAP_FAULT: it faults.
 */
static enum vsys_trap FNAME(int_decode)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
					struct vsys_state *st, u64 root, bool atomic);

/* An exit in between must not let KVM inject what waits before the INT n of v->soft. */
static void FNAME(int_first)(struct kvm_vcpu *vcpu);

/* Is the exit by IRET due to our intercept only, and not to KVM's? */
static bool FNAME(iret_ours)(const struct vsys_vcpu *v);

/* Must the CPU execute the MOV to CR3 that has exited, as KVM never asks for this exit? */
static bool FNAME(cr3_ours)(const struct vsys_vcpu *v);

/* If the INT n of v->soft was not delivered, undo its injection; true if so. */
static bool FNAME(int_failed)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu);

static bool FNAME(trap_sysenter)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				 struct vsys_state *st, u64 root, bool atomic)
{
	u64 esp = FNAME(msr)(vcpu, VSYS_MSR_SYSENTER_ESP);
	u64 eip = FNAME(msr)(vcpu, VSYS_MSR_SYSENTER_EIP);
	u64 pc = st->rip;
	struct vsys_tap *only;

	if (unlikely(v->armed.sysenter_cs != v->msrs[VSYS_MSR_SYSENTER_CS] ||
		     esp != v->msrs[VSYS_MSR_SYSENTER_ESP] ||
		     eip != v->msrs[VSYS_MSR_SYSENTER_EIP])) {
		if (atomic)
			return false;
		vsys_entry_regs_report(v);
	}
	if (!FNAME(call_begin)(v, vcpu, st, root, VSYS_DOOR_SYSENTER, v->insn.len, atomic,
			       &only))
		return false;
	vsys_emulate_sysenter(st, v->armed.sysenter_cs, esp, eip);
	irq_off(atomic);
	FNAME(store)(vcpu, st);
	vsys_regs_set_sp(vcpu, st->rsp);
	FNAME(call_made)(v, vcpu, pc, only, atomic);
	irq_on(atomic);
	return true;
}

/* Return by SYSEXIT; @st is the state after the instruction. */
static bool FNAME(trap_sysexit)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				struct vsys_state *st, u64 root, bool atomic)
{
	const struct vsys_key back = { st->space, st->rsp, st->rip };
	struct vsys_tap *only;
	struct vsys_call *call;

	if (!FNAME(return_begin)(v, st, &back, root, VSYS_DOOR_SYSENTER, atomic, &call,
				 &only))
		return false;
	irq_off(atomic);
	FNAME(store)(vcpu, st);
	vsys_regs_set_sp(vcpu, st->rsp);
	FNAME(return_made)(v, vcpu, call, VSYS_DOOR_SYSENTER, only, atomic);
	irq_on(atomic);
	return true;
}

/* Emulate SYSENTER or SYSEXIT; the guest's own SYSENTER_CS is not null. */
static enum vsys_trap FNAME(trap_sysenter_exit)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
						struct vsys_state *st, u64 root, bool atomic)
{
	const unsigned long *regs = vcpu->arch.regs;
	bool done;

	if (v->insn.op == VSYS_OP_SYSEXIT &&
	    vsys_emulate_sysexit(st, v->insn.rex_w, v->armed.sysenter_cs,
				 regs[VCPU_REGS_RCX], regs[VCPU_REGS_RDX]) != VSYS_DONE)
		return atomic ? VSYS_TRAP_SLOW : vsys_trap_fault(v, VSYS_GP);
	if (atomic && st->rflags & X86_EFLAGS_TF)
		return VSYS_TRAP_SLOW;
	if (v->insn.op == VSYS_OP_SYSENTER)
		done = FNAME(trap_sysenter)(v, vcpu, st, root, atomic);
	else
		done = FNAME(trap_sysexit)(v, vcpu, st, root, atomic);
	return done ? trap_end(v, st, atomic) : trap_undone(v, st, atomic);
}

static enum vsys_trap FNAME(trap_gp)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				     struct vsys_state *st, u64 root, bool atomic)
{
	u32 error;
	u8 vector;
	u64 cr2;

	if (v->armed.what & VSYS_ARMED_SYSENTER && FNAME(gp_plain)(vcpu)) {
		FNAME(insn_fetch)(v, vcpu, st, root, atomic);
		if (v->insn.op == VSYS_OP_SYSENTER || v->insn.op == VSYS_OP_SYSEXIT)
			return FNAME(trap_sysenter_exit)(v, vcpu, st, root, atomic);
		if (v->insn.op == VSYS_OP_MORE &&
		    (atomic || FNAME(insn_refetch)(v, vcpu, st) == VSYS_TRAP_DONE))
			return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_DONE;
	}
	vector = FNAME(fault_of)(vcpu, &error, &cr2);
	if (!(v->armed.exceptions & BIT(vector)))
		return VSYS_TRAP_NONE;
	if (atomic)
		return VSYS_TRAP_SLOW;
	if (vector == PF_VECTOR)
		vcpu->arch.cr2 = cr2;
	return vsys_trap_reflect(v, vector, error);
}

static noinline u8 int_door_rare(u8 vector)
{
	switch (vector) {
	case 0x2a:
		return VSYS_DOOR_INT2A;
	case 0x2b:
		return VSYS_DOOR_INT2B;
	case 0x2c:
		return VSYS_DOOR_INT2C;
	case 0x2d:
		return VSYS_DOOR_INT2D;
	default:
		return VSYS_DOOR_NR;
	}
}

/* The door of an INT n, whose bytes @len are; out: how far from it the call returns. */
static __always_inline u8 int_door(u8 vector, u8 *len)
{
	u8 door;

	if (vector == 0x80)
		return VSYS_DOOR_INT80;
	if (vector == 0x2e)
		return VSYS_DOOR_INT2E;
	door = int_door_rare(vector);
	*len += door == VSYS_DOOR_INT2D;	/* NT's kernel skips the byte behind it, an INT3 */
	return door;
}

/* An INT n is about to be executed: have the next run deliver it. */
static enum vsys_trap FNAME(trap_int)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				      struct vsys_state *st, u64 root, bool atomic)
{
	struct vsys_int *soft = &v->soft;
	struct vsys_tap *only;
	u8 door, len;

	switch (FNAME(int_decode)(v, vcpu, st, root, atomic)) {
	case VSYS_TRAP_DONE:
		break;
	case VSYS_TRAP_SLOW:
		return VSYS_TRAP_SLOW;
	case VSYS_TRAP_FAULT:
		return atomic ? VSYS_TRAP_SLOW : vsys_trap_fault(v, VSYS_GP);
	case VSYS_TRAP_UNDEFINED:
		/* Another vCPU has changed it: whatever it is now must trap, too. */
		if (FNAME(insn_refetch)(v, vcpu, st) == VSYS_TRAP_DONE ||
		    v->insn.op != VSYS_OP_MORE)
			return VSYS_TRAP_DONE;
		fallthrough;	/* absent for good, as a record tells */
	default:
		v->next_run |= VSYS_NEXT_NO_INT;
		return VSYS_TRAP_DONE;
	}
	len = soft->len;
	door = int_door(soft->vector, &len);
	soft->call = door != VSYS_DOOR_NR && vsys_vcpu_door(v, door);
	/* No single-step trap: after an IRET with TF it comes one instruction later. */
	if (soft->call &&
	    !FNAME(call_begin)(v, vcpu, st, root, door, len, atomic, &only)) {
		if (v->next_run & VSYS_NEXT_SEND_INT)
			FNAME(int_first)(vcpu);
		return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_DONE;
	}
	soft->rip = st->rip;
	soft->next = st->rip + soft->len;
	soft->touch = false;
	soft->atomic = atomic;
	v->next_run |= VSYS_NEXT_SEND_INT;
	FNAME(int_first)(vcpu);
	return VSYS_TRAP_DONE;
}

/* A run has injected an INT n: if it was delivered, the call has begun. */
static noinline void FNAME(int_sent)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	v->soft.sent = false;
	if (FNAME(int_failed)(v, vcpu)) {
		if (v->soft.touch)
			vsys_touch_restore(v, &v->slot.call);
	} else if (v->soft.call) {
		FNAME(call_made)(v, vcpu, v->soft.rip, NULL, v->soft.atomic);
	}
}

/* Handle an IRET to @back, which may be the return of a call. */
static bool FNAME(trap_return)(struct vsys_vcpu *v, struct vsys_state *st,
			       const struct vsys_key *back, u64 root, bool atomic)
{
	struct vsys_tap *only;
	struct vsys_call *call;

	if (!FNAME(return_begin)(v, st, back, root, VSYS_DOOR_NR, atomic, &call, &only))
		return false;
	irq_off(atomic);
	if (call)
		FNAME(return_made)(v, v->vcpu, call, call->door, only, atomic);
	if (atomic_read(&v->slot.state) == VSYS_SLOT_NONE)
		vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
	irq_on(atomic);
	return true;
}

/* An IRET was executed. */
static enum vsys_trap FNAME(trap_iret_done)(struct vsys_vcpu *v, struct vsys_state *st,
					    u64 root, bool atomic)
{
	const struct vsys_key back = { st->space, st->rsp, st->rip };

	v->next_run &= ~VSYS_NEXT_WINDOW;
	if (!st->cpl)
		return VSYS_TRAP_DONE;
	if (FNAME(trap_return)(v, st, &back, root, atomic))
		return VSYS_TRAP_DONE;
	/* The IRET was executed: if the return is retried, only an exit brings us back. */
	if (!atomic)
		v->next_run |= VSYS_NEXT_WINDOW;
	return trap_undone(v, st, atomic);
}

/* An IRET is about to be executed. */
static enum vsys_trap FNAME(trap_iret)(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				       struct vsys_state *st, u64 root, bool atomic)
{
	bool ours = FNAME(iret_ours)(v), outward;
	struct vsys_key back = { st->space };

	FNAME(insn_fetch)(v, vcpu, st, root, atomic);
	outward = vsys_trap_iret_target(v, st, &back);
	if (v->mem.absent)
		return VSYS_TRAP_SLOW;
	if (outward && !FNAME(trap_return)(v, st, &back, root, atomic))
		return trap_undone(v, st, atomic);
	v->next_run |= VSYS_NEXT_NO_IRET;
	/* With IF set the window would always come before the IRET. */
	if (!outward && !(st->rflags & X86_EFLAGS_IF))
		v->next_run |= VSYS_NEXT_WINDOW;
	return ours ? VSYS_TRAP_DONE : VSYS_TRAP_NONE;
}

static noinline enum vsys_trap FNAME(trap_other)(struct vsys_vcpu *v,
						 struct kvm_vcpu *vcpu, bool atomic)
{
	enum vsys_exit exit = FNAME(exit_of)(v, vcpu);
	struct vsys_state st;
	u64 root;

	if (exit == VSYS_EXIT_OTHER)
		return VSYS_TRAP_NONE;
	if (exit == VSYS_EXIT_AGAIN)
		return VSYS_TRAP_DONE;
	/* KVM has queued the event again and injects it into the next run. */
	if (exit == VSYS_EXIT_REPEAT)
		return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_DONE;
	FNAME(load)(vcpu, &st);
	root = root_of(v, vcpu, &st);
	switch (exit) {
	case VSYS_EXIT_CR3:
		if (!vsys_leave_capture(v, &st, root, atomic))
			return VSYS_TRAP_SLOW;
		if (!FNAME(cr3_ours)(v))
			return VSYS_TRAP_NONE;
		fallthrough;
	case VSYS_EXIT_STEP:
		/* The exit has cleared RF: no second #DB of a breakpoint on it. */
		st.rflags |= X86_EFLAGS_RF;
		FNAME(store_caller)(vcpu, &st, false);
		v->next_run |= VSYS_NEXT_STEP;
		return VSYS_TRAP_DONE;
	case VSYS_EXIT_INT:
		return FNAME(trap_int)(v, vcpu, &st, root, atomic);
	case VSYS_EXIT_IRET:
		return FNAME(trap_iret)(v, vcpu, &st, root, atomic);
	case VSYS_EXIT_IRET_DONE:
		return FNAME(trap_iret_done)(v, &st, root, atomic);
	default:
		return FNAME(trap_gp)(v, vcpu, &st, root, atomic);
	}
}
