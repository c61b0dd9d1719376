/* SPDX-License-Identifier: GPL-2.0 */
/* Entry, vectors, and the program at EL0 that makes calls. */
#include "guest.h"

#define HCR_HOST	(1 << 34 | 1 << 31 | 1 << 27)	/* HCR_EL2: E2H, RW, TGE */

.section .head, "ax"
.global _start
_start:
	/* At EL2 the names of EL1's registers are EL2's, and programs are its own. */
	mrs	x9, CurrentEL
	cmp	x9, #2 << 2
	b.ne	1f
	ldr	x9, =HCR_HOST
	msr	hcr_el2, x9
	isb
1:	ldr	x9, =STACK
	mov	sp, x9
	adr	x9, vectors
	msr	vbar_el1, x9
	mov	x9, #3 << 20		/* no traps of FP */
	msr	cpacr_el1, x9
	isb
	bl	guest_main
1:	b	1b

.macro vector target
	.balign 128
	b	\target
.endm

.balign 2048
vectors:
	.rept 8
	vector	unexpected
	.endr
	vector	from_el0
	.rept 7
	vector	unexpected
	.endr

unexpected:
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	bl	guest_unexpected

/* Save X0 to X30 and SP_EL0 for kernel_call(), and restore them. */
from_el0:
	sub	sp, sp, #272
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, sp_el0
	stp	x30, x1, [sp, #240]
	mov	x0, sp
	bl	kernel_call
	str	x0, [sp]
	ldp	x30, x1, [sp, #240]
	msr	sp_el0, x1
	ldp	x28, x29, [sp, #224]
	ldp	x26, x27, [sp, #208]
	ldp	x24, x25, [sp, #192]
	ldp	x22, x23, [sp, #176]
	ldp	x20, x21, [sp, #160]
	ldp	x18, x19, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp]
	add	sp, sp, #272
	eret

/*
 * The program: makes the calls of the list at X19, X20 times; X21 counts what is not as
 * expected: results, registers, flags, the stack pointer.
 */
.global user_run
user_run:
	mov	x21, #0
again:	mov	x22, x19
next:	ldr	x8, [x22]
	cmn	x8, #1
	b.eq	done
	ldp	x0, x1, [x22, #8]
	ldp	x2, x3, [x22, #24]
	ldp	x4, x5, [x22, #40]
	mov	x23, sp
	mov	x9, #0x1111
	mov	x18, #0x2222
	mov	x30, #0x3333
	cmp	x9, x18			/* N, not Z, C or V */
	svc	#5
	.global user_back
user_back:
	cinc	x21, x21, pl
	cinc	x21, x21, cs
	ldr	x24, [x22, #56]
	cmp	x0, x24
	cinc	x21, x21, ne
	ldr	x24, [x22, #16]
	cmp	x1, x24
	cinc	x21, x21, ne
	ldr	x24, [x22, #48]
	cmp	x5, x24
	cinc	x21, x21, ne
	ldr	x24, [x22]
	cmp	x8, x24
	cinc	x21, x21, ne
	mov	x24, #0x1111
	cmp	x9, x24
	cinc	x21, x21, ne
	mov	x24, #0x2222
	cmp	x18, x24
	cinc	x21, x21, ne
	mov	x24, #0x3333
	cmp	x30, x24
	cinc	x21, x21, ne
	mov	x24, sp
	cmp	x24, x23
	cinc	x21, x21, ne
	add	x22, x22, #72
	b	next
done:	subs	x20, x20, #1
	b.ne	again
	mov	x0, x21
	mov	x8, #94			/* exit_group */
	svc	#5
	b	.
