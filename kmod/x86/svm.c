// SPDX-License-Identifier: GPL-2.0
/* AMD: the VMCB around VMRUN; APM vol. 2, chapter 15. */
#include "rewrite/touch.h"
#include "vcpu.h"
#include "x86/cet.h"
#include "x86/emulate.h"
#include "x86/regs.h"
#include "x86/svm_arm.h"
#include "x86/symbols.h"

/*
 * Does the pointer behind struct kvm_vcpu lead to the VMCB?  Right after an exit the VMCB
 * must agree with KVM's own report of that exit and of the registers.
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

static u32 svm_check(struct kvm_vcpu *vcpu)
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

static __always_inline bool svm_may_be_ours(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	u32 code = vmcb_of(vcpu)->control.exit_code;

	static_assert((SVM_EXIT_IRET | 1) == SVM_EXIT_SWINT);
	if (code == SVM_EXIT_EXCP_BASE + UD_VECTOR || (code | 1) == SVM_EXIT_SWINT ||
	    v->once || v->armed.what & ~VSYS_ARMED_EFER)
		return true;
	/* The guest may have written its entry MSRs, which does not exit. */
	v->msrs_written = true;
	return false;
}

static __always_inline bool svm_is_ud(struct kvm_vcpu *vcpu)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	/* An exit during the delivery of an event is not caused by an instruction. */
	return (u32)c->exit_code == SVM_EXIT_EXCP_BASE + UD_VECTOR &&
	       !(c->exit_int_info & SVM_EXITINTINFO_VALID);
}

static enum vsys_exit svm_exit_of(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
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
	case SVM_EXIT_WRITE_CR3:
		v->msrs_written = true;
		return READ_ONCE(v->leave_pends) ? VSYS_EXIT_CR3 : VSYS_EXIT_OTHER;
	case SVM_EXIT_VINTR:
		if (v->armed.what & VSYS_ARMED_WINDOW)
			return VSYS_EXIT_AGAIN;
	}
	v->msrs_written = true;
	return VSYS_EXIT_OTHER;
}

static bool svm_iret_ours(const struct vsys_vcpu *v)
{
	return v->armed.intercepts & IRET_INTERCEPT;
}

/* KVM's handler does it. */
static bool svm_cr3_ours(const struct vsys_vcpu *v)
{
	return false;
}

static bool svm_gp_plain(struct kvm_vcpu *vcpu)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	return c->exit_code == SVM_EXIT_EXCP_BASE + GP_VECTOR && !c->exit_info_1 &&
	       !(c->exit_int_info & SVM_EXITINTINFO_VALID);
}

static u8 svm_fault_of(struct kvm_vcpu *vcpu, u32 *error, u64 *cr2)
{
	const struct vmcb_control_area *c = &vmcb_of(vcpu)->control;

	*error = c->exit_info_1;
	*cr2 = c->exit_info_2;
	return c->exit_code - SVM_EXIT_EXCP_BASE;
}

/* Attributes in the VMCB's layout: a descriptor's without the limit bits between. */
static __always_inline u16 pack_attr(u32 attr)
{
	return (attr & 0xff) | (attr >> 4 & 0xf00);
}

/* With nested paging the CPU reads them from memory, APM vol. 2, 15.25.10. */
static void svm_pdptes(struct kvm_vcpu *vcpu, struct vsys_pdptes *to)
{
	to->in_cpu = !(vmcb_of(vcpu)->control.misc_ctl & SVM_MISC_ENABLE_NP);
	if (to->in_cpu)
		memcpy(to->e, vsys_pdptes(vcpu), sizeof(to->e));
}

static u64 svm_cs_base(struct kvm_vcpu *vcpu)
{
	return vmcb_of(vcpu)->save.cs.base;
}

static u32 svm_cs_limit(struct kvm_vcpu *vcpu)
{
	return vmcb_of(vcpu)->save.cs.limit;
}

static u32 unpack_attr(u16 attrib)
{
	return (attrib & 0xff) | (attrib & 0xf00) << 4;
}

