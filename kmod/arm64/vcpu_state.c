// SPDX-License-Identifier: GPL-2.0
/* Registers of struct vsys_vcpu_regs. */
#include "arch.h"
#include "arm64/state.h"

bool vsys_arch_in_user(struct kvm_vcpu *vcpu)
{
	return !(*vcpu_cpsr(vcpu) & PSR_MODE_MASK);
}

void vsys_arch_regs(struct kvm_vcpu *vcpu, u64 *regs)
{
	regs[VSYS_ARM64_VCPU_PC] = *vcpu_pc(vcpu);
	regs[VSYS_ARM64_VCPU_PSTATE] = *vcpu_cpsr(vcpu);
	regs[VSYS_ARM64_VCPU_SP_EL0] = vcpu->arch.ctxt.regs.sp;
	regs[VSYS_ARM64_VCPU_SCTLR_EL1] = vsys_el1_read(vcpu, SCTLR);
	regs[VSYS_ARM64_VCPU_TCR_EL1] = vsys_el1_read(vcpu, TCR);
	regs[VSYS_ARM64_VCPU_TTBR0_EL1] = vsys_el1_read(vcpu, TTBR0);
	regs[VSYS_ARM64_VCPU_TTBR1_EL1] = vsys_el1_read(vcpu, TTBR1);
	regs[VSYS_ARM64_VCPU_VBAR_EL1] = vsys_el1_read(vcpu, VBAR);
	regs[VSYS_ARM64_VCPU_TPIDR_EL1] = vsys_tpidr_read(vcpu);
}
