/* SPDX-License-Identifier: GPL-2.0 */
/* Around VMRUN: make the doors exit, and undo it.  Part of svm.c. */
#ifndef VSYS_SVM_ARM_H
#define VSYS_SVM_ARM_H

#include <asm/page.h>
#include <asm/svm.h>

#include "vcpu.h"

/* VMCB clean bits, APM vol. 2, 15.15.3. */
enum {
	CLEAN_INTERCEPTS = 1 << 0,
	CLEAN_TPR = 1 << 3,	/* int_ctl and int_vector */
	CLEAN_CR = 1 << 5,	/* CR0, CR3, CR4, EFER */
	CLEAN_SEG = 1 << 8,	/* CS, DS, SS, ES, CPL */
	CLEAN_CET = 1 << 12,	/* S_CET, SSP, ISST_ADDR */
	CLEAN_HYPERV = 1U << 31,	/* Hyper-V's: the MSR permission map, among others */
};

/* Bits of vmcb_control_area.intercepts. */
enum {
	INTN_INTERCEPT = 1 << (INTERCEPT_INTn & 31),
	IRET_INTERCEPT = 1 << (INTERCEPT_IRET & 31),
	VINTR_INTERCEPT = 1 << (INTERCEPT_VINTR & 31),
	CR3_INTERCEPT = 1 << INTERCEPT_CR3_WRITE,	/* in the first word */
	/* Faults in which the delivery of an INT n may end. */
	FAULTS = 1 << TS_VECTOR | 1 << NP_VECTOR | 1 << SS_VECTOR | 1 << GP_VECTOR |
		 1 << PF_VECTOR,
};

/* A virtual interrupt that is due as soon as the guest takes any. */
#define WINDOW_CTL	(V_IRQ_MASK | V_INTR_PRIO_MASK | V_IGN_TPR_MASK)

/* Where the MSR permission map has SYSENTER_CS, APM vol. 2, 15.11. */
enum { MSRPM_SYSENTER_CS = MSR_IA32_SYSENTER_CS / 4, MSRPM_BOTH = 3 };

/* The first member after struct kvm_vcpu in KVM's vcpu_svm; see vmcb_agrees(). */
static struct vmcb *vmcb_of(struct kvm_vcpu *vcpu)
{
	return *(struct vmcb **)(vcpu + 1);
}

static u8 *msrpm_byte(const struct vmcb *vmcb)
{
	return (u8 *)__va(__sme_clr(vmcb->control.msrpm_base_pa)) + MSRPM_SYSENTER_CS;
}

/* Intercept @bits, too; returns those that KVM does not intercept itself. */
static u32 add_exceptions(struct vsys_armed *a, struct vmcb *vmcb, u32 bits)
{
	bits &= ~vmcb->control.intercepts[INTERCEPT_EXCEPTION];
	vmcb->control.intercepts[INTERCEPT_EXCEPTION] |= bits;
	a->exceptions |= bits;
	return bits;
}

/* Make SYSENTER and SYSEXIT fault; in long mode they are undefined on AMD. */
static noinline void arm_sysenter(struct vsys_armed *a, struct vmcb *vmcb)
{
	u8 *byte = msrpm_byte(vmcb);

	a->what |= VSYS_ARMED_MSRS;
	a->msr_bits = *byte;
	*byte |= MSRPM_BOTH;
	vmcb->control.clean &= ~CLEAN_HYPERV;
	a->sysenter_cs = vmcb->save.sysenter_cs;
	if (!(a->sysenter_cs & 0xfffc))
		return;
	a->what |= VSYS_ARMED_SYSENTER;
	add_exceptions(a, vmcb, 1 << GP_VECTOR);
	vmcb->save.sysenter_cs = 0;
}

static noinline void disarm_sysenter(struct vsys_armed *a, struct vmcb *vmcb)
{
	vmcb->control.intercepts[INTERCEPT_EXCEPTION] &= ~a->exceptions;
	*msrpm_byte(vmcb) = a->msr_bits;
	vmcb->control.clean &= ~CLEAN_HYPERV;
	vmcb->save.sysenter_cs = a->sysenter_cs;
}

