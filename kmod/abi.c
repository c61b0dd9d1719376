// SPDX-License-Identifier: GPL-2.0
/*
 * Which number, which arguments, which result: the SYSCALL ABI of 64-bit
 * Linux guests.
 */
#include "abi.h"
#include "vcpu.h"

/* The registers of the arguments; the fourth is not RCX, SYSCALL takes that. */
static const u8 arg_regs[VSYS_ARGS] = {
	VCPU_REGS_RDI, VCPU_REGS_RSI, VCPU_REGS_RDX,
	VCPU_REGS_R10, VCPU_REGS_R8, VCPU_REGS_R9,
};

u32 vsys_abi_number(struct vsys_vcpu *v)
{
	return v->vcpu->arch.regs[VCPU_REGS_RAX];
}

void vsys_abi_args(struct vsys_vcpu *v, u64 *args)
{
	const unsigned long *regs = v->vcpu->arch.regs;
	int i;

	for (i = 0; i < VSYS_ARGS; i++)
		args[i] = regs[arg_regs[i]];
}

u64 vsys_abi_result(struct vsys_vcpu *v)
{
	return v->vcpu->arch.regs[VCPU_REGS_RAX];
}

/* Results from -4095 to -1 are negated error numbers. */
bool vsys_abi_failed(u64 result)
{
	return result >= (u64)-4095;
}
