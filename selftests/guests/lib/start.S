/* SPDX-License-Identifier: GPL-2.0 */
/* The way into a guest, and into and out of the code that a test runs. */
#include "asm.h"

	.section .text.start, "ax"
	.globl _start
_start:
	mov	%edi, %eax
	inc	%eax
	imul	$STACK_SIZE, %rax
	lea	stacks(%rip), %rsp
	add	%rax, %rsp
	call	rt_start
	ud2

	.text
/* void load_segments(const void *gdtr, const void *idtr) */
	.globl load_segments
load_segments:
	lgdt	(%rdi)
	lidt	(%rsi)
	mov	$KERNEL_SS, %eax
	mov	%eax, %ss
	mov	$USER_SS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$TSS_SEL, %eax
	ltr	%ax
	pop	%rax
	push	$KERNEL_CS
	push	%rax
	lretq

/*
 * void run(const struct regs *in): go where @in says, with all registers as
 * it says, and come back with percpu.out as soon as anything happens.
 */
	.globl run
run:
	pushfq
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	cli
	mov	%rsp, %gs:PC_SP
	mov	$USER_SS, %eax
	mov	%eax, %ds
	mov	%eax, %es
	pushq	R_SS(%rdi)
	pushq	R_RSP(%rdi)
	pushq	R_RFLAGS(%rdi)
	pushq	R_CS(%rdi)
	pushq	R_RIP(%rdi)
	mov	%gs:PC_USER_CR3, %rax
	test	%rax, %rax
	jz	1f
	mov	%rax, %cr3
1:	mov	R_RAX(%rdi), %rax
	mov	R_RBX(%rdi), %rbx
	mov	R_RCX(%rdi), %rcx
	mov	R_RDX(%rdi), %rdx
	mov	R_RSI(%rdi), %rsi
	mov	R_RBP(%rdi), %rbp
	mov	R_R8(%rdi), %r8
	mov	R_R9(%rdi), %r9
	mov	R_R10(%rdi), %r10
	mov	R_R11(%rdi), %r11
	mov	R_R12(%rdi), %r12
	mov	R_R13(%rdi), %r13
	mov	R_R14(%rdi), %r14
	mov	R_R15(%rdi), %r15
	mov	R_RDI(%rdi), %rdi
	iretq

	.macro save_gprs
	mov	%rax, %gs:PC_OUT + R_RAX
	mov	%rbx, %gs:PC_OUT + R_RBX
	mov	%rcx, %gs:PC_OUT + R_RCX
	mov	%rdx, %gs:PC_OUT + R_RDX
	mov	%rsi, %gs:PC_OUT + R_RSI
	mov	%rdi, %gs:PC_OUT + R_RDI
	mov	%rbp, %gs:PC_OUT + R_RBP
	mov	%r8, %gs:PC_OUT + R_R8
	mov	%r9, %gs:PC_OUT + R_R9
	mov	%r10, %gs:PC_OUT + R_R10
	mov	%r11, %gs:PC_OUT + R_R11
	mov	%r12, %gs:PC_OUT + R_R12
	mov	%r13, %gs:PC_OUT + R_R13
	mov	%r14, %gs:PC_OUT + R_R14
	mov	%r15, %gs:PC_OUT + R_R15
	.endm

	.macro syscall_entry name, event
	.globl \name
\name:
	save_gprs
	mov	%rsp, %gs:PC_OUT + R_RSP
	mov	%gs:PC_SP, %rsp
	pushfq
	popq	%gs:PC_OUT + R_RFLAGS
	lea	\name(%rip), %rax
	mov	%rax, %gs:PC_OUT + R_RIP
	xor	%eax, %eax
	mov	%cs, %eax
	mov	%rax, %gs:PC_OUT + R_CS
	mov	%ss, %eax
	mov	%rax, %gs:PC_OUT + R_SS
	movq	$\event, %gs:PC_OUT + R_VECTOR
	movq	$0, %gs:PC_OUT + R_ERROR
	jmp	leave_run
	.endm

/* The targets of SYSCALL: CS, SS and GS base are right, RSP is the caller's. */
	syscall_entry entry_lstar, EV_SYSCALL
	syscall_entry entry_cstar, EV_CSTAR

/* All vectors use IST1, so nothing depends on the RSP of a test. */
	.balign 16
	.globl vector_stubs
vector_stubs:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	!(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
	pushq	$0
	.endif
	pushq	$vector
	jmp	event
	.set	vector, vector + 1
	.endr

event:
	cmpl	$32, (%rsp)
	jb	1f
	cmpq	$0, %gs:PC_IRQ_STOP
	je	count_irq
1:	save_gprs
	popq	%gs:PC_OUT + R_VECTOR
	popq	%gs:PC_OUT + R_ERROR
	popq	%gs:PC_OUT + R_RIP
	popq	%gs:PC_OUT + R_CS
	popq	%gs:PC_OUT + R_RFLAGS
	popq	%gs:PC_OUT + R_RSP
	popq	%gs:PC_OUT + R_SS
	cmpq	$1, %gs:PC_OUT + R_VECTOR
	jne	leave_run
	mov	%dr6, %rax
	mov	%rax, %gs:PC_OUT + R_DR6
	mov	$0xffff0ff0, %eax
	mov	%rax, %dr6

leave_run:
	mov	%cr2, %rax
	mov	%rax, %gs:PC_OUT + R_CR2
	mov	%cr3, %rax
	mov	%rax, %gs:PC_OUT + R_CR3
	mov	%gs:PC_KERNEL_CR3, %rax
	test	%rax, %rax
	jz	1f
	mov	%rax, %cr3
1:	cmpq	$0, %gs:PC_SP
	je	crash
	mov	%gs:PC_SP, %rsp
	movq	$0, %gs:PC_SP
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	popfq
	ret

/* Nothing was run: on the stack of the exception. */
crash:
	mov	%gs:PC_SELF, %rdi
	add	$PC_OUT, %rdi
	and	$-16, %rsp
	call	rt_crash

/* An interrupt that nobody waits for: count, end of interrupt, go on. */
count_irq:
	push	%rax
	push	%rcx
	push	%rdx
	incq	%gs:PC_IRQS
	mov	$0x80b, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	pop	%rdx
	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq

	.bss
	.balign	4096
stacks:
	.skip	STACK_SIZE * MINIVM_MAX_VCPUS
