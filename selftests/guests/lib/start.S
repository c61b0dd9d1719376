/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entry of a guest, and the way into and out of the code under test.  One
 * source for 64-bit and 32-bit guests: W(ax) is RAX or EAX.
 */
#include "asm.h"

#ifdef __x86_64__
#define W(name)		%r##name
#define WORD		8
#define IRET		iretq
#define LRET		lretq
#else
#define W(name)		%e##name
#define WORD		4
#define IRET		iret
#define LRET		lret
#endif

	.section .text.start, "ax"
	.globl _start
_start:
	mov	%edi, %eax
	inc	%eax
	imul	$STACK_SIZE, W(ax)
	lea	stacks(W(ax)), W(sp)
#ifndef __x86_64__
	push	$0
	push	%edx
	push	$0
	push	%esi
	push	%edi
#endif
	call	rt_start
	ud2

	.text
/* void load_segments(const void *gdtr, const void *idtr) */
	.globl load_segments
load_segments:
#ifndef __x86_64__
	push	%edi
	push	%esi
	mov	12(%esp), %edi
	mov	16(%esp), %esi
#endif
	lgdt	(W(di))
	lidt	(W(si))
	mov	$KERNEL_SS, %eax
	mov	%eax, %ss
	mov	$USER_SS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	$PERCPU_SEL, %eax
	mov	%eax, %gs
	mov	$TSS_SEL, %eax
	ltr	%ax
#ifndef __x86_64__
	pop	%esi
	pop	%edi
#endif
	pop	W(ax)
	push	$KERNEL_CS
	push	W(ax)
	LRET

	.macro push_saved
	push	W(bx)
	push	W(bp)
#ifdef __x86_64__
	push	%r12
	push	%r13
	push	%r14
	push	%r15
#else
	push	%esi
	push	%edi
#endif
	.endm

	.macro pop_saved
#ifdef __x86_64__
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
#else
	pop	%edi
	pop	%esi
#endif
	pop	W(bp)
	pop	W(bx)
	.endm

/*
 * void run(const struct regs *in): load all registers from @in, jump there,
 * and return with percpu.out at the first event.
 */
	.globl run
run:
#ifndef __x86_64__
	mov	4(%esp), %eax
#endif
	pushf
	push_saved
#ifndef __x86_64__
	mov	%eax, %edi
#endif
	cli
	mov	W(sp), %gs:PC_SP
	mov	$USER_SS, %eax
	mov	%eax, %ds
	mov	%eax, %es
#ifndef __x86_64__
	/* In legacy mode IRET to ring 0 takes no stack pointer from its frame. */
	testb	$3, R_CS(%edi)
	jnz	1f
	mov	R_RSP(%edi), %esp
	jmp	2f
1:
#endif
	push	R_SS(W(di))
	push	R_RSP(W(di))
2:	push	R_RFLAGS(W(di))
	push	R_CS(W(di))
	push	R_RIP(W(di))
	mov	%gs:PC_USER_CR3, W(ax)
	test	W(ax), W(ax)
	jz	1f
	mov	W(ax), %cr3
1:	mov	R_RAX(W(di)), W(ax)
	mov	R_RBX(W(di)), W(bx)
	mov	R_RCX(W(di)), W(cx)
	mov	R_RDX(W(di)), W(dx)
	mov	R_RSI(W(di)), W(si)
	mov	R_RBP(W(di)), W(bp)
#ifdef __x86_64__
	mov	R_R8(%rdi), %r8
	mov	R_R9(%rdi), %r9
	mov	R_R10(%rdi), %r10
	mov	R_R11(%rdi), %r11
	mov	R_R12(%rdi), %r12
	mov	R_R13(%rdi), %r13
	mov	R_R14(%rdi), %r14
	mov	R_R15(%rdi), %r15
#endif
	mov	R_RDI(W(di)), W(di)
	IRET

	.macro save_gprs
	mov	W(ax), %gs:PC_OUT + R_RAX
	mov	W(bx), %gs:PC_OUT + R_RBX
	mov	W(cx), %gs:PC_OUT + R_RCX
	mov	W(dx), %gs:PC_OUT + R_RDX
	mov	W(si), %gs:PC_OUT + R_RSI
	mov	W(di), %gs:PC_OUT + R_RDI
	mov	W(bp), %gs:PC_OUT + R_RBP
