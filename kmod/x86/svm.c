// SPDX-License-Identifier: GPL-2.0
/* AMD: the VMCB around VMRUN; APM vol. 2, chapter 15. */
#include <asm/page.h>
#include <asm/svm.h>

#include "vcpu.h"
#include "x86/emulate.h"
#include "x86/regs.h"
#include "x86/symbols.h"

/* VMCB clean bits, APM vol. 2, 15.15.3. */
enum {
	CLEAN_INTERCEPTS = 1 << 0,
	CLEAN_TPR = 1 << 3,	/* V_IRQ and its like */
	CLEAN_CR = 1 << 5,	/* CR0, CR3, CR4, EFER */
	CLEAN_SEG = 1 << 8,	/* CS, DS, SS, ES, CPL */
};

/* Bits of vmcb_control_area.intercepts. */
enum {
	INTN_INTERCEPT = 1 << (INTERCEPT_INTn & 31),
	IRET_INTERCEPT = 1 << (INTERCEPT_IRET & 31),
	VINTR_INTERCEPT = 1 << (INTERCEPT_VINTR & 31),
	/* What the delivery of an INT n may end with. */
	FAULTS = 1 << TS_VECTOR | 1 << NP_VECTOR | 1 << SS_VECTOR | 1 << GP_VECTOR |
		 1 << PF_VECTOR,
};

/* A virtual interrupt that comes as soon as the guest takes any. */
#define WINDOW_CTL	(V_IRQ_MASK | V_INTR_PRIO_MASK | V_IGN_TPR_MASK)

/* Where the MSR permission map has SYSENTER_CS, APM vol. 2, 15.11. */
enum { MSRPM_SYSENTER_CS = MSR_IA32_SYSENTER_CS / 4, MSRPM_BOTH = 3 };

/* The first member after struct kvm_vcpu in KVM's vcpu_svm; see check(). */
static struct vmcb *vmcb_of(struct kvm_vcpu *vcpu)
{
	return *(struct vmcb **)(vcpu + 1);
}

/*
 * Right after an exit the VMCB must agree with what KVM itself tells of that
 * exit and of the registers: only then is the pointer what it is taken for.
 */
static bool vmcb_agrees(struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	const unsigned long *regs = vcpu->arch.regs;
	u32 reason, intr_info, error;
	u64 info1, info2;

	if (!virt_addr_valid((unsigned long)vmcb) || offset_in_page(vmcb))
		return false;
	static_call(vsys_get_exit_info)(vcpu, &reason, &info1, &info2,
					&intr_info, &error);
	return (u32)vmcb->control.exit_code == reason &&
	       vmcb->control.exit_info_1 == info1 &&
	       vmcb->control.exit_info_2 == info2 &&
	       vmcb->save.rax == regs[VCPU_REGS_RAX] &&
	       vmcb->save.rsp == regs[VCPU_REGS_RSP] &&
	       vmcb->save.rip == vsys_rip(vcpu) &&
	       !((vmcb->save.efer ^ vcpu->arch.efer) & (EFER_SCE | EFER_LMA)) &&
	       vmcb->save.efer & EFER_SVME &&
	       vmcb->control.asid &&
	       vmcb->control.iopm_base_pa && vmcb->control.msrpm_base_pa;
}

static u32 check(struct kvm_vcpu *vcpu)
{
	if (vsys_protected(vcpu))
		return VSYS_REFUSED_ENCRYPTED;
	if (!vmcb_agrees(vcpu))
		return VSYS_REFUSED_LAYOUT;
	if (vmcb_of(vcpu)->control.misc_ctl &
	    (SVM_MISC_ENABLE_SEV | SVM_MISC_ENABLE_SEV_ES))
		return VSYS_REFUSED_ENCRYPTED;
	return 0;
}

static u8 *msrpm_byte(const struct vmcb *vmcb)
{
	return (u8 *)__va(__sme_clr(vmcb->control.msrpm_base_pa)) + MSRPM_SYSENTER_CS;
}

/* Make SYSENTER and SYSEXIT fault; in long mode they are undefined on AMD. */
static void arm_sysenter(struct vsys_armed *a, struct vmcb *vmcb)
{
	u8 *byte = msrpm_byte(vmcb);

	a->what |= VSYS_ARMED_MSRS;
	a->msr_bits = *byte;
	*byte |= MSRPM_BOTH;
	a->sysenter_cs = vmcb->save.sysenter_cs;
	if (!(a->sysenter_cs & 0xfffc))
		return;
	a->what |= VSYS_ARMED_SYSENTER;
	a->exceptions |= 1 << GP_VECTOR;
	vmcb->save.sysenter_cs = 0;
}

