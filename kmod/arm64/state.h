/* SPDX-License-Identifier: GPL-2.0 */
/* System registers of a guest, which are the CPU's while the vCPU is loaded. */
#ifndef VSYS_ARM64_STATE_H
#define VSYS_ARM64_STATE_H

#include <asm/kvm_emulate.h>

#include "compat/compat.h"

/*
 * VHE keeps the EL1 registers of a loaded vCPU in the CPU, where the host sees them as
 * _EL12.  The vCPU's thread may be moved at any time, which unloads them.
 */
#define vsys_el1_read(vcpu, reg) ({						\
	u64 __v;								\
	preempt_disable();							\
	if (vcpu_get_flag(vcpu, SYSREGS_ON_CPU))				\
		__v = read_sysreg_s(SYS_##reg##_EL12);				\
	else									\
		__v = ctxt_sys_reg(&(vcpu)->arch.ctxt, reg##_EL1);		\
	preempt_enable();							\
	__v;									\
})

#define vsys_el1_write(vcpu, reg, value) do {					\
	preempt_disable();							\
	if (vcpu_get_flag(vcpu, SYSREGS_ON_CPU))				\
		write_sysreg_s(value, SYS_##reg##_EL12);			\
	else									\
		ctxt_sys_reg(&(vcpu)->arch.ctxt, reg##_EL1) = (value);		\
	preempt_enable();							\
} while (0)

/* TPIDR_EL1, which has no name for EL12: EL2 has one of its own. */
static inline u64 vsys_tpidr_read(struct kvm_vcpu *vcpu)
{
	u64 v;

	preempt_disable();
	v = vcpu_get_flag(vcpu, SYSREGS_ON_CPU) ? read_sysreg(tpidr_el1) :
						  ctxt_sys_reg(&vcpu->arch.ctxt, TPIDR_EL1);
	preempt_enable();
	return v;
}

#endif /* VSYS_ARM64_STATE_H */
