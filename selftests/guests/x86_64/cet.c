// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel that turns CET on (SDM vol. 1, chapter 17), which changes SYSCALL and SYSRET:
 * from there on the CPU alone executes its calls, and the trace reports it.
 */
#include "lib/user.h"

enum { GETPPID = 110 };

#define CR4_CET		(1UL << 23)

static bool have_cet(void)
{
	u32 eax = 7, ebx, ecx = 0, edx;

	asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
	return ecx & 1 << 7 || edx & 1 << 20;
}

void guest_main(void)
{
	u64 cr4;

	if (!have_cet()) {
		test_begin("CET");
		test_skip("the CPU has no CET");
		return;
	}
	set_star(KERNEL_CS, USER_CS32);
	make_call("a call before CET", GETPPID);
	asm volatile("mov %%cr4, %0" : "=r" (cr4));
	asm volatile("mov %0, %%cr4" : : "r" (cr4 | CR4_CET));
	make_call("a call with CET", GETPPID);
	make_call("another call with CET", GETPPID);
}