/* Without nested paging the VMCB has KVM's own CR3. */
static __always_inline u64 save_cr3(struct kvm_vcpu *vcpu)
{
	const struct vmcb *vmcb = vmcb_of(vcpu);

	return vmcb->control.misc_ctl & SVM_MISC_ENABLE_NP ? vmcb->save.cr3 : vcpu->arch.cr3;
}

static __always_inline void svm_load(struct kvm_vcpu *vcpu, struct vsys_state *st)
{
	const struct vmcb *vmcb = vmcb_of(vcpu);
	const struct vmcb_save_area *save = &vmcb->save;

	st->rip = vsys_rip(vcpu);
	st->rsp = vcpu->arch.regs[VCPU_REGS_RSP];
	st->rflags = save->rflags;
	st->cr3 = save_cr3(vcpu);
	st->cr4 = vcpu->arch.cr4;
	st->lma = save->efer & EFER_LMA;
	st->code64 = save->cs.attrib & SVM_SELECTOR_L_MASK && likely(st->lma);
	st->cpl = save->cpl;
}

static noinline void cet_store(struct vmcb *vmcb, u8 to)
{
	struct vsys_cet cet = { .s_cet = vmcb->save.s_cet, .ssp = vmcb->save.ssp };

	vsys_cet_change(&cet, vmcb->save.cpl, to);
	vmcb->save.s_cet = cet.s_cet;
	vmcb->save.ssp = cet.ssp;
	vmcb->control.clean &= ~CLEAN_CET;
}

