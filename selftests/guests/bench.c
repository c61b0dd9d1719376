// SPDX-License-Identifier: GPL-2.0
/*
 * What a SYSCALL with its SYSRET costs, in ticks of the TSC per round, and, to
 * compare with, a round of two CPUID exits.  Prints "name value" lines.  Under
 * an emulator whose TSC counts instructions the numbers are instructions.
 */
#include "lib/rt.h"

extern const char syscall_loop[], cpuid_loop[], empty_loop[], handler[];

asm(".pushsection .text\n"
    ".balign 64\n"
    "syscall_loop:\n"
    "1:	syscall\n"
    "	dec %rbx\n"
    "	jnz 1b\n"
    "	int3\n"
    ".balign 64\n"
    "handler: sysretq\n"
    ".balign 64\n"
    "cpuid_loop:\n"
    "1:	xor %eax, %eax\n"
    "	cpuid\n"
    "	xor %eax, %eax\n"
    "	cpuid\n"
    "	dec %r8\n"
    "	jnz 1b\n"
    "	int3\n"
    ".balign 64\n"
    "empty_loop:\n"
    "1:	dec %rbx\n"
    "	jnz 1b\n"
    "	int3\n"
    ".popsection");

static void bench(const char *name, const char *code, u64 rounds)
{
	struct regs in;
	u64 start, ticks;

	fill_regs(&in, code, USER_CS);
	in.rax = 39;			/* getpid: known, no captures */
	in.rbx = in.r8 = 16;
	run(&in);			/* caches of all kinds */
	in.rax = 39;
	in.rbx = in.r8 = rounds;
	start = rdtsc();
	run(&in);
	ticks = rdtsc() - start;
	test_begin("%s", name);
	test_eq("event", this_cpu()->out.vector, BP);
	print("%s %lu\n", name, ticks / rounds);
	test_end();
}

void guest_main(void)
{
	u64 rounds = vm_arg ? vm_arg : 2000;

	wrmsr(MSR_LSTAR, (u64)handler);
	bench("empty_round", empty_loop, rounds);
	bench("cpuid_round", cpuid_loop, rounds);
	bench("syscall_round", syscall_loop, rounds);
}