/*
 * Deliver an INT n as an event, APM vol. 2, 15.20.  A CPU that does not save
 * the next RIP pushes the one of the VMCB, so that RIP must be moved, and be
 * moved back when the delivery faults.
 */
static void arm_int(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, struct vmcb *vmcb)
{
	struct vmcb_control_area *c = &vmcb->control;
	struct vsys_int *soft = &v->soft;
	u64 next = soft->rip + soft->len;

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
		v->armed.exceptions |= FAULTS;
	}
	/* INT n pushes RF as it is after an instruction. */
	vmcb->save.rflags &= ~X86_EFLAGS_RF;
	soft->shadow = c->int_state & SVM_INTERRUPT_SHADOW_MASK;
	soft->rf = vmcb->save.rflags & X86_EFLAGS_RF;
	c->int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
	soft->sent = true;
}

/* Have an exit after the IRET that this run goes without an intercept of. */
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

/* What few runs need; changes @bits, the intercepts to add. */
static noinline u32 arm_rare(struct vsys_vcpu *v, struct kvm_vcpu *vcpu, u32 bits)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vsys_armed *a = &v->armed;

	if (!(vmcb->save.efer & EFER_LMA) && vsys_vcpu_door(v, VSYS_DOOR_SYSENTER))
		arm_sysenter(a, vmcb);
	if (v->next_run & VSYS_NEXT_NO_INT)
		bits &= ~INTN_INTERCEPT;
	if (v->next_run & VSYS_NEXT_NO_IRET)
		bits &= ~IRET_INTERCEPT;
	if (v->next_run & VSYS_NEXT_WINDOW)
		bits |= arm_window(a, vmcb);
	if (v->next_run & VSYS_NEXT_SEND_INT)
		arm_int(v, vcpu, vmcb);
	/* Its IRET may come with this run already. */
	if (v->soft.sent && v->soft.call)
		bits |= IRET_INTERCEPT;
	v->next_run = 0;
	a->exceptions &= ~vmcb->control.intercepts[INTERCEPT_EXCEPTION];
	vmcb->control.intercepts[INTERCEPT_EXCEPTION] |= a->exceptions;
	return bits;
}

/* The intercepts of a run of which nothing is special. */
static __always_inline u32 intercepts(const struct vsys_vcpu *v)
{
	u32 bits = v->ints ? INTN_INTERCEPT : 0;

	if (!vsys_slot_free(&v->slot) ||
	    (bits && atomic_read(&v->pending->ints)))
		bits |= IRET_INTERCEPT;
	return bits;
}

/* Make the doors exit; false to leave a run alone. */
static __always_inline bool arm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vmcb_control_area *c = &vmcb->control;
	struct vsys_armed *a = &v->armed;
	u64 efer = vmcb->save.efer;
	u32 bits;

	if (unlikely(vsys_in_l2_or_smm(vcpu) || vsys_beyond_emulation(vcpu) ||
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
	a->once = v->next_run || !(efer & EFER_LMA);
	if (unlikely(a->once))
		bits = arm_rare(v, vcpu, bits);
	a->free = ~c->intercepts[INTERCEPT_WORD3];
	a->intercepts = bits & a->free;
	c->intercepts[INTERCEPT_WORD3] |= bits;
	c->clean &= ~(CLEAN_CR | CLEAN_INTERCEPTS);
	return true;
}

/* The VMCB is armed still: a call that begins or returns changes but this. */
static __always_inline void rearm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb_control_area *c = &vmcb_of(vcpu)->control;
	struct vsys_armed *a = &v->armed;
	u32 bits = intercepts(v) & a->free;

	c->intercepts[INTERCEPT_WORD3] ^= a->intercepts ^ bits;
	c->clean &= ~CLEAN_INTERCEPTS;
	a->intercepts = bits;
}

static noinline void disarm_rare(struct vsys_armed *a, struct vmcb *vmcb)
{
	vmcb->control.intercepts[INTERCEPT_EXCEPTION] &= ~a->exceptions;
	if (a->what & VSYS_ARMED_MSRS) {
		*msrpm_byte(vmcb) = a->msr_bits;
		vmcb->save.sysenter_cs = a->sysenter_cs;
	}
	if (a->what & VSYS_ARMED_WINDOW) {
		vmcb->control.int_ctl &= ~WINDOW_CTL;
		vmcb->control.int_ctl |= a->field & WINDOW_CTL;
		vmcb->control.clean &= ~CLEAN_TPR;
	}
}

