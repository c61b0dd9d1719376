// SPDX-License-Identifier: GPL-2.0
/*
 * Costs of calls of 32-bit programs under a 32-bit kernel, as x86_64/costs.c has them:
 * "name smallest largest".  The argument: rounds of a batch.
 */
#include "lib/user.h"

enum { BATCHES = 5 };

extern const char sysenter_loop[], sysenter_entry[], int80_loop[], int80_entry[];

/* EBP and EDX are the program's stack pointer, as Linux' vDSO and Windows' ntdll set them. */
asm(".pushsection .text\n"
    "sysenter_loop:\n"
    "1:	mov %edi, %eax\n"
    "	mov %esp, %ebp\n"
    "	mov %esp, %edx\n"
    "	sysenter\n"
    "sysenter_landing:\n"
    "	dec %ebx\n"
    "	jnz 1b\n"
    "	int3\n"
    "sysenter_entry:\n"
    "	mov %ebp, %ecx\n"
    "	mov $sysenter_landing, %edx\n"
    "	sti\n"
    "	sysexit\n"
    "int80_loop:\n"
    "1:	mov %edi, %eax\n"
    "	int $0x80\n"
    "	dec %ebx\n"
    "	jnz 1b\n"
    "	int3\n"
    "int80_entry:\n"
    "	iret\n"
    ".popsection");

static u64 batch(struct regs *in, u32 n)
{
	u64 start;

	in->rbx = n;
	start = rdtsc();
	run(in);
	return (u32)(rdtsc() - start) / n;
}

static void measure(const char *name, const char *code, u64 nr)
{
	u64 least = -1, most = 0;
	struct regs in;
	int i;

	fill_regs32(&in, code, USER_CS32);
	in.rdi = nr;
	in.rsp = test_stack();
	test_begin("%s", name);
	batch(&in, 4);
	for (i = 0; i < BATCHES; i++) {
		u64 t = batch(&in, (u32)vm_arg ? (u32)vm_arg : 10);

		least = t < least ? t : least;
		most = t > most ? t : most;
	}
	test_eq("event", this_cpu()->out.vector, BP);
	test_end();
	print("%s %lu %lu\n", name, least, most);
}

/* The numbers are getpid's of Linux and NtClose's of Windows 7. */
void guest_main(void)
{
	set_sysenter(KERNEL_CS, test_stack(), (u32)sysenter_entry);
	set_gate(0x80, int80_entry, 0xee);
	measure("sysenter_32", sysenter_loop, 20);
	measure("int80_32", int80_loop, 20);
	measure("nt_close_32", sysenter_loop, 0x32);
}
