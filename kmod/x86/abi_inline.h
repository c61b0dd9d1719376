/* SPDX-License-Identifier: GPL-2.0 */
/* Number, arguments and result of a call, where the fast path needs them. */
#ifndef VSYS_ABI_INLINE_H
#define VSYS_ABI_INLINE_H

#include "compat/compat.h"
#include "profile.h"

/* Of guests whose session names no profile. */
#define VSYS_DEFAULT_PROFILE	"linux_x86_64"

/* Registers of struct vsys_held_regs. */
#define VSYS_REG_NR	VSYS_X86_REG_NR
/* Registers of struct vsys_vcpu_regs. */
#define VSYS_VCPU_REG_NR	VSYS_X86_VCPU_REG_NR

static __always_inline u32 vsys_abi_number(const struct kvm_vcpu *vcpu)
{
	return vcpu->arch.regs[VCPU_REGS_RAX];
}

enum { VSYS_WINDOWS_X64_REGS = 4 };	/* arguments in registers; the others are on the stack */

/* Does vsys_abi_args64() know all arguments of such a call? */
static inline bool vsys_abi_in_regs(u8 abi, u8 nargs)
{
	return abi == VSYS_ABI_LINUX_X86_64 ||
	       (abi == VSYS_ABI_WINDOWS_X64 && nargs <= VSYS_WINDOWS_X64_REGS);
}

/* Arguments of 64-bit calls.  One is in R10, not RCX: SYSCALL takes that. */
static __always_inline void vsys_abi_args64(const struct kvm_vcpu *vcpu, u8 abi, u64 *args)
{
	const unsigned long *regs = vcpu->arch.regs;

	if (unlikely(abi == VSYS_ABI_WINDOWS_X64)) {
		args[0] = regs[VCPU_REGS_R10];
		args[1] = regs[VCPU_REGS_RDX];
		args[2] = regs[VCPU_REGS_R8];
		args[3] = regs[VCPU_REGS_R9];
		args[4] = 0;
		args[5] = 0;
		return;
	}
	args[0] = regs[VCPU_REGS_RDI];
	args[1] = regs[VCPU_REGS_RSI];
	args[2] = regs[VCPU_REGS_RDX];
	args[3] = regs[VCPU_REGS_R10];
	args[4] = regs[VCPU_REGS_R8];
	args[5] = regs[VCPU_REGS_R9];
}

static __always_inline bool vsys_abi_is_32(u8 abi)
{
	return abi == VSYS_ABI_LINUX_I386 || abi == VSYS_ABI_WINDOWS_X86;
}

/* Bytes of a word: a pointer, or an argument on the stack. */
static __always_inline u32 vsys_abi_word(u8 abi)
{
	return vsys_abi_is_32(abi) ? 4 : 8;
}

/* The bits of a register that an ABI uses. */
static __always_inline u64 vsys_abi_mask(u8 abi)
{
	return vsys_abi_is_32(abi) ? U32_MAX : U64_MAX;
}

static __always_inline u64 vsys_abi_result(const struct kvm_vcpu *vcpu, u8 abi)
{
	u64 rax = vcpu->arch.regs[VCPU_REGS_RAX];

	return vsys_abi_is_32(abi) ? (u32)rax : rax;
}

/* The register that vsys_abi_place() has numbered. */
static inline unsigned long *vsys_abi_reg(struct kvm_vcpu *vcpu, int reg)
{
	return &vcpu->arch.regs[reg];
}

static inline void vsys_abi_set_result(struct kvm_vcpu *vcpu, u8 abi, u64 result)
{
	vcpu->arch.regs[VCPU_REGS_RAX] = result & vsys_abi_mask(abi);
}

#endif /* VSYS_ABI_INLINE_H */
