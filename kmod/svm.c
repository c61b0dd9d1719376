// SPDX-License-Identifier: GPL-2.0
/* AMD: the VMCB around VMRUN; APM vol. 2, chapter 15. */
#include <asm/svm.h>

#include "emulate.h"
#include "symbols.h"
#include "vcpu.h"

/* VMCB clean bits, APM vol. 2, 15.15.3. */
enum {
	CLEAN_CR = 1 << 5,	/* CR0, CR3, CR4, EFER */
	CLEAN_SEG = 1 << 8,	/* CS, DS, SS, ES, CPL */
};

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
	       vmcb->save.rip == regs[VCPU_REGS_RIP] &&
	       !((vmcb->save.efer ^ vcpu->arch.efer) & (EFER_SCE | EFER_LMA)) &&
	       vmcb->save.efer & EFER_SVME &&
	       vmcb->control.asid &&
	       vmcb->control.iopm_base_pa && vmcb->control.msrpm_base_pa;
}

static u32 check(struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.guest_state_protected)
		return VSYS_REFUSED_ENCRYPTED;
	if (!vmcb_agrees(vcpu))
		return VSYS_REFUSED_LAYOUT;
	if (vmcb_of(vcpu)->control.nested_ctl &
	    (SVM_NESTED_CTL_SEV_ENABLE | SVM_NESTED_CTL_SEV_ES_ENABLE))
		return VSYS_REFUSED_ENCRYPTED;
	return 0;
}

/* Make SYSCALL and SYSRET exit, in long mode; false to leave a run alone. */
static __always_inline bool arm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);

	if ((vmcb->save.efer & (EFER_SCE | EFER_LMA)) != (EFER_SCE | EFER_LMA) ||
	    vsys_in_l2(vcpu) || vsys_in_smm(vcpu))
		return false;
	vmcb->save.efer &= ~EFER_SCE;
	vmcb->control.clean &= ~CLEAN_CR;
	return true;
}

static __always_inline void disarm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb *vmcb = vmcb_of(vcpu);

	/* VMRUN has left the EFER it was given: guest writes exit. */
	vmcb->save.efer |= EFER_SCE;
	vmcb->control.clean &= ~CLEAN_CR;
}

static __always_inline bool is_ud(struct kvm_vcpu *vcpu)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	/* An exit during the delivery of an event is no instruction's. */
	return (u32)c->exit_code == SVM_EXIT_EXCP_BASE + UD_VECTOR &&
	       !(c->exit_int_info & SVM_EXITINTINFO_VALID);
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

	st->rip = vcpu->arch.regs[VCPU_REGS_RIP];
	st->rsp = vcpu->arch.regs[VCPU_REGS_RSP];
	st->rflags = save->rflags;
	/* Without nested paging the VMCB has KVM's own CR3. */
	st->cr3 = vmcb->control.nested_ctl & SVM_NESTED_CTL_NP_ENABLE ?
		save->cr3 : vcpu->arch.cr3;
	st->cr4 = vcpu->arch.cr4;
	st->code64 = save->cs.attrib & SVM_SELECTOR_L_MASK;
	st->cpl = save->cpl;
}

static __always_inline void store(struct kvm_vcpu *vcpu,
				  const struct vsys_state *st)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vmcb_save_area *save = &vmcb->save;

	vcpu->arch.regs[VCPU_REGS_RIP] = st->rip;
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
	}
	return 0;
}

#define QUIRKS	{ .syscall32 = true, .keeps_ss = true }
#define LOOP	true
#include "run_tmpl.h"

const struct vsys_vendor_ops vsys_svm_ops = {
	.id = VSYS_VENDOR_SVM,
	.check = check,
	.run = vsys_run,
	.slow = slow,
};
