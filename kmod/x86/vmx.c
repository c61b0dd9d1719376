// SPDX-License-Identifier: GPL-2.0
/*
 * Intel: the VMCS around VMRESUME; SDM vol. 3, chapters 25 to 28.  It is the
 * current one on the vCPU's thread, so no structure of KVM's is needed.
 */
#include "rewrite/touch.h"
#include "vcpu.h"
#include "x86/cet.h"
#include "x86/emulate.h"
#include "x86/entry_regs.h"
#include "x86/regs.h"
#include "x86/symbols.h"
#include "x86/vmx_arm.h"

/*
 * Is the guest's state in a real, current VMCS, and not in the enlightened one of
 * Hyper-V?  Then VMREAD reports the same exit as KVM, as exit_get() assumes.
 */
static u32 vmx_check(struct kvm_vcpu *vcpu)
{
	u32 reason, intr_info, error;
	u64 info1, info2;

	if (vsys_protected(vcpu))
		return VSYS_REFUSED_ENCRYPTED;
	static_call(vsys_get_exit_info)(vcpu, &reason, &info1, &info2,
					&intr_info, &error);
	if (vmcs_read32(VM_EXIT_REASON) != reason || !vmcs_readl(HOST_RIP) ||
	    vmcs_readl(EXIT_QUALIFICATION) != info1 ||
	    vmcs_read32(IDT_VECTORING_INFO_FIELD) != info2 ||
	    vmcs_read32(VM_EXIT_INTR_INFO) != intr_info ||
	    (vsys_reg_avail(vcpu, VCPU_REG_RIP) && vmcs_readl(GUEST_RIP) != vsys_rip(vcpu)))
		return VSYS_REFUSED_LAYOUT;
	return 0;
}

/* The last exit, as KVM reports it: the VMCS has an older one if KVM did not enter. */
struct exit {
	u32 reason;
	u16 basic;	/* the reason without flags, such as that of a bus lock */
	u32 intr;	/* SDM vol. 3, 25.9.2 */
	u32 error;
	u64 qualification;
	u64 vectoring;	/* SDM vol. 3, 25.9.3 */
};

static void exit_get(struct kvm_vcpu *vcpu, struct exit *e)
{
	static_call(vsys_get_exit_info)(vcpu, &e->reason, &e->qualification,
					&e->vectoring, &e->intr, &e->error);
	e->basic = e->reason;
	e->intr &= INTR_INFO_VALID_MASK | INTR_INFO_INTR_TYPE_MASK |
		   INTR_INFO_VECTOR_MASK;
}

static bool is_exception(const struct exit *e, u8 vector)
{
	return e->basic == EXIT_REASON_EXCEPTION_NMI &&
	       e->intr == (INTR_INFO_VALID_MASK | INTR_TYPE_HARD_EXCEPTION | vector);
}

/* Always: reading the exit's reason is most of the look. */
static __always_inline bool vmx_may_be_ours(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	return true;
}

static bool vmx_is_ud(struct kvm_vcpu *vcpu)
{
	struct exit e;

	exit_get(vcpu, &e);
	return is_exception(&e, UD_VECTOR) && !(e.vectoring & VECTORING_INFO_VALID_MASK);
}

/* Is a #GP due to the shortened IDT? */
static enum vsys_exit exit_of_gp(const struct vsys_vcpu *v, const struct exit *e)
{
	if (!(v->armed.what & VSYS_ARMED_LIMIT) ||
	    !(e->vectoring & VECTORING_INFO_VALID_MASK) ||
	    (e->vectoring & VECTORING_INFO_VECTOR_MASK) < 32)
		return VSYS_EXIT_FAULT;
	switch (e->vectoring & VECTORING_INFO_TYPE_MASK) {
	case INTR_TYPE_SOFT_INTR:
		return VSYS_EXIT_INT;
	case INTR_TYPE_EXT_INTR:	/* delivered by the CPU, not by KVM */
		return VSYS_EXIT_REPEAT;
	}
	return VSYS_EXIT_FAULT;
}