#ifdef __x86_64__
	mov	%r8, %gs:PC_OUT + R_R8
	mov	%r9, %gs:PC_OUT + R_R9
	mov	%r10, %gs:PC_OUT + R_R10
	mov	%r11, %gs:PC_OUT + R_R11
	mov	%r12, %gs:PC_OUT + R_R12
	mov	%r13, %gs:PC_OUT + R_R13
	mov	%r14, %gs:PC_OUT + R_R14
	mov	%r15, %gs:PC_OUT + R_R15
#endif
	.endm

	.macro call_entry name, event
	.globl \name
\name:
	save_gprs
	mov	W(sp), %gs:PC_OUT + R_RSP
	mov	%gs:PC_SP, W(sp)
	pushf
	pop	%gs:PC_OUT + R_RFLAGS
	mov	$\name, W(ax)
	mov	W(ax), %gs:PC_OUT + R_RIP
	xor	%eax, %eax
	mov	%cs, %eax
	mov	W(ax), %gs:PC_OUT + R_CS
	mov	%ss, %eax
	mov	W(ax), %gs:PC_OUT + R_SS
	movl	$\event, %gs:PC_OUT + R_VECTOR
	movl	$0, %gs:PC_OUT + R_ERROR
	jmp	leave_run
	.endm

/*
 * The targets of SYSCALL and SYSENTER: CS, SS and GS base are right.  SYSCALL
 * leaves the caller's RSP.
 */
	call_entry entry_lstar, EV_SYSCALL
	call_entry entry_cstar, EV_CSTAR
	call_entry entry_star, EV_STAR
	call_entry entry_sysenter, EV_SYSENTER

/* All vectors use IST1: nothing depends on the RSP of a 64-bit test. */
	.balign 16
	.globl vector_stubs
vector_stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	!(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
	push	$0
	.endif
	push	$vector
	jmp	event
	.set	vector, vector + 1
	.endr

event:
	cmpl	$32, (W(sp))
	jb	1f
	cmpl	$0, %gs:PC_IRQ_STOP
	je	count_irq
1:	save_gprs
	pop	%gs:PC_OUT + R_VECTOR
	pop	%gs:PC_OUT + R_ERROR
	pop	%gs:PC_OUT + R_RIP
	pop	%gs:PC_OUT + R_CS
	pop	%gs:PC_OUT + R_RFLAGS
#ifndef __x86_64__
	/* In legacy mode no stack is pushed if the ring was already 0. */
	testb	$3, %gs:PC_OUT + R_CS
	jnz	1f
	mov	%esp, %gs:PC_OUT + R_RSP
	mov	%ss, %eax
	mov	%eax, %gs:PC_OUT + R_SS
	jmp	2f
1:
#endif
	pop	%gs:PC_OUT + R_RSP
	pop	%gs:PC_OUT + R_SS
2:	cmpl	$1, %gs:PC_OUT + R_VECTOR
	jne	leave_run
	mov	%dr6, W(ax)
	mov	W(ax), %gs:PC_OUT + R_DR6
	mov	$0xffff0ff0, %eax
	mov	W(ax), %dr6

leave_run:
	mov	%cr2, W(ax)
	mov	W(ax), %gs:PC_OUT + R_CR2
	mov	%cr3, W(ax)
	mov	W(ax), %gs:PC_OUT + R_CR3
	mov	%gs:PC_KERNEL_CR3, W(ax)
	test	W(ax), W(ax)
	jz	1f
	mov	W(ax), %cr3
1:	cmpl	$0, %gs:PC_SP
	je	crash
	mov	%gs:PC_SP, W(sp)
	movl	$0, %gs:PC_SP
	pop_saved
	popf
	ret

/* run() was not active: use the stack of the exception. */
crash:
	mov	%gs:PC_SELF, W(di)
	add	$PC_OUT, W(di)
	and	$-16, W(sp)
#ifndef __x86_64__
	push	%edi
#endif
	call	rt_crash

/* An unexpected interrupt: count it, send EOI, continue. */
count_irq:
	push	W(ax)
	push	W(cx)
	push	W(dx)
	incl	%gs:PC_IRQS
	mov	$0x80b, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	pop	W(dx)
	pop	W(cx)
	pop	W(ax)
	add	$(2 * WORD), W(sp)
	IRET

	.bss
	.balign	4096
stacks:
	.skip	STACK_SIZE * MINIVM_MAX_VCPUS
