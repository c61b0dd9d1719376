/* SPDX-License-Identifier: GPL-2.0 */
/* Number, arguments and result of a call; see x86/abi_inline.h. */
#ifndef VSYS_ABI_INLINE_H
#define VSYS_ABI_INLINE_H

#include <asm/kvm_emulate.h>

#include "compat/compat.h"
#include "profile.h"

/* Of guests whose session names no profile. */
#define VSYS_DEFAULT_PROFILE	"linux_arm64"

/* Registers of struct vsys_held_regs. */
#define VSYS_REG_NR	VSYS_ARM64_REG_NR
/* Registers of struct vsys_vcpu_regs. */
#define VSYS_VCPU_REG_NR	VSYS_ARM64_VCPU_REG_NR

enum {
	VSYS_ARM64_NUMBER = 8,	/* x8 has the number */
	VSYS_ARM_NUMBER = 7,	/* r7, of the EABI */
	VSYS_ARM_PRIVATE = 0xf0,	/* table of private calls: 0xf0001 and up */
};

/* The register that vsys_abi_place() has numbered: x0 is r0 of a 32-bit program. */
static inline unsigned long *vsys_abi_reg(struct kvm_vcpu *vcpu, int reg)
{
	return (unsigned long *)&vcpu->arch.ctxt.regs.regs[reg];
}

/* The number of a call of 32-bit programs, with the private ones and table 1 exchanged. */
static inline u32 vsys_abi_number32(u32 nr)
{
	u32 table = nr >> VSYS_NR_SHIFT;

	if (table == VSYS_ARM_PRIVATE || table == 1)
		nr ^= (VSYS_ARM_PRIVATE ^ 1) << VSYS_NR_SHIFT;
	return nr;
}

static __always_inline u32 vsys_abi_number(const struct kvm_vcpu *vcpu)
{
	const struct user_pt_regs *regs = &vcpu->arch.ctxt.regs;

	if (vcpu_mode_is_32bit(vcpu))
		return vsys_abi_number32(regs->regs[VSYS_ARM_NUMBER]);
	return regs->regs[VSYS_ARM64_NUMBER];
}

/* Does vsys_abi_args64() know all arguments?  Only the fast path asks, which arm64 has not. */
static inline bool vsys_abi_in_regs(u8 abi, u8 nargs)
{
	return false;
}

static __always_inline void vsys_abi_args64(const struct kvm_vcpu *vcpu, u8 abi, u64 *args)
{
	int i;

	for (i = 0; i < VSYS_ARGS; i++)
		args[i] = vcpu->arch.ctxt.regs.regs[i];
}

static __always_inline bool vsys_abi_is_32(u8 abi)
{
	return abi == VSYS_ABI_LINUX_ARM;
}

/* Bytes of a word: a pointer, or an argument. */
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
	return vcpu->arch.ctxt.regs.regs[0] & vsys_abi_mask(abi);
}

static inline void vsys_abi_set_result(struct kvm_vcpu *vcpu, u8 abi, u64 result)
{
	vcpu->arch.ctxt.regs.regs[0] = result & vsys_abi_mask(abi);
}

#endif /* VSYS_ABI_INLINE_H */