static __always_inline void disarm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vsys_armed *a = &v->armed;

	/* VMRUN has left the EFER it was given: guest writes exit. */
	if (likely(a->what & VSYS_ARMED_EFER))
		vmcb->save.efer |= EFER_SCE;
	vmcb->control.intercepts[INTERCEPT_WORD3] &= ~a->intercepts;
	vmcb->control.clean &= ~(CLEAN_CR | CLEAN_INTERCEPTS);
	if (unlikely(a->once))
		disarm_rare(a, vmcb);
}

static __always_inline bool is_ud(struct kvm_vcpu *vcpu)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	/* An exit during the delivery of an event is no instruction's. */
	return (u32)c->exit_code == SVM_EXIT_EXCP_BASE + UD_VECTOR &&
	       !(c->exit_int_info & SVM_EXITINTINFO_VALID);
}

static enum vsys_exit exit_of(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	u32 code = vmcb_of(vcpu)->control.exit_code;

	switch (code) {
	case SVM_EXIT_EXCP_BASE + TS_VECTOR:
	case SVM_EXIT_EXCP_BASE + NP_VECTOR:
	case SVM_EXIT_EXCP_BASE + SS_VECTOR:
	case SVM_EXIT_EXCP_BASE + GP_VECTOR:
	case SVM_EXIT_EXCP_BASE + PF_VECTOR:
		return VSYS_EXIT_FAULT;
	case SVM_EXIT_SWINT:
		return VSYS_EXIT_INT;
	case SVM_EXIT_IRET:
		return VSYS_EXIT_IRET;
	case SVM_EXIT_VINTR:
		if (v->armed.what & VSYS_ARMED_WINDOW)
			return VSYS_EXIT_AGAIN;
	}
	/* The guest may have written any of its MSRs before. */
	v->msrs_written = true;
	return VSYS_EXIT_OTHER;
}

static bool iret_ours(const struct vsys_vcpu *v)
{
	return v->armed.intercepts & IRET_INTERCEPT;
}

static bool gp_plain(struct kvm_vcpu *vcpu)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	return c->exit_code == SVM_EXIT_EXCP_BASE + GP_VECTOR && !c->exit_info_1 &&
	       !(c->exit_int_info & SVM_EXITINTINFO_VALID);
}

static u8 fault_of(struct kvm_vcpu *vcpu, u32 *error, u64 *cr2)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	*error = c->exit_info_1;
	*cr2 = c->exit_info_2;
	return c->exit_code - SVM_EXIT_EXCP_BASE;
}

/* The VMCB's attributes are those of a descriptor without the gap. */
static __always_inline u16 pack_attr(u32 attr)
{
	return (attr & 0xff) | (attr >> 4 & 0xf00);
}

static u64 cs_base(struct kvm_vcpu *vcpu)
{
	return vmcb_of(vcpu)->save.cs.base;
}

static __always_inline void load(struct kvm_vcpu *vcpu, struct vsys_state *st)
{
	const struct vmcb *vmcb = vmcb_of(vcpu);
	const struct vmcb_save_area *save = &vmcb->save;

	st->rip = vsys_rip(vcpu);
	st->rsp = vcpu->arch.regs[VCPU_REGS_RSP];
	st->rflags = save->rflags;
	/* Without nested paging the VMCB has KVM's own CR3. */
	st->cr3 = vmcb->control.misc_ctl & SVM_MISC_ENABLE_NP ?
		save->cr3 : vcpu->arch.cr3;
	st->cr4 = vcpu->arch.cr4;
	st->lma = save->efer & EFER_LMA;
	st->code64 = save->cs.attrib & SVM_SELECTOR_L_MASK && likely(st->lma);
	st->cpl = save->cpl;
}

