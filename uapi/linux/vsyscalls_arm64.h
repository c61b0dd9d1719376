/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Register numbers of VSYS_ARCH_ARM64; include <linux/vsyscalls.h> to have it. */
#ifndef _UAPI_LINUX_VSYSCALLS_ARM64_H
#define _UAPI_LINUX_VSYSCALLS_ARM64_H

/*
 * Registers of struct vsys_held_regs and of VSYS_EDIT_REG: X0 to X30 are 0 to 30.
 * Of 32-bit programs R0 to R14 are X0 to X14, and the stack pointer is VSYS_ARM64_SP.
 *
 * At the entry they are the caller's, before the instruction at PC.  After the call the
 * guest continues at PC + vsys_held.insn_len, also if PC was changed.
 *
 *   not writable at the entry    X13 and X15 to X30 of 32-bit programs
 *   not writable at the return   SP, PC, PSTATE: the return uses them
 *   EINVAL                       a change of PSTATE other than N, Z, C, V; more than 32
 *                                bits for 32-bit programs
 *
 * A skipped call returns to the next instruction.
 */
enum vsys_arm64_reg {
	VSYS_ARM64_X0 = 0,
	VSYS_ARM64_X8 = 8,	/* the number of a call */
	VSYS_ARM64_X30 = 30,
	VSYS_ARM64_SP = 31,
	VSYS_ARM64_PC = 32,
	VSYS_ARM64_PSTATE = 33,
	VSYS_ARM64_REG_NR,
};

/* Registers of struct vsys_vcpu_regs. */
enum vsys_arm64_vcpu_reg {
	VSYS_ARM64_VCPU_PC = 0,
	VSYS_ARM64_VCPU_PSTATE = 1,
	VSYS_ARM64_VCPU_SP_EL0 = 2,
	VSYS_ARM64_VCPU_SCTLR_EL1 = 3,
	VSYS_ARM64_VCPU_TCR_EL1 = 4,
	VSYS_ARM64_VCPU_TTBR0_EL1 = 5,
	VSYS_ARM64_VCPU_TTBR1_EL1 = 6,
	VSYS_ARM64_VCPU_VBAR_EL1 = 7,
	VSYS_ARM64_VCPU_TPIDR_EL1 = 8,
	VSYS_ARM64_VCPU_REG_NR,
};

/* vsys_recipe.base */
enum vsys_arm64_base {
	VSYS_ARM64_BASE_TPIDR_EL1 = 1,	/* where Linux has the offset of per-CPU variables */
	VSYS_ARM64_BASE_NR,
};

/* Entry registers, vsys_rec_entry_reg.reg: op0 to op2 as in MRS. */
#define VSYS_ARM64_VBAR_EL1	0xc600

#endif /* _UAPI_LINUX_VSYSCALLS_ARM64_H */
