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

static char hello[] = "hello";

static void bench(const char *name, const char *code, u64 nr, u64 rounds)
{
	struct regs in;
	u64 start, ticks;

	fill_regs(&in, code, USER_CS);
	in.rdi = 1;
	in.rsi = (u64)hello;
	in.rdx = sizeof(hello) - 1;
	in.rax = nr;
	in.rbx = in.r8 = 16;
	run(&in);			/* caches of all kinds */
	in.rax = nr;
	in.rbx = in.r8 = rounds;
	start = rdtsc();
	run(&in);
	ticks = rdtsc() - start;
	test_begin("%s", name);
	test_eq("event", this_cpu()->out.vector, BP);
	print("%s %lu\n", name, ticks / rounds);
	test_end();
}

/* The argument: rounds, and above 2^32 only those of the plain call. */
void guest_main(void)
{
	enum { GETPID = 39, WRITE = 1 };
	u64 rounds = (u32)vm_arg ? (u32)vm_arg : 2000;

	wrmsr(MSR_LSTAR, (u64)handler);
	if (!(vm_arg >> 32)) {
		bench("empty_round", empty_loop, 0, rounds);
		bench("cpuid_round", cpuid_loop, 0, rounds);
		bench("capture_round", syscall_loop, WRITE, rounds);
	}
	bench("syscall_round", syscall_loop, GETPID, rounds);
}
