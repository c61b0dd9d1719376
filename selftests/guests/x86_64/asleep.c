// SPDX-License-Identifier: GPL-2.0
/*
 * A program in ring 3 makes a call with the address of a page that is absent in
 * the host, see ../machine/absent.c.  The guest itself does not access it: only a
 * tracer that captures the argument waits for it.
 */
#include "lib/linux.h"

enum { EXITS = 2000 };

static void leave_guest(void)
{
	u32 a = 0, b, c = 0, d;

	asm volatile("cpuid" : "+a" (a), "=b" (b), "+c" (c), "=d" (d) : : "memory");
}

void guest_main(void)
{
	static const struct call calls[] = {
		{ 39, { 0 }, 4711 },
		{ 1, { 1, MINIVM_ABSENT, 16 }, 16 },
		{ 39, { 0 }, 4712 },
		{ 231, { 0 }, .how = NORETURN },
	};
	unsigned int i;

	linux_memory();
	/* Exits at which the vCPU follows an attach, before the first call. */
	for (i = 0; i < EXITS; i++)
		leave_guest();
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		linux64_call(&calls[i]);
}