static enum vsys_exit vmx_exit_of(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct exit e;

	exit_get(vcpu, &e);
	if (is_exception(&e, GP_VECTOR))
		return exit_of_gp(v, &e);
	switch (e.basic) {
	case EXIT_REASON_NMI_WINDOW:
		if (v->armed.what & VSYS_ARMED_STEP)
			return v->armed.intercepts ? VSYS_EXIT_AGAIN : VSYS_EXIT_OTHER;
		/*
		 * Where an emulated CPU still takes NMIs for blocked, a window
		 * for an INT n comes after the IRET, too.
		 */
		if (v->armed.what & VSYS_ARMED_WINDOW)
			return VSYS_EXIT_IRET_DONE;
		break;
	case EXIT_REASON_GDTR_IDTR:
	case EXIT_REASON_LDTR_TR:
		if (v->armed.what & VSYS_ARMED_LIMIT && v->armed.intercepts)
			return VSYS_EXIT_STEP;
		break;
	case EXIT_REASON_CR_ACCESS:
		/* MOV to CR3: a register's number in 11:8 alone differs, SDM vol. 3, 28.2.1. */
		if ((e.qualification & 0x3f) == 3 &&
		    (v->armed.what & VSYS_ARMED_CR3 || READ_ONCE(v->leave_pends)))
			return VSYS_EXIT_CR3;
		break;
	case EXIT_REASON_MSR_WRITE:
		v->msrs_written = true;
		break;
	}
	return VSYS_EXIT_OTHER;
}

/* VMX has no intercept of IRET. */
static bool vmx_iret_ours(const struct vsys_vcpu *v)
{
	return false;
}

/* With unrestricted guests KVM's handler warns. */
static bool vmx_cr3_ours(const struct vsys_vcpu *v)
{
	return v->armed.what & VSYS_ARMED_CR3;
}

static bool vmx_gp_plain(struct kvm_vcpu *vcpu)
{
	struct exit e;

	exit_get(vcpu, &e);
	return !e.error && !(e.vectoring & VECTORING_INFO_VALID_MASK);
}

static u8 vmx_fault_of(struct kvm_vcpu *vcpu, u32 *error, u64 *cr2)
{
	struct exit e;

	exit_get(vcpu, &e);
	*error = e.error;
	return GP_VECTOR;
}

/*
 * The exit reports vector and length.  KVM has queued it, as it does what failed to
 * arrive, and must not inject it unless the INT n is to be sent.
 */
static enum vsys_trap vmx_int_decode(struct vsys_vcpu *v, struct kvm_vcpu *vcpu,
				     struct vsys_state *st, u64 root, bool atomic)
{
	struct exit e;

	exit_get(vcpu, &e);
	v->soft.vector = e.vectoring & VECTORING_INFO_VECTOR_MASK;
	v->soft.len = vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
	vcpu->arch.interrupt.injected = false;
	return VSYS_TRAP_DONE;
}

/*
 * The exit during its delivery has ended the shadow that the INT n was in, SDM vol. 3,
 * 28.1: KVM injects it itself if its loop comes before our next run.
 */
static void vmx_int_first(struct kvm_vcpu *vcpu)
{
	vcpu->arch.interrupt.injected = true;
}

/*
 * The delivery has failed if the exit reports it.  After an exception of the
 * guest's INT n executes again, and so does always the instruction that the INT n came in
 * place of.  After any other exit KVM delivers it with the next run, before interrupts that
 * wait: the CPU had begun to execute it.
 */
static bool vmx_int_failed(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct exit e;

	exit_get(vcpu, &e);
	if (e.reason & VMX_EXIT_REASONS_FAILED_VMENTRY) {
		vmcs_write32(VM_ENTRY_INTR_INFO_FIELD, 0);
		return true;
	}
	if ((e.vectoring & (VECTORING_INFO_VALID_MASK | VECTORING_INFO_TYPE_MASK)) !=
	    (VECTORING_INFO_VALID_MASK | INTR_TYPE_SOFT_INTR))
		return false;
	if (v->soft.touch) {
		vsys_rip(vcpu) = v->soft.rip;
		vsys_reg_dirty(vcpu, VCPU_REG_RIP);
	}
	if (e.basic == EXIT_REASON_EXCEPTION_NMI || v->soft.touch)
		vcpu->arch.interrupt.injected = false;
	else
		v->next_run |= VSYS_NEXT_SEND_INT;
	return true;
}

static u64 guest_cr3(struct kvm_vcpu *vcpu)
{
	/* With CR3-load exiting the VMCS has KVM's own CR3, SDM vol. 3, 25.6.2. */
	if (vsys_reg_avail(vcpu, VCPU_REG_CR3) ||
	    vmcs_read32(CPU_BASED_VM_EXEC_CONTROL) & CPU_BASED_CR3_LOAD_EXITING)
		return vcpu->arch.cr3;
	return vmcs_readl(GUEST_CR3);
}

/* Does the secondary VM-execution control @bit apply? */
static bool second_control(u32 bit)
{
	return vmcs_read32(CPU_BASED_VM_EXEC_CONTROL) & CPU_BASED_ACTIVATE_SECONDARY_CONTROLS &&
	       vmcs_read32(SECONDARY_VM_EXEC_CONTROL) & bit;
}

