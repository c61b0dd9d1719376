// SPDX-License-Identifier: GPL-2.0
/* Registers of struct vsys_vcpu_regs. */
#include "arch.h"
#include "vcpu.h"
#include "x86/symbols.h"

/* RPL of CS is the CPL; in real mode there is none. */
bool vsys_arch_in_user(struct kvm_vcpu *vcpu)
{
	return !vsys_in_l2_or_smm(vcpu) && vcpu->arch.cr0 & X86_CR0_PE &&
	       (vsys_vendor->reg(vcpu, VSYS_X86_VCPU_CS) & 3) == 3;
}

void vsys_arch_regs(struct kvm_vcpu *vcpu, u64 *regs)
{
	int i;

	for (i = 0; i < VSYS_X86_VCPU_REG_NR; i++)
		regs[i] = vsys_vendor->reg(vcpu, i);
	regs[VSYS_X86_VCPU_CR0] = vcpu->arch.cr0;
	regs[VSYS_X86_VCPU_CR4] = vcpu->arch.cr4;
	regs[VSYS_X86_VCPU_EFER] = vcpu->arch.efer;
	regs[VSYS_X86_VCPU_STAR] = vsys_vendor->msr(vcpu, VSYS_MSR_STAR);
	regs[VSYS_X86_VCPU_LSTAR] = vsys_vendor->msr(vcpu, VSYS_MSR_LSTAR);
	regs[VSYS_X86_VCPU_CSTAR] = vsys_vendor->msr(vcpu, VSYS_MSR_CSTAR);
	regs[VSYS_X86_VCPU_SYSENTER_CS] = vsys_vendor->msr(vcpu, VSYS_MSR_SYSENTER_CS);
	regs[VSYS_X86_VCPU_SYSENTER_ESP] = vsys_vendor->msr(vcpu, VSYS_MSR_SYSENTER_ESP);
	regs[VSYS_X86_VCPU_SYSENTER_EIP] = vsys_vendor->msr(vcpu, VSYS_MSR_SYSENTER_EIP);
}
