// SPDX-License-Identifier: GPL-2.0
/*
 * Cost of a SYSCALL with its SYSRET, in ticks of the TSC per round, and, for
 * comparison, of a round of two CPUID exits.  Prints "name value" lines.  Under
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

static void bench(const char *name, const char *code, u64 nr, u64 text, u64 rounds)
{
	struct regs in;
	u64 start, ticks;

	fill_regs(&in, code, USER_CS);
	in.rdi = 1;
	in.rsi = text;
	in.rdx = sizeof(hello) - 1;
	in.rax = nr;
	in.rbx = in.r8 = 16;
	run(&in);			/* warm up caches of all kinds */
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

/* Pointers into the kernel's half: to a kernel page, to a user-accessible page, to none. */
static void kernel_pointers(u64 nr, u64 rounds)
{
	u64 at = 0xffff888000100000, low = 0x10005000;

	map_page(at, (u64)alloc_page(), PTE_P | PTE_W);
	map_page(at + 0x1000, (u64)alloc_page(), PTE_P | PTE_W | PTE_U);
	bench("kernel_mapped_round", syscall_loop, nr, at, rounds);
	bench("kernel_user_round", syscall_loop, nr, at + 0x1000, rounds);
	bench("kernel_absent_round", syscall_loop, nr, at + 0x40000000, rounds);
	/* In the program's half there are walks that end at the same level. */
	map_page(low, (u64)alloc_page(), PTE_P | PTE_W);
	bench("low_mapped_round", syscall_loop, nr, low, rounds);
	bench("low_absent_round", syscall_loop, nr, low + 0x10000, rounds);
}

/* The argument: rounds; from 2^32 on only the plain call's rows, from 2^33 on other rows. */
void guest_main(void)
{
	enum { GETPID = 39, WRITE = 1 };
	u64 rounds = (u32)vm_arg ? (u32)vm_arg : 2000;

	wrmsr(MSR_LSTAR, (u64)handler);
	if (vm_arg >> 33) {
		kernel_pointers(WRITE, rounds);
		return;
	}
	if (!(vm_arg >> 32)) {
		bench("empty_round", empty_loop, 0, 0, rounds);
		bench("cpuid_round", cpuid_loop, 0, 0, rounds);
		bench("capture_round", syscall_loop, WRITE, (u64)hello, rounds);
	}
	bench("syscall_round", syscall_loop, GETPID, (u64)hello, rounds);
}