/* With EPT the exit has stored them, SDM vol. 3, 28.3.4; else only KVM changes them. */
static void vmx_pdptes(struct kvm_vcpu *vcpu, struct vsys_pdptes *to)
{
	to->in_cpu = true;
	if (vsys_reg_avail(vcpu, VCPU_REG_PDPTR) || !second_control(SECONDARY_EXEC_ENABLE_EPT)) {
		memcpy(to->e, vsys_pdptes(vcpu), sizeof(to->e));
		return;
	}
	to->e[0] = vmcs_read64(GUEST_PDPTR0);
	to->e[1] = vmcs_read64(GUEST_PDPTR1);
	to->e[2] = vmcs_read64(GUEST_PDPTR2);
	to->e[3] = vmcs_read64(GUEST_PDPTR3);
}

static u64 vmx_cs_base(struct kvm_vcpu *vcpu)
{
	return vmcs_readl(GUEST_CS_BASE);
}

static u32 vmx_cs_limit(struct kvm_vcpu *vcpu)
{
	return vmcs_read32(GUEST_CS_LIMIT);
}

static void vmx_load(struct kvm_vcpu *vcpu, struct vsys_state *st)
{
	st->rip = get_rip(vcpu);
	st->rsp = vsys_reg_avail(vcpu, VCPU_REGS_RSP) ?
		vcpu->arch.regs[VCPU_REGS_RSP] : vmcs_readl(GUEST_RSP);
	st->rflags = vmcs_readl(GUEST_RFLAGS);
	st->cr3 = guest_cr3(vcpu);
	/* Only LA57 matters, and changes of it exit. */
	st->cr4 = vcpu->arch.cr4;
	st->lma = vcpu->arch.efer & EFER_LMA;
	st->code64 = st->lma && vmcs_read32(GUEST_CS_AR_BYTES) & VMX_AR_L_MASK;
	st->cpl = vmcs_read32(GUEST_SS_AR_BYTES) >> 5 & 3;
}

/* Without unrestricted guest VM entry requires equal RPLs, SDM vol. 3, 27.3.1.2. */
static u16 entry_ss(const struct vsys_state *st)
{
	if (likely(!((st->ss ^ st->cs) & 3)) || second_control(SECONDARY_EXEC_UNRESTRICTED_GUEST))
		return st->ss;
	return (st->ss & ~3) | (st->cs & 3);
}

static void shadow_end(void)
{
	u32 shadow = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO);

	shadow &= ~(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS);
	vmcs_write32(GUEST_INTERRUPTIBILITY_INFO, shadow);
}

static void store_rip_rflags(struct kvm_vcpu *vcpu, const struct vsys_state *st)
{
	vsys_rip(vcpu) = st->rip;
	vsys_reg_dirty(vcpu, VCPU_REG_RIP);
	vmcs_writel(GUEST_RFLAGS, st->rflags);
	vsys_reg_forget(vcpu, VCPU_REG_RFLAGS);
}

static void vmx_store_caller(struct kvm_vcpu *vcpu, const struct vsys_state *st, bool done)
{
	store_rip_rflags(vcpu, st);
	vsys_regs_set_sp(vcpu, st->rsp);
	if (done)
		shadow_end();
}

/* From 6.18 on the guest may own CR4.CET; KVM's copy is old then. */
static bool cet_on(const struct kvm_vcpu *vcpu)
{
	if (vcpu->arch.cr4_guest_owned_bits & X86_CR4_CET)
		return vmcs_readl(GUEST_CR4) & X86_CR4_CET;
	return vcpu->arch.cr4 & X86_CR4_CET;
}

static noinline void cet_store(u8 to)
{
	u8 from = vmcs_read32(GUEST_SS_AR_BYTES) >> 5 & 3;
	struct vsys_cet cet = {
		.s_cet = vmcs_readl(GUEST_S_CET),
		.ssp = vmcs_readl(GUEST_SSP),
	};

	vsys_cet_change(&cet, from, to);
	vmcs_writel(GUEST_S_CET, cet.s_cet);
	vmcs_writel(GUEST_SSP, cet.ssp);
}

