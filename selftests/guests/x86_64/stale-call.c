// SPDX-License-Identifier: GPL-2.0
/*
 * A call whose return was not seen, then others from the same place: a second
 * return of the last one pairs with no call, least of all with the first.
 * stale-call.expect has the output of vsysread.
 */
#include "lib/linux.h"

enum { SP = STACK + 0x800, OTHER = STACK + 0x400 };

extern const char code[], after[], sysretq[];

asm(".pushsection .text\n"
    "code: syscall\n"
    "after: int3\n"
    "sysretq: sysretq\n"
    ".popsection");

static void arrive(u64 nr, u64 sp)
{
	struct regs in;

	fill_regs(&in, code, USER_CS);
	in.rflags |= X86_IF;
	in.rax = nr;
	in.rsp = sp;
	test_begin("call %u arrives", (u32)nr);
	run(&in);
	test_eq("event", this_cpu()->out.vector, EV_SYSCALL);
	test_end();
}

static void by_sysret(u64 sp, u64 rax)
{
	struct regs in;

	fill_regs(&in, sysretq, KERNEL_CS);
	in.rcx = (u64)after;
	in.r11 = X86_FIXED | X86_IF;
	in.rsp = sp;
	in.rax = rax;
	test_begin("SYSRET");
	run(&in);
	test_eq("event", this_cpu()->out.vector, BP);
	test_eq("RAX", this_cpu()->out.rax, rax);
	test_end();
}

void guest_main(void)
{
	linux_memory();
	arrive(34, SP);		/* pause(); its thread is killed */
	arrive(39, OTHER);
	by_sysret(OTHER, 4711);
	arrive(186, SP);
	by_sysret(SP, 4712);
	by_sysret(SP, 4713);
}