static __always_inline void svm_store(struct kvm_vcpu *vcpu,
				      const struct vsys_state *st)
{
	struct vmcb *vmcb = vmcb_of(vcpu);
	struct vmcb_save_area *save = &vmcb->save;

	if (unlikely(st->cr4 & X86_CR4_CET))
		cet_store(vmcb, st->cpl);
	vsys_rip(vcpu) = st->rip;
	save->rflags = st->rflags;
	save->cs = (struct vmcb_seg){ st->cs, pack_attr(st->cs_attr), U32_MAX, 0 };
	if (st->ss_keep) {
		/* KVM and others take SS.DPL for the CPL. */
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

static void svm_store_caller(struct kvm_vcpu *vcpu, const struct vsys_state *st, bool done)
{
	struct vmcb *vmcb = vmcb_of(vcpu);

	vsys_rip(vcpu) = st->rip;
	vsys_regs_set_sp(vcpu, st->rsp);
	vmcb->save.rflags = st->rflags;
	if (done)
		vmcb->control.int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
}

/* VMSAVE stores them after each exit, APM vol. 2, 15.5.2. */
static __always_inline u64 svm_msr(struct kvm_vcpu *vcpu, enum vsys_msr msr)
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

/*
 * The delivery has failed if the exit reports it: an exception, or memory that KVM will
 * supply.  The INT n executes again, or its fault is queued.
 */
static bool svm_int_failed(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vmcb_control_area *c = &vmcb_of(vcpu)->control;
	const u32 mask = SVM_EXITINTINFO_VALID | SVM_EXITINTINFO_TYPE_MASK |
			 SVM_EXITINTINFO_VEC_MASK;

	if ((c->exit_int_info & mask) !=
	    (SVM_EXITINTINFO_VALID | SVM_EXITINTINFO_TYPE_SOFT | v->soft.vector))
		return false;
	/* KVM emulates task gates, and must know how this one was reached. */
	if (c->exit_code != SVM_EXIT_TASK_SWITCH)
		c->exit_int_info &= ~SVM_EXITINTINFO_VALID;
	c->int_state |= v->soft.shadow;
	/* No second #DB of a breakpoint on it. */
	if (v->soft.rf)
		vmcb_of(vcpu)->save.rflags |= X86_EFLAGS_RF;
	/* Keep KVM from injecting it once more. */
	vcpu->arch.interrupt.injected = false;
	vsys_rip(vcpu) = v->soft.rip;
	return true;
}

/* Its intercept keeps the shadow that the INT n is in, APM vol. 2, 15.21.5. */
static void svm_int_first(struct kvm_vcpu *vcpu)
{
}

static u32 svm_doors(void)
{
	return BIT(VSYS_DOOR_SYSCALL) | BIT(VSYS_DOOR_SYSENTER) |
	       VSYS_DOORS_INT;
}

static u64 svm_reg(struct kvm_vcpu *vcpu, enum vsys_x86_vcpu_reg reg)
{
	const struct vmcb_save_area *save = &vmcb_of(vcpu)->save;

	switch (reg) {
	case VSYS_X86_VCPU_RIP:
		return vsys_rip(vcpu);
	case VSYS_X86_VCPU_RSP:
		return vcpu->arch.regs[VCPU_REGS_RSP];
	case VSYS_X86_VCPU_CS:
		return save->cs.selector | (u64)unpack_attr(save->cs.attrib) << 32;
	case VSYS_X86_VCPU_CR3:
		return save_cr3(vcpu);
	case VSYS_X86_VCPU_KERNEL_GS:
		return save->kernel_gs_base;
	case VSYS_X86_VCPU_FS:
		return save->fs.base;
	case VSYS_X86_VCPU_GS:
		return save->gs.base;
	case VSYS_X86_VCPU_TR:
		return save->tr.base;
	case VSYS_X86_VCPU_GDT:
		return save->gdtr.base;
	case VSYS_X86_VCPU_GDT_LIMIT:
		return save->gdtr.limit;
	case VSYS_X86_VCPU_IDT:
		return save->idtr.base;
	case VSYS_X86_VCPU_IDT_LIMIT:
		return save->idtr.limit;
	default:
		return 0;
	}
}

#define QUIRKS	{ .syscall32 = true, .keeps_ss = true }
#define LOOP	true
#define FNAME(name) svm_##name
#include "x86/run_tmpl.h"

/* Where the TSS has the offset of its I/O permission map, behind the redirection map. */
enum { TSS_IOMAP = 0x66, TSS_REDIRECTION = 32 };

/*
 * INT n in virtual-8086 mode, APM vol. 2, table 10-1: with CR4.VME a clear bit of the
 * redirection map leads it to the program's own handler, which the CPU calls without the
 * IDT.  Else it is that of protected mode, for which IOPL must be 3.
 */
static enum vsys_trap svm_int_vm86(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				   const struct vsys_state *st, u64 root, bool atomic)
{
	u64 tss = vmcb_of(vcpu)->save.tr.base;
	u8 bits = 0xff;
	u16 map;

	if (st->cr4 & X86_CR4_VME) {
		vsys_mem_begin(&v->mem, root | VSYS_WHO_KERNEL, atomic);
		if (vsys_mem_read(&v->mem, tss + TSS_IOMAP, &map, 2) != 2 ||
		    vsys_mem_read(&v->mem, tss + map - TSS_REDIRECTION + v->soft.vector / 8,
				  &bits, 1) != 1)
			return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_NONE;
	}
	if (!(bits & BIT(v->soft.vector % 8)))
		return VSYS_TRAP_NONE;
	return (st->rflags & X86_EFLAGS_IOPL) == X86_EFLAGS_IOPL ? VSYS_TRAP_DONE :
								   VSYS_TRAP_FAULT;
}

static enum vsys_trap svm_int_decode(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				     struct vsys_state *st, u64 root, bool atomic)
{
	FNAME(insn_fetch)(v, vcpu, st, root, atomic);
	if (v->insn.op != VSYS_OP_INT)
		return atomic ? VSYS_TRAP_SLOW : VSYS_TRAP_UNDEFINED;
	v->soft.vector = v->insn.vector;
	v->soft.len = v->insn.len;
	/* INT3 and INTO do not depend on IOPL.  Long mode has no virtual-8086 mode. */
	if (st->rflags & X86_EFLAGS_VM && !st->lma && v->insn.int_n)
		return svm_int_vm86(v, vcpu, st, root, atomic);
	return VSYS_TRAP_DONE;
}

const struct vsys_vendor_ops vsys_svm_ops = {
	.id = VSYS_VENDOR_SVM,
	.check = svm_check,
	.run = FNAME(run),
	.slow = FNAME(trap_slow),
	.doors = svm_doors,
	.msr = svm_msr,
	.reg = svm_reg,
};