static __always_inline void store(struct kvm_vcpu *vcpu,
				  const struct vsys_state *st)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vmcb_save_area *save = &vmcb->save;

	vsys_rip(vcpu) = st->rip;
	save->rflags = st->rflags;
	save->cs = (struct vmcb_seg){ st->cs, pack_attr(st->cs_attr), U32_MAX, 0 };
	if (st->ss_keep) {
		/* KVM, and not only KVM, takes SS.DPL and CPL for the same. */
		save->ss.selector = st->ss;
		save->ss.attrib = (save->ss.attrib & ~SVM_SELECTOR_DPL_MASK) |
				  st->cpl << SVM_SELECTOR_DPL_SHIFT;
	} else {
		save->ss = (struct vmcb_seg){ st->ss, pack_attr(st->ss_attr),
					      U32_MAX, 0 };
	}
	save->cpl = st->cpl;
	vmcb->control.clean &= ~CLEAN_SEG;
	vmcb->control.int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
}

static void store_caller(struct kvm_vcpu *vcpu, const struct vsys_state *st, bool done)
{
	struct vmcb *vmcb = vmcb_of(vcpu);

	vsys_rip(vcpu) = st->rip;
	vsys_regs_set_sp(vcpu, st->rsp);
	vmcb->save.rflags = st->rflags;
	if (done)
		vmcb->control.int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
}

/* VMSAVE has put them there after the last exit, APM vol. 2, 15.5.2. */
static __always_inline u64 msr(struct kvm_vcpu *vcpu, enum vsys_msr msr)
{
	const struct vmcb_save_area *save = &vmcb_of(vcpu)->save;

	switch (msr) {
	case VSYS_MSR_STAR:
		return save->star;
	case VSYS_MSR_LSTAR:
		return save->lstar;
	case VSYS_MSR_CSTAR:
		return save->cstar;
	case VSYS_MSR_SFMASK:
		return save->sfmask;
	case VSYS_MSR_SYSENTER_CS:
		return save->sysenter_cs;
	case VSYS_MSR_SYSENTER_ESP:
		return save->sysenter_esp;
	case VSYS_MSR_SYSENTER_EIP:
		return save->sysenter_eip;
	default:
		return 0;
	}
}

static enum vsys_trap int_decode(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				 struct vsys_state *st, u64 root, bool atomic);

/*
 * The delivery was cut short when the exit tells of it: an exception, or
 * memory that KVM will supply.  INT n executes again, or its fault is queued.
 */
static bool int_failed(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb_control_area *c = &vmcb_of(vcpu)->control;
	const u32 mask = SVM_EXITINTINFO_VALID | SVM_EXITINTINFO_TYPE_MASK |
			 SVM_EXITINTINFO_VEC_MASK;

	if ((c->exit_int_info & mask) !=
	    (SVM_EXITINTINFO_VALID | SVM_EXITINTINFO_TYPE_SOFT | v->soft.vector))
		return false;
	/* Of a task gate KVM does the rest, and must know how it was reached. */
	if (c->exit_code != SVM_EXIT_TASK_SWITCH)
		c->exit_int_info &= ~SVM_EXITINTINFO_VALID;
	c->int_state |= v->soft.shadow;
	/* No second #DB of a breakpoint on it. */
	if (v->soft.rf)
		vmcb_of(vcpu)->save.rflags |= X86_EFLAGS_RF;
	/* KVM would inject it once more. */
	vcpu->arch.interrupt.injected = false;
	vsys_rip(vcpu) = v->soft.rip;
	return true;
}

static u32 doors(void)
{
	return BIT(VSYS_DOOR_SYSCALL) | BIT(VSYS_DOOR_SYSENTER) |
	       BIT(VSYS_DOOR_INT80) | BIT(VSYS_DOOR_INT2E);
}

#define QUIRKS	{ .syscall32 = true, .keeps_ss = true }
#define LOOP	true
#include "x86/run_tmpl.h"

/* VM86 mode has rules of its own, and an emulator exits for INT3 and INTO. */
static enum vsys_trap int_decode(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				 struct vsys_state *st, u64 root, bool atomic)
{
	if (st->rflags & X86_EFLAGS_VM)
		return VSYS_TRAP_NONE;
	fetch(v, vcpu, st, root, atomic);
	if (v->insn.op == VSYS_OP_MORE)
		return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_NONE;
	v->soft.vector = v->insn.vector;
	v->soft.len = v->insn.len;
	return v->insn.op == VSYS_OP_INT ? VSYS_TRAP_DONE : VSYS_TRAP_NONE;
}

const struct vsys_vendor_ops vsys_svm_ops = {
	.id = VSYS_VENDOR_SVM,
	.check = check,
	.run = vsys_run,
	.slow = slow,
	.doors = doors,
	.msr = msr,
};
