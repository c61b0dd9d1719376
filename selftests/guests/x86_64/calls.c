// SPDX-License-Identifier: GPL-2.0
/*
 * A program in ring 3 makes these system calls, by their numbers on x86-64
 * Linux, and a kernel in ring 0 answers as written here.  calls.expect has the
 * output of vsysread, without the prefix that names machine and vCPU,
 * a line for each entry of calls[], in order.
 */
#include "lib/linux.h"

static const struct call calls[] = {
	{ 39, { 0 }, 4711 },
	{ 1, { 1, HELLO, 5 }, 5 },
	{ 257, { AT_FDCWD, FILE, O_CLOEXEC }, 3 },
	{ 35, { EMPTY, OUT }, -4, "\5" },		/* the rest of the time */
	{ 35, { EMPTY, OUT }, -22, "\6" },
	{ 0, { 3, OUT, 4096 }, 7, "debian\n" },
	{ 3, { 3 }, 0 },
	{ 257, { AT_FDCWD, ABSENT, 0 }, -2 },
	{ 0x1fff, { 1, 2, 3, 4, 5, 6 }, -38 },
	{ 257, { AT_FDCWD, SPLIT + 0x1000 - 5, 0 }, 4 },
	{ 257, { AT_FDCWD, GAP + 0x1000 - 8, 0 }, -14 },
	{ 257, { AT_FDCWD, GAP + 0x1000, 0 }, -14 },
	{ 257, { AT_FDCWD, 0, 0 }, -14 },
	{ 257, { AT_FDCWD, 0x8000000000000000, 0 }, -14 },
	{ 257, { AT_FDCWD, ENDLESS, 0 }, -36 },
	{ 257, { AT_FDCWD, EMPTY, 0 }, -2 },
	{ 257, { 3, STRANGE, 01101, 0644 }, 5 },
	{ 1, { 1, ENDLESS, 300 }, 300 },
	{ 0, { 3, GAP + 0x1000, 16 }, -14 },
	{ 59, { TRUE, ARGV, ENVP }, -2 },
	{ 20, { 1, IOV, 2 }, 5 },
	{ 257, { AT_FDCWD, DEVICE, 0 }, -14 },
	{ 257, { AT_FDCWD, 0xfffffffffffffff8, 0 }, -14 },
	{ 186, { 0 }, 4712, .how = BY_IRET },
	{ 39, { 0 }, 4711 },
	{ 231, { 0 }, .how = NORETURN },
};

void guest_main(void)
{
	unsigned int i;

	linux_memory();
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		linux64_call(&calls[i]);
}
