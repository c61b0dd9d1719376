// SPDX-License-Identifier: GPL-2.0
/*
 * SVC and ERET, trapped before they execute: which call, and what the CPU would do.
 * On the vCPU's thread, where sleeping is allowed.
 */
#include <asm/esr.h>

#include "arch.h"
#include "arm64/fgt.h"
#include "arm64/state.h"
#include "arm64/trap.h"
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
#include "trace.h"

#define ERET_KEY	BIT(1)		/* ISS of an ERETAA or ERETAB */
#define PSTATE_IL	BIT_ULL(20)
#define PSTATE_MODE	GENMASK_ULL(4, 0)
#define PFR0_EL0_32	2		/* ID_AA64PFR0_EL1.EL0: AArch32, too */

enum { ARM_SP = 13 };

#define FNAME(name)	name

static u64 as_caller(u64 root, const struct vsys_state *st)
{
	return root | VSYS_WHO_USER;
}

static void irq_off(bool atomic)
{
	local_irq_disable();
}

static void irq_on(bool atomic)
{
	local_irq_enable();
}

/* Clear the state that executing an instruction ends: BTYPE, or one step of ITSTATE. */
static u64 pstate_advance(u64 pstate)
{
	u32 it;

	if (!(pstate & PSR_MODE32_BIT))
		return pstate & ~(u64)PSR_BTYPE_MASK;
	it = (pstate >> 8 & 0xfc) | (pstate >> 25 & 3);
	if (!(pstate & PSR_AA32_T_BIT) || !it)
		return pstate;
	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	pstate &= ~(u64)PSR_AA32_IT_MASK;
	return pstate | (u64)(it & 0xfc) << 8 | (u64)(it & 3) << 25;
}

/* Write the program's state; @done: an instruction was executed. */
static void store_caller(struct kvm_vcpu *vcpu, const struct vsys_state *st, bool done)
{
	*vcpu_pc(vcpu) = st->rip;
	*vcpu_cpsr(vcpu) = done ? pstate_advance(st->pstate) : st->pstate;
	if (st->code64)
		vcpu->arch.ctxt.regs.sp = st->rsp;
	else
		vcpu->arch.ctxt.regs.regs[ARM_SP] = st->rsp;
}

#include "call_tmpl.h"

/* Bytes of the SVC of an exit. */
static u8 svc_length(u64 esr)
{
	return esr & ESR_ELx_IL ? 4 : 2;
}

/*
 * Make the call as the CPU would.  KVM enters EL1 at the next entry of the guest: SPSR,
 * ELR and the PSTATE that SCTLR asks for.
 */
void vsys_trap_pass_svc(struct kvm_vcpu *vcpu, u64 esr)
{
	*vcpu_pc(vcpu) += svc_length(esr);
	*vcpu_cpsr(vcpu) = pstate_advance(*vcpu_cpsr(vcpu));
	esr &= ESR_ELx_EC_MASK | ESR_ELx_IL | ESR_ELx_xVC_IMM_MASK;
	vsys_el1_write(vcpu, ESR, esr);
	kvm_pend_exception(vcpu, EXCEPT_AA64_EL1_SYNC);
}

/* Would an ERET to @pstate be legal?  Arm ARM D1.4.4.  Others are left to the CPU. */
static bool return_legal(u64 pstate)
{
	if (pstate & PSTATE_IL)
		return false;
	switch (pstate & PSTATE_MODE) {
	case PSR_MODE_EL0t:
	case PSR_MODE_EL1t:
	case PSR_MODE_EL1h:
		return true;
	case PSR_MODE32_BIT:
		return (read_sysreg(id_aa64pfr0_el1) & 15) == PFR0_EL0_32;
	default:
		return false;
	}
}

/* Is it an ERET that can be emulated?  That of a signed address would need the keys. */
static bool eret_plain(u64 esr, u64 pstate)
{
	return !(esr & ERET_KEY) && return_legal(pstate);
}

static void eret_do(struct kvm_vcpu *vcpu, u64 pc, u64 pstate)
{
	*vcpu_pc(vcpu) = pc;
	*vcpu_cpsr(vcpu) = pstate;
}

