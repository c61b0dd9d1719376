// SPDX-License-Identifier: GPL-2.0
/*
 * Calls without any exit between their INT 0x80 and the IRET that answers
 * them, and IRETs that stay on their level with interrupts on while a call is
 * pending.  at-once.expect has the output of vsysread.
 */
#include "lib/linux.h"

extern const u8 vector_stubs[256][16];

enum { SP = STACK + 0x800, TIMES = 3 };

extern const char code[], int80[], int80_once[], answer[], dropping[], same[], sysretq[],
	sysretl[], after[], int3_first[];

asm(".pushsection .text\n"
    "code: syscall\n"
    "after: int3\n"
    "int80_once: int $0x80\n"
    "	int3\n"
    "int80: int $0x80\n"
    "	dec %rcx\n"
    "	jnz int80\n"
    "	int3\n"
    "int3_first: int3\n"
    "1:	int $0x80\n"
    "	dec %rcx\n"
    "	jnz 1b\n"
    "	ud2\n"
    "answer: iretq\n"
    "dropping: mov %rsp, %rax\n"
    "	and $-4096, %rax\n"
    "	out %eax, $0xf6\n"		/* MINIVM_PORT_DROP */
    "	mov $21, %eax\n"
    "	iretq\n"
    "same:" IRET_HERE "int3\n"
    "sysretq: sysretq\n"
    "sysretl: sysretl\n"
    ".popsection");

static void runs(const char *name, const char *from, u64 cs, u64 rax, u64 event)
{
	struct regs in;

	fill_regs(&in, from, cs);
	in.rflags |= X86_IF;
	in.rax = rax;
	in.rcx = TIMES;
	in.rdi = 0;
	in.rsp = SP;
	test_begin("%s", name);
	run(&in);
	test_eq("event", this_cpu()->out.vector, event);
	test_eq("RSP", this_cpu()->out.rsp, SP);
	test_end();
}

static void by_sysret(u64 rax)
{
	struct regs in;

	fill_regs(&in, sysretq, KERNEL_CS);
	in.rcx = (u64)after;
	in.r11 = X86_FIXED;
	in.rsp = SP;
	in.rax = rax;
	run(&in);
}

/* SYSRET keeps the upper half of RSP, and INT pushes it. */
static void above_4g(void)
{
	struct regs in;

	fill_regs(&in, sysretl, KERNEL_CS);
	in.rcx = (u64)int80_once;
	in.r11 = X86_FIXED;
	in.rsp = SP | 1UL << 32;
	in.rax = 20;
	test_begin("INT 0x80 of compatibility mode, RSP above 4 GiB");
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("RIP", this_cpu()->out.rip, (u64)int80_once + 3);
	test_end();
}

void guest_main(void)
{
	linux_memory();
	set_gate(0x80, answer, 0xee);
	runs("INT 0x80, answered at once", int80, USER_CS, 20, BP);
	set_gate(0x80, dropping, 0xee);
	runs("INT 0x80, answered from a stack that is not in nested tables", int80_once,
	     USER_CS, 20, BP);
	set_gate(0x80, answer, 0xee);
	above_4g();
	set_gate(BP, answer, 0xee);
	runs("INT 0x80 after an INT3", int3_first, USER_CS, 20, UD);
	set_gate(BP, vector_stubs[BP], 0xee);
	runs("a call", code, USER_CS, 39, EV_SYSCALL);
	runs("IRET in ring 3", same, USER_CS, 0, BP);
	runs("IRET in ring 0", same, KERNEL_CS, 0, BP);
	by_sysret(4711);
}
