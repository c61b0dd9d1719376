/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which number, which arguments, which result: the SYSCALL ABI of 64-bit
 * Linux guests.
 */
#ifndef VSYS_ABI_H
#define VSYS_ABI_H

#include "compat/compat.h"

static __always_inline u32 vsys_abi_number(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.regs[VCPU_REGS_RAX];
}

/* The fourth is not RCX: SYSCALL takes that.  The same before and after it. */
static __always_inline void vsys_abi_args(const struct kvm_vcpu *vcpu, u64 *args)
{
	const unsigned long *regs = vcpu->arch.regs;

	args[0] = regs[VCPU_REGS_RDI];
	args[1] = regs[VCPU_REGS_RSI];
	args[2] = regs[VCPU_REGS_RDX];
	args[3] = regs[VCPU_REGS_R10];
	args[4] = regs[VCPU_REGS_R8];
	args[5] = regs[VCPU_REGS_R9];
}

static __always_inline u64 vsys_abi_result(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.regs[VCPU_REGS_RAX];
}

/* Results from -4095 to -1 are negated error numbers. */
static __always_inline bool vsys_abi_failed(u64 result)
{
	return result >= (u64)-4095;
}

#endif /* VSYS_ABI_H */
