// SPDX-License-Identifier: GPL-2.0
/*
 * A 32-bit program under a 32-bit Linux: INT 80h, and SYSENTER by the code of
 * the vDSO, answered by SYSEXIT (lib/linux32.c has the calls; with --arg 1
 * lib/held32.c, for a holder).
 */
#include "lib/linux32.h"

VDSO_DECLARE(vsyscall);
extern const char sysexit_code[];

asm(".pushsection .text\n"
    VDSO_CODE("vsyscall", "mov %esp, %ebp", "sysenter")
    "sysexit_code:\n"
    "	sti\n"
    "	sysexit\n"
    ".popsection");

/* EBP is the kernel's sixth argument; it leaves EBP alone. */
static void leave(const char *to, u32 sp)
{
	struct regs kernel = this_cpu()->out;

	kernel.rip = (u32)sysexit_code;
	kernel.rdx = (u32)to;
	kernel.rcx = sp;
	run(&kernel);
}

static const struct fast_door door = {
	VDSO_DOOR(vsyscall), .expect = expect_vdso_sysenter, .leave = leave,
};

void guest_main(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (u32)entry_sysenter);
	if (vm_arg)
		linux32_held(&door);
	else
		linux32_calls(&door);
}
