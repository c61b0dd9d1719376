// SPDX-License-Identifier: GPL-2.0
/*
 * INT n in virtual-8086 mode: with IOPL 3 through the IDT, and back by IRET; with a
 * lower IOPL #GP(0) (Intel SDM vol. 3B, 20.3.3, table 20-2; AMD APM vol. 2, 10.4).
 * vm86.expect has the calls.
 */
#include "lib/linux32.h"

/* In paragraphs: the low bits of CS are not 0, as run() takes these for ring 0. */
enum { PROGRAM = 0x20000, SEGMENT = PROGRAM / 16 - 1, OFFSET = 16, TOP = 0x800 };
enum { GETPID = 20, RESULT = 4711, IOPL0 = 0 };

extern const char answer[], vm86_gp[], vm86_bp[];

/* The CPU loads null selectors when it leaves virtual-8086 mode. */
asm(".pushsection .text\n"
    ".macro reload\n"
    "	push %eax\n"
    "	mov $0x4b, %eax\n"		/* PERCPU_SEL */
    "	mov %eax, %gs\n"
    "	mov $0x23, %eax\n"		/* USER_SS */
    "	mov %eax, %ds\n"
    "	mov %eax, %es\n"
    "	pop %eax\n"
    ".endm\n"
    "answer: mov $4711, %eax\n"
    "	iretl\n"
    "vm86_gp: reload\n"
    "	jmp vector_stubs + 16 * 13\n"
    "vm86_bp: reload\n"
    "	jmp vector_stubs + 16 * 3\n"
    ".popsection");

static void program(const char *name, const char *code, u32 n, u64 rflags, u64 event, u32 at,
		    u64 eax)
{
	const struct regs *out = &this_cpu()->out;
	struct regs in;

	memcpy((void *)PROGRAM, code, n);
	fill_regs(&in, (void *)OFFSET, SEGMENT);
	in.ss = SEGMENT;
	in.rsp = TOP;
	in.rax = GETPID;
	in.rflags |= X86_VM | rflags;
	test_begin("%s", name);
	run(&in);
	test_eq("event", out->vector, event);
	test_eq("error code", out->error, 0);
	test_eq("EIP", out->rip, OFFSET + at);
	test_eq("CS", out->cs, SEGMENT);
	test_eq("ESP", out->rsp, TOP);
	test_eq("EAX", out->rax, eax);
	test_eq("RFLAGS", out->rflags & ~X86_RF, in.rflags);
	test_end();
}

void guest_main(void)
{
	set_gate(0x80, answer, 0xee);
	set_gate(GP, vm86_gp, 0x8e);
	set_gate(BP, vm86_bp, 0xee);
	program("INT 80h, IOPL 3", "\xcd\x80\xcc", 3, X86_IOPL, BP, 3, RESULT);
	program("INT 80h with prefixes, IOPL 3", "\x66\x2e\xcd\x80\xcc", 5, X86_IOPL, BP, 5,
		RESULT);
	program("INT3, IOPL 0", "\xcc", 1, IOPL0, BP, 1, GETPID);
	program("INT 80h, IOPL 0", "\xcd\x80\xcc", 3, IOPL0, GP, 0, GETPID);
	/* MOV $20, %AX in between */
	program("INT 80h twice, IOPL 3", "\xcd\x80\xb8\x14\x00\xcd\x80\xcc", 8, X86_IOPL, BP, 8,
		RESULT);
}
