/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers shared by the runtime's C and assembly. */
#ifndef GUESTS_ASM_H
#define GUESTS_ASM_H

#include "minivm.h"

/* Selectors, in the order that STAR requires. */
#define KERNEL_CS	0x08
#define KERNEL_SS	0x10
#define USER_CS32	0x1b
#define USER_SS		0x23
#define USER_CS		0x2b
#define TSS_SEL		0x30
#define KERNEL_CS32	0x40
/* In GS; in 64-bit guests its base comes from the MSR. */
#ifdef __x86_64__
#define PERCPU_SEL	USER_SS
#else
#define PERCPU_SEL	0x4b
#define USER_FS		0x3b	/* as on Windows */
#endif

/* Reasons why run() stopped: an exception or interrupt vector, or one of these. */
#define EV_SYSCALL	0x100	/* SYSCALL through LSTAR */
#define EV_CSTAR	0x101	/* SYSCALL through CSTAR */
#define EV_STAR		0x102	/* SYSCALL in legacy mode */
#define EV_SYSENTER	0x103

#define IRQ_VECTOR	0x40	/* an interrupt that is only counted */

/* struct regs */
#define R_RAX		0
#define R_RBX		8
#define R_RCX		16
#define R_RDX		24
#define R_RSI		32
#define R_RDI		40
#define R_RBP		48
#define R_RSP		56
#define R_R8		64
#define R_R9		72
#define R_R10		80
#define R_R11		88
#define R_R12		96
#define R_R13		104
#define R_R14		112
#define R_R15		120
#define R_RIP		128
#define R_RFLAGS	136
#define R_CS		144
#define R_SS		152
#define R_VECTOR	160
#define R_ERROR		168
#define R_CR2		176
#define R_DR6		184
#define R_CR3		192
#define R_SIZE		200

/* struct percpu, at the base of GS in both rings */
#define PC_SELF		0
#define PC_SP		8	/* stack pointer at which run() returns */
#define PC_IRQ_STOP	16	/* interrupts stop run() */
#define PC_IRQS		24	/* interrupts counted otherwise */
#define PC_USER_CR3	32	/* loaded when run() leaves, unless 0 */
#define PC_KERNEL_CR3	40	/* loaded when run() returns, unless 0 */
#define PC_SCRATCH	48	/* four words for the tests */
#define PC_OUT		80

#define STACK_SIZE	0x4000

#endif