/* Execute an ERET for a vCPU that is not traced, or let the CPU do it. */
void vsys_trap_pass_eret(struct kvm_vcpu *vcpu, u64 esr)
{
	u64 pstate = vsys_el1_read(vcpu, SPSR);

	if (eret_plain(esr, pstate))
		eret_do(vcpu, vsys_el1_read(vcpu, ELR), pstate);
	else
		vsys_fgt_leave_eret(vcpu);
}

/* Read the program's state, with the PC and PSTATE that it has or will have. */
static void state_load(struct vsys_vcpu *v, struct vsys_state *st, u64 pc, u64 pstate)
{
	const struct user_pt_regs *regs = &v->vcpu->arch.ctxt.regs;

	st->rip = pc;
	st->pstate = pstate;
	st->code64 = !(pstate & PSR_MODE32_BIT);
	st->rsp = st->code64 ? regs->sp : (u32)regs->regs[ARM_SP];
	st->ttbr0 = vsys_el1_read(v->vcpu, TTBR0);
	st->space = vsys_state_space(st, v->first.space_mask);
}

static u64 root_of(struct vsys_vcpu *v, const struct vsys_state *st)
{
	return vsys_paging_root(st->ttbr0, vsys_el1_read(v->vcpu, TCR),
				vsys_el1_read(v->vcpu, SCTLR));
}

/* Report the kernel's vectors if they have moved since the last call; interrupts off. */
static void vectors_report(struct vsys_vcpu *v, u64 vbar)
{
	u64 was = v->msrs[VSYS_MSR_VBAR];

	lockdep_assert_irqs_disabled();
	if (likely(vbar == was))
		return;
	v->msrs[VSYS_MSR_VBAR] = vbar;
	vsys_record_entry_reg(v, VSYS_ARM64_VBAR_EL1, was, vbar);
}

/* A traced program makes a call. */
void vsys_trap_svc(struct vsys_vcpu *v, u64 esr)
{
	struct kvm_vcpu *vcpu = v->vcpu;
	struct vsys_state st;
	struct vsys_tap *only;
	u64 pc, vbar;

	might_sleep();
	state_load(v, &st, *vcpu_pc(vcpu), *vcpu_cpsr(vcpu));
	pc = st.rip;
	if (!call_begin(v, vcpu, &st, root_of(v, &st), VSYS_DOOR_SVC, svc_length(esr), false,
			&only))
		return;		/* a session skipped or held it */
	vbar = vsys_el1_read(vcpu, VBAR);
	vsys_trap_pass_svc(vcpu, esr);
	irq_off(false);
	vectors_report(v, vbar);
	call_made(v, vcpu, pc, only, false);
	irq_on(false);
}

/* The kernel of a traced program returns, from a call or from anything else. */
void vsys_trap_eret(struct vsys_vcpu *v, u64 esr)
{
	u64 pc = vsys_el1_read(v->vcpu, ELR), pstate = vsys_el1_read(v->vcpu, SPSR);
	u32 mask = v->tapped;
	struct vsys_tap *only, *tap;
	struct vsys_state st;
	struct vsys_call *call;
	struct vsys_key back;

	might_sleep();
	if (!eret_plain(esr, pstate)) {
		for_each_tap(v, tap, mask)
			vsys_record_refused(tap, VSYS_REFUSED_RETURN, 0, *vcpu_pc(v->vcpu));
		vsys_fgt_leave_eret(v->vcpu);
		return;
	}
	state_load(v, &st, pc, pstate);
	if (pstate & PSR_MODE_MASK) {
		eret_do(v->vcpu, pc, pstate);
		return;
	}
	back = (struct vsys_key){ st.space, st.rsp, pc };
	if (!return_begin(v, &st, &back, root_of(v, &st), VSYS_DOOR_NR, false, &call, &only))
		return;		/* retried after a signal */
	eret_do(v->vcpu, pc, pstate);
	irq_off(false);
	if (call)
		return_made(v, v->vcpu, call, call->door, only, false);
	if (atomic_read(&v->slot.state) == VSYS_SLOT_NONE)
		vsys_slot_set(&v->slot, VSYS_SLOT_FREE);
	irq_on(false);
}