/*
 * Deliver an INT n as an event, APM vol. 2, 15.20.  A CPU without NRIPS pushes the RIP
 * of the VMCB: move it, and move it back when the delivery faults.
 */
static void arm_int(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, struct vmcb *vmcb)
{
	struct vmcb_control_area *c = &vmcb->control;
	struct vsys_int *soft = &v->soft;
	u64 next = soft->next;

	if (c->event_inj & SVM_EVTINJ_VALID ||
	    vsys_rip(vcpu) != soft->rip)
		return;
	if (!(vmcb->save.cs.attrib & SVM_SELECTOR_L_MASK))
		next = (u32)next;
	c->event_inj = soft->vector | SVM_EVTINJ_TYPE_SOFT | SVM_EVTINJ_VALID;
	if (boot_cpu_has(X86_FEATURE_NRIPS)) {
		c->next_rip = next;
	} else {
		vsys_rip(vcpu) = next;
		v->armed.extra = add_exceptions(&v->armed, vmcb, FAULTS);
	}
	/* INT n pushes RF as it is after an instruction. */
	soft->rf = vmcb->save.rflags & X86_EFLAGS_RF;
	vmcb->save.rflags &= ~X86_EFLAGS_RF;
	soft->shadow = c->int_state & SVM_INTERRUPT_SHADOW_MASK;
	c->int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
	soft->sent = true;
	if (unlikely(soft->touch))
		vsys_touch_apply(v, &v->slot.call, soft->addr);
}

/* Request an exit after the IRET, which is not intercepted in this run. */
static u32 arm_window(struct vsys_armed *a, struct vmcb *vmcb)
{
	if (vmcb->control.int_ctl & (V_IRQ_MASK | AVIC_ENABLE_MASK))
		return 0;
	a->what |= VSYS_ARMED_WINDOW;
	a->field = vmcb->control.int_ctl;
	vmcb->control.int_ctl |= WINDOW_CTL;
	vmcb->control.clean &= ~CLEAN_TPR;
	return VINTR_INTERCEPT;
}

/* Meet the needs of the next run only; returns @bits, the intercepts to add, as changed. */
static noinline u32 arm_next(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, u32 bits)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vsys_armed *a = &v->armed;

	v->once = true;
	a->extra = 0;
	if (READ_ONCE(v->leave_pends))
		bits |= IRET_INTERCEPT;
	if (v->next_run & VSYS_NEXT_NO_INT)
		bits &= ~INTN_INTERCEPT;
	if (v->next_run & VSYS_NEXT_NO_IRET)
		bits &= ~IRET_INTERCEPT;
	if (v->next_run & VSYS_NEXT_WINDOW)
		bits |= arm_window(a, vmcb);
	if (v->next_run & VSYS_NEXT_SEND_INT)
		arm_int(v, vcpu, vmcb);
	/* The handler's IRET may execute during this same run. */
	if (v->soft.sent && v->soft.call)
		bits |= IRET_INTERCEPT;
	v->next_run = 0;
	if (READ_ONCE(v->leave_pends) & VSYS_LEAVE_SPACE &&
	    !(vmcb->control.intercepts[INTERCEPT_CR] & CR3_INTERCEPT)) {
		a->what |= VSYS_ARMED_CR3;
		vmcb->control.intercepts[INTERCEPT_CR] |= CR3_INTERCEPT;
	}
	return bits;
}

/* Undo arm_next(), but for what trap() must know of that run. */
static noinline void end_next(struct vsys_armed *a, struct vmcb *vmcb)
{
	vmcb->control.intercepts[INTERCEPT_EXCEPTION] &= ~a->extra;
	if (a->what & VSYS_ARMED_CR3)
		vmcb->control.intercepts[INTERCEPT_CR] &= ~CR3_INTERCEPT;
	if (a->what & VSYS_ARMED_WINDOW) {
		vmcb->control.int_ctl &= ~WINDOW_CTL;
		vmcb->control.int_ctl |= a->field & WINDOW_CTL;
		vmcb->control.clean &= ~CLEAN_TPR;
	}
}

