// SPDX-License-Identifier: GPL-2.0
/*
 * One vCPU executes an instruction that another changes from SYSCALL to UD2 and back
 * all the time.  Either result is right; run-traced.sh compares the calls that
 * reached the kernel with the number of records.
 */
#include "lib/rt.h"

enum { CODE = 0x20000000, ROUNDS = 20000, GETPID = 39 };

static volatile u8 *const opcode = (u8 *)CODE + 1;
static volatile bool ready, done;

/* CPUID lets Bochs switch to the other vCPU. */
static void relax(void)
{
	u32 a = 0, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d));
}

void guest_ap(unsigned int cpu)
{
	u32 i;

	(void)cpu;
	while (!ready)
		relax();
	while (!done) {
		for (i = 0; i < 4097; i++)
			*opcode ^= 0x05 ^ 0x0b;
		relax();
	}
}

void guest_main(void)
{
	u64 event, calls = 0, faults = 0;
	struct regs in;
	int i;

	map_page(CODE, (u64)alloc_page(), PTE_P | PTE_W | PTE_U);
	memcpy((void *)CODE, "\x0f\x05\xcc", 3);
	/* A vCPU is traced after some exits. */
	for (i = 0; i < 100; i++)
		relax();
	ready = true;
	test_begin("SYSCALL or #UD, whatever it is when it is executed");
	for (i = 0; i < ROUNDS; i++) {
		fill_regs(&in, (void *)CODE, USER_CS);
		in.rax = GETPID;
		run(&in);
		event = this_cpu()->out.vector;
		calls += event == EV_SYSCALL;
		faults += event == UD;
	}
	done = true;
	print("# calls %lu\n", calls);
	test_eq("other events", ROUNDS - calls - faults, 0);
	test_end();
}
