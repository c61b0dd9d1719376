// SPDX-License-Identifier: GPL-2.0
/*
 * Intel: the VMCS around VMRESUME; SDM vol. 3, chapters 25 to 28.  It is the
 * current one on the vCPU's thread, so no structure of KVM's is needed.
 */
#include <asm/vmx.h>

#include "emulate.h"
#include "symbols.h"
#include "vcpu.h"

/* How EFER was armed. */
enum {
	BY_FIELD,	/* VM entry loads it from the VMCS */
	BY_LIST,	/* ... from the VM-entry MSR-load area */
	BY_MSR,		/* not at all: the guest runs with the host's */
};

/* The host may leave VMX operation under us when it reboots: no Oops then. */
static u64 vmread(unsigned long field)
{
	unsigned long val = 0;

	asm volatile("1: vmread %1, %0\n2:" _ASM_EXTABLE(1b, 2b)
		     : "+r" (val) : "r" (field) : "cc");
	return val;
}

static void vmwrite(unsigned long field, unsigned long val)
{
	asm volatile("1: vmwrite %1, %0\n2:" _ASM_EXTABLE(1b, 2b)
		     : : "r" (field), "rm" (val) : "cc");
}

/*
 * KVM must keep the guest's state in a real, current VMCS, not in the
 * enlightened one of Hyper-V: then VMREAD tells of the exit as KVM does.
 */
static u32 check(struct kvm_vcpu *vcpu)
{
	u32 reason, intr_info, error;
	u64 info1, info2;

	if (vcpu->arch.guest_state_protected)
		return VSYS_REFUSED_ENCRYPTED;
	static_call(vsys_get_exit_info)(vcpu, &reason, &info1, &info2,
					&intr_info, &error);
	if (vmread(VM_EXIT_REASON) != reason || !vmread(HOST_RIP))
		return VSYS_REFUSED_LAYOUT;
	return 0;
}

/* EFER in the VM-entry MSR-load area, SDM vol. 3, 25.8.2, or NULL. */
static struct vmx_msr_entry *entry_list_efer(void)
{
	struct vmx_msr_entry *list;
	u32 i, n = vmread(VM_ENTRY_MSR_LOAD_COUNT);

	if (!n)
		return NULL;
	list = __va(vmread(VM_ENTRY_MSR_LOAD_ADDR));
	for (i = 0; i < n; i++)
		if (list[i].index == MSR_EFER)
			return &list[i];
	return NULL;
}

/* Make SYSCALL and SYSRET exit, in long mode; false to leave a run alone. */
static bool arm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vsys_armed *a = &v->armed;
	u64 guest = vcpu->arch.efer;
	struct vmx_msr_entry *entry;

	if ((guest & (EFER_SCE | EFER_LMA)) != (EFER_SCE | EFER_LMA) ||
	    vsys_in_l2(vcpu) || vsys_in_smm(vcpu))
		return false;
	if (vmread(VM_ENTRY_CONTROLS) & VM_ENTRY_LOAD_IA32_EFER) {
		a->how = BY_FIELD;
		a->efer = vmread(GUEST_IA32_EFER);
		vmwrite(GUEST_IA32_EFER, a->efer & ~EFER_SCE);
	} else if ((entry = entry_list_efer())) {
		a->how = BY_LIST;
		a->efer = entry->value;
		entry->value &= ~EFER_SCE;
	} else {
		a->how = BY_MSR;
		rdmsrl(MSR_EFER, a->efer);
		wrmsrl(MSR_EFER, a->efer & ~EFER_SCE);
	}
	return true;
}

static void disarm(struct vsys_vcpu *v, struct kvm_vcpu *vcpu)
{
	struct vsys_armed *a = &v->armed;
	struct vmx_msr_entry *entry;

	switch (a->how) {
	case BY_FIELD:
		vmwrite(GUEST_IA32_EFER, a->efer);
		break;
	case BY_LIST:
		/* KVM may have moved the entry since, but does not drop it. */
		entry = entry_list_efer();
		if (entry)
			entry->value = a->efer;
		break;
	case BY_MSR:
		wrmsrl(MSR_EFER, a->efer);
		break;
	}
}

static bool is_ud(struct kvm_vcpu *vcpu)
{
	u32 reason, intr_info, error;
	u64 info1, info2;

	/* Not by VMREAD: KVM may have returned without entering the guest. */
	static_call(vsys_get_exit_info)(vcpu, &reason, &info1, &info2,
					&intr_info, &error);
	if (reason != EXIT_REASON_EXCEPTION_NMI ||
	    info2 & VECTORING_INFO_VALID_MASK)
		return false;
	intr_info &= INTR_INFO_VALID_MASK | INTR_INFO_INTR_TYPE_MASK |
		     INTR_INFO_VECTOR_MASK;
	return intr_info == (INTR_INFO_VALID_MASK | INTR_TYPE_HARD_EXCEPTION |
			     UD_VECTOR);
}

