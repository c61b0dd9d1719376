/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Register numbers of VSYS_ARCH_X86_64 and VSYS_ARCH_X86; include
 * <linux/vsyscalls.h> to have it.
 */
#ifndef _UAPI_LINUX_VSYSCALLS_X86_H
#define _UAPI_LINUX_VSYSCALLS_X86_H

/*
 * Registers of struct vsys_held_regs and of VSYS_EDIT_REG.
 *
 * At the entry they are the caller's, before the instruction at RIP.  After the call
 * the guest continues at RIP + vsys_held.insn_len, or at the address its ABI defines,
 * also if RIP was changed; insn_len of INT 2Dh counts the byte behind it, which NT skips.
 *
 *   not writable at the entry    RCX and R11 for SYSCALL, which sets them; RIP for
 *                                INT n; R8 to R15 outside 64-bit mode
 *   not writable at the return   RSP, RIP, RFLAGS, RCX, RDX, R11: the return uses
 *                                them.  RSP and RIP read as the caller gets them
 *   EINVAL                       a change of RFLAGS other than CF, PF, AF, ZF, SF, DF,
 *                                OF; RIP not canonical; more than 32 bits outside
 *                                64-bit mode
 *
 * A skipped call returns by SYSCALL with RCX and R11 as SYSRET leaves them, by INT n
 * to the next instruction, by SYSENTER of Linux to the vDSO's return address and
 * of Windows as KiFastSystemCallRet does.  The return address is unknown, EOPNOTSUPP,
 * if SYSENTER is not the vDSO's or the stack is absent.
 */
enum vsys_x86_reg {
	VSYS_X86_RAX = 0,
	VSYS_X86_RCX = 1,
	VSYS_X86_RDX = 2,
	VSYS_X86_RBX = 3,
	VSYS_X86_RSP = 4,
	VSYS_X86_RBP = 5,
	VSYS_X86_RSI = 6,
	VSYS_X86_RDI = 7,
	VSYS_X86_R8 = 8,
	VSYS_X86_R9 = 9,
	VSYS_X86_R10 = 10,
	VSYS_X86_R11 = 11,
	VSYS_X86_R12 = 12,
	VSYS_X86_R13 = 13,
	VSYS_X86_R14 = 14,
	VSYS_X86_R15 = 15,
	VSYS_X86_RIP = 16,
	VSYS_X86_RFLAGS = 17,
	VSYS_X86_REG_NR,
};

/* Entry registers, vsys_rec_entry_reg.reg: numbers of MSRs. */
#define VSYS_X86_SYSENTER_CS	0x174
#define VSYS_X86_SYSENTER_ESP	0x175
#define VSYS_X86_SYSENTER_EIP	0x176
#define VSYS_X86_STAR		0xc0000081
#define VSYS_X86_LSTAR		0xc0000082
#define VSYS_X86_CSTAR		0xc0000083
#define VSYS_X86_SFMASK		0xc0000084

/* vsys_recipe.base: where the address of the running task is looked for. */
enum vsys_x86_base {
	VSYS_X86_BASE_KERNEL_GS = 1,	/* MSR_KERNEL_GS_BASE: per-CPU data of 64-bit kernels */
	VSYS_X86_BASE_GDT = 2,		/* base of the descriptor vsys_recipe.selector: 32-bit */
	VSYS_X86_BASE_FS = 3,		/* base of FS: the program's, TEB of 32-bit Windows */
	VSYS_X86_BASE_GS = 4,		/* base of GS: the program's, TEB of 64-bit Windows */
	VSYS_X86_BASE_NR,
};

/* Registers of struct vsys_vcpu_regs. */
enum vsys_x86_vcpu_reg {
	VSYS_X86_VCPU_RIP = 0,
	VSYS_X86_VCPU_RSP = 1,
	VSYS_X86_VCPU_CS = 2,		/* the selector; bits 63:32: access rights as in VMX */
	VSYS_X86_VCPU_CR0 = 3,
	VSYS_X86_VCPU_CR3 = 4,
	VSYS_X86_VCPU_CR4 = 5,
	VSYS_X86_VCPU_EFER = 6,
	VSYS_X86_VCPU_STAR = 7,
	VSYS_X86_VCPU_LSTAR = 8,
	VSYS_X86_VCPU_CSTAR = 9,
	VSYS_X86_VCPU_SYSENTER_CS = 10,
	VSYS_X86_VCPU_SYSENTER_ESP = 11,
	VSYS_X86_VCPU_SYSENTER_EIP = 12,
	VSYS_X86_VCPU_KERNEL_GS = 13,	/* MSR_KERNEL_GS_BASE */
	VSYS_X86_VCPU_FS = 14,		/* bases */
	VSYS_X86_VCPU_GS = 15,
	VSYS_X86_VCPU_TR = 16,
	VSYS_X86_VCPU_GDT = 17,
	VSYS_X86_VCPU_GDT_LIMIT = 18,
	VSYS_X86_VCPU_IDT = 19,
	VSYS_X86_VCPU_IDT_LIMIT = 20,
	VSYS_X86_VCPU_REG_NR,
};

#endif /* _UAPI_LINUX_VSYSCALLS_X86_H */