static void vmx_store(struct kvm_vcpu *vcpu, const struct vsys_state *st)
{
	if (unlikely(cet_on(vcpu)))
		cet_store(st->cpl);
	store_rip_rflags(vcpu, st);
	vmcs_write16(GUEST_CS_SELECTOR, st->cs);
	vmcs_writel(GUEST_CS_BASE, 0);
	vmcs_write32(GUEST_CS_LIMIT, U32_MAX);
	vmcs_write32(GUEST_CS_AR_BYTES, st->cs_attr);
	vmcs_write16(GUEST_SS_SELECTOR, entry_ss(st));
	vmcs_writel(GUEST_SS_BASE, 0);
	vmcs_write32(GUEST_SS_LIMIT, U32_MAX);
	vmcs_write32(GUEST_SS_AR_BYTES, st->ss_attr);
	vsys_reg_forget(vcpu, VCPU_REG_SEGMENTS);
	shadow_end();
}

/* KVM knows their values, because writes of the guest exit. */
static u64 vmx_msr(struct kvm_vcpu *vcpu, enum vsys_msr msr)
{
	struct msr_data data = { .host_initiated = true };

	switch (msr) {
	case VSYS_MSR_SYSENTER_CS:
		return vmcs_read32(GUEST_SYSENTER_CS);
	case VSYS_MSR_SYSENTER_ESP:
		return vmcs_readl(GUEST_SYSENTER_ESP);
	case VSYS_MSR_SYSENTER_EIP:
		return vmcs_readl(GUEST_SYSENTER_EIP);
	default:
		break;
	}
	data.index = vsys_entry_regs_index(msr);
	return static_call(vsys_get_msr)(vcpu, &data) ? 0 : data.data;
}

static u64 vmx_reg(struct kvm_vcpu *vcpu, enum vsys_x86_vcpu_reg reg)
{
	struct msr_data gs = { .host_initiated = true, .index = MSR_KERNEL_GS_BASE };

	switch (reg) {
	case VSYS_X86_VCPU_RIP:
		return get_rip(vcpu);
	case VSYS_X86_VCPU_RSP:
		return vmcs_readl(GUEST_RSP);
	case VSYS_X86_VCPU_CS:
		return vmcs_read16(GUEST_CS_SELECTOR) |
		       (u64)vmcs_read32(GUEST_CS_AR_BYTES) << 32;
	case VSYS_X86_VCPU_CR3:
		return guest_cr3(vcpu);
	case VSYS_X86_VCPU_KERNEL_GS:
		return static_call(vsys_get_msr)(vcpu, &gs) ? 0 : gs.data;
	case VSYS_X86_VCPU_FS:
		return vmcs_readl(GUEST_FS_BASE);
	case VSYS_X86_VCPU_GS:
		return vmcs_readl(GUEST_GS_BASE);
	case VSYS_X86_VCPU_TR:
		return vmcs_readl(GUEST_TR_BASE);
	case VSYS_X86_VCPU_GDT:
		return vmcs_readl(GUEST_GDTR_BASE);
	case VSYS_X86_VCPU_GDT_LIMIT:
		return vmcs_read32(GUEST_GDTR_LIMIT);
	case VSYS_X86_VCPU_IDT:
		return vmcs_readl(GUEST_IDTR_BASE);
	case VSYS_X86_VCPU_IDT_LIMIT:
		return vmcs_read32(GUEST_IDTR_LIMIT);
	default:
		return 0;
	}
}

/* Does the CPU allow @control to be set?  SDM vol. 3, A.3. */
static bool control_allowed(u32 msr, u32 control)
{
	u32 low, high;

	return !rdmsr_safe(msr, &low, &high) && high & control;
}

static u32 vmx_doors(void)
{
	u32 ret = BIT(VSYS_DOOR_SYSCALL) | BIT(VSYS_DOOR_SYSENTER);

	if (control_allowed(MSR_IA32_VMX_PINBASED_CTLS, PIN_BASED_VIRTUAL_NMIS) &&
	    control_allowed(MSR_IA32_VMX_PROCBASED_CTLS, CPU_BASED_ACTIVATE_SECONDARY_CONTROLS) &&
	    control_allowed(MSR_IA32_VMX_PROCBASED_CTLS2, SECONDARY_EXEC_DESC))
		ret |= VSYS_DOORS_INT;
	return ret;
}

#define QUIRKS	{ .gp_early = true }
#define LOOP	false	/* KVM must look at posted interrupts in between */
#define FNAME(name) vmx_##name
#include "x86/run_tmpl.h"

const struct vsys_vendor_ops vsys_vmx_ops = {
	.id = VSYS_VENDOR_VMX,
	.check = vmx_check,
	.run = FNAME(run),
	.slow = FNAME(trap_slow),
	.doors = vmx_doors,
	.msr = vmx_msr,
	.reg = vmx_reg,
};