static u64 reg(struct kvm_vcpu *vcpu, int nr, unsigned long field)
{
	return vsys_reg_avail(vcpu, nr) ? vcpu->arch.regs[nr] : vmread(field);
}

static u64 guest_cr3(struct kvm_vcpu *vcpu)
{
	/* With CR3-load exiting the VMCS has KVM's own, SDM vol. 3, 25.6.2. */
	if (vsys_reg_avail(vcpu, VCPU_EXREG_CR3) ||
	    vmread(CPU_BASED_VM_EXEC_CONTROL) & CPU_BASED_CR3_LOAD_EXITING)
		return vcpu->arch.cr3;
	return vmread(GUEST_CR3);
}

static u64 cs_base(struct kvm_vcpu *vcpu)
{
	return vmread(GUEST_CS_BASE);
}

static void load(struct kvm_vcpu *vcpu, struct vsys_state *st)
{

	st->rip = reg(vcpu, VCPU_REGS_RIP, GUEST_RIP);
	st->rsp = reg(vcpu, VCPU_REGS_RSP, GUEST_RSP);
	st->rflags = vmread(GUEST_RFLAGS);
	st->cr3 = guest_cr3(vcpu);
	/* LA57, the bit that matters, is never the guest's own to change. */
	st->cr4 = vcpu->arch.cr4;
	st->code64 = vmread(GUEST_CS_AR_BYTES) & VMX_AR_L_MASK;
	st->cpl = vmread(GUEST_SS_AR_BYTES) >> 5 & 3;
}

/* VM entry wants equal RPLs without unrestricted guest, 27.3.1.2. */
static u16 entry_ss(const struct vsys_state *st)
{
	u64 all = CPU_BASED_ACTIVATE_SECONDARY_CONTROLS;

	if (likely(!((st->ss ^ st->cs) & 3)))
		return st->ss;
	if (vmread(CPU_BASED_VM_EXEC_CONTROL) & all &&
	    vmread(SECONDARY_VM_EXEC_CONTROL) & SECONDARY_EXEC_UNRESTRICTED_GUEST)
		return st->ss;
	return (st->ss & ~3) | (st->cs & 3);
}

static void store(struct kvm_vcpu *vcpu, const struct vsys_state *st)
{
	u64 shadow;

	vcpu->arch.regs[VCPU_REGS_RIP] = st->rip;
	vsys_reg_dirty(vcpu, VCPU_REGS_RIP);
	vmwrite(GUEST_RFLAGS, st->rflags);
	vsys_reg_forget(vcpu, VCPU_EXREG_RFLAGS);
	vmwrite(GUEST_CS_SELECTOR, st->cs);
	vmwrite(GUEST_CS_BASE, 0);
	vmwrite(GUEST_CS_LIMIT, U32_MAX);
	vmwrite(GUEST_CS_AR_BYTES, st->cs_attr);
	vmwrite(GUEST_SS_SELECTOR, entry_ss(st));
	vmwrite(GUEST_SS_BASE, 0);
	vmwrite(GUEST_SS_LIMIT, U32_MAX);
	vmwrite(GUEST_SS_AR_BYTES, st->ss_attr);
	vsys_reg_forget(vcpu, VCPU_EXREG_SEGMENTS);
	shadow = vmread(GUEST_INTERRUPTIBILITY_INFO);
	shadow &= ~(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS);
	vmwrite(GUEST_INTERRUPTIBILITY_INFO, shadow);
}

/* As KVM knows them: the guest's writes exit. */
static u64 msr(struct kvm_vcpu *vcpu, enum vsys_msr msr)
{
	static const u32 index[] = {
		[VSYS_MSR_STAR] = MSR_STAR,
		[VSYS_MSR_LSTAR] = MSR_LSTAR,
		[VSYS_MSR_CSTAR] = MSR_CSTAR,
		[VSYS_MSR_SFMASK] = MSR_SYSCALL_MASK,
	};
	struct msr_data data = { .index = index[msr], .host_initiated = true };

	return static_call(vsys_get_msr)(vcpu, &data) ? 0 : data.data;
}

#define QUIRKS	{ .gp_early = true }
#define LOOP	false	/* KVM must look at posted interrupts in between */
#include "run_tmpl.h"

const struct vsys_vendor_ops vsys_vmx_ops = {
	.id = VSYS_VENDOR_VMX,
	.check = check,
	.run = vsys_run,
	.slow = slow,
};