/* The run after one that had needs of its own, or that has. */
static noinline u32 rearm_next(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, u32 bits)
{
	struct vsys_armed *a = &v->armed;

	if (v->once) {
		v->once = false;
		a->what &= ~(VSYS_ARMED_WINDOW | VSYS_ARMED_CR3);
		a->exceptions &= ~a->extra;
	}
	return READ_ONCE(v->special) ? arm_next(v, vcpu, bits) : bits;
}

/* The intercepts of a run without special needs. */
static __always_inline u32 intercepts(const struct vsys_vcpu *v)
{
	u32 bits = 0;

	if (v->ints)
		bits = atomic_read(&v->pending->ints) ? INTN_INTERCEPT | IRET_INTERCEPT :
							INTN_INTERCEPT;
	if (!vsys_slot_free(&v->slot))
		bits |= IRET_INTERCEPT;
	return bits;
}

/* Make the doors exit; false if this run is not armed. */
static __always_inline bool svm_arm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vmcb_control_area *c = &vmcb->control;
	struct vsys_armed *a = &v->armed;
	u64 efer = vmcb->save.efer;
	u32 bits;

	if (unlikely(vsys_in_l2_or_smm(vcpu) || vsys_beyond_emulation(vcpu->arch.cr4) ||
		     !(efer & EFER_LMA || vcpu->arch.cr0 & X86_CR0_PE))) {
		v->next_run = 0;
		return false;
	}
	a->what = 0;
	a->exceptions = 0;
	if (likely(efer & EFER_SCE && vsys_vcpu_door(v, VSYS_DOOR_SYSCALL))) {
		a->what = VSYS_ARMED_EFER;
		vmcb->save.efer = efer & ~EFER_SCE;
	}
	bits = intercepts(v);
	v->once = false;
	if (unlikely(!(efer & EFER_LMA) && vsys_vcpu_door(v, VSYS_DOOR_SYSENTER)))
		arm_sysenter(a, vmcb);
	if (unlikely(READ_ONCE(v->special)))
		bits = arm_next(v, vcpu, bits);
	a->free = ~c->intercepts[INTERCEPT_WORD3];
	a->intercepts = bits & a->free;
	c->intercepts[INTERCEPT_WORD3] |= bits;
	c->clean &= ~(CLEAN_CR | CLEAN_INTERCEPTS);
	return true;
}

static __always_inline bool svm_run_end(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	if (likely(!v->once))
		return false;
	end_next(&v->armed, vmcb_of(vcpu));
	return true;
}

/* The VMCB is still armed: calls and returns change only the intercept of IRET. */
static __always_inline bool svm_rearm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb_control_area *c = &vmcb_of(vcpu)->control;
	struct vsys_armed *a = &v->armed;
	u32 bits = intercepts(v);

	if (unlikely(READ_ONCE(v->special)))
		bits = rearm_next(v, vcpu, bits);
	bits &= a->free;
	c->intercepts[INTERCEPT_WORD3] ^= a->intercepts ^ bits;
	c->clean &= ~CLEAN_INTERCEPTS;
	a->intercepts = bits;
	return true;
}

static __always_inline void svm_disarm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vsys_armed *a = &v->armed;

	/* VMRUN does not change EFER: writes of the guest exit. */
	if (likely(a->what & VSYS_ARMED_EFER))
		vmcb->save.efer |= EFER_SCE;
	vmcb->control.intercepts[INTERCEPT_WORD3] &= ~a->intercepts;
	vmcb->control.clean &= ~(CLEAN_CR | CLEAN_INTERCEPTS);
	if (unlikely(a->what & VSYS_ARMED_MSRS))
		disarm_sysenter(a, vmcb);
}

#endif /* VSYS_SVM_ARM_H */
