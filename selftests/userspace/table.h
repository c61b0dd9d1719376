/* SPDX-License-Identifier: GPL-2.0 */
/* A profile of a few calls, independent of what prototypes/ says. */
#ifndef TABLE_H
#define TABLE_H

#include <vsyscalls/vsyscalls.h>

enum {
	NR_READ = 0,
	NR_WRITE = 1,
	NR_CLOSE = 3,
	NR_POLL = 7,
	NR_MMAP = 9,
	NR_WRITEV = 20,
	NR_PIPE = 22,
	NR_BIND = 49,
	NR_GETSOCKNAME = 51,
	NR_SENDMSG = 46,
	NR_EXECVE = 59,
	NR_EXIT = 60,
	NR_UMASK = 95,
	NR_OPENAT = 257,

	NR_X32_EXECVE = 520,	/* and bit 30 in a record */

	NR_I386_READ = 3,
	NR_I386_EXECVE = 11,
	NR_I386_BRK = 45,
	NR_I386_PREAD64 = 180,
	NR_I386_FALLOCATE = 324,

	NT_CLOSE = 0xc,
	NT_CREATE_FILE = 0x25,
	NT_DELAY = 0x30,
	NT_OPEN_PROCESS = 0x7a,
	NT_ALLOCATE = 0xf0,
	NT_QUERY_LINK = 0x111,
	NT_SET_TIMER = 0x120,
	NT_WAIT_MANY = 0x125,
	USER_GET_DC = 0x1000,
	USER_SHOW = 0x1001,
	USER_BEEP = 0x1002,
};

enum { TEST_ABIS = 3 };

/* Of the other system close is 1 and read is 3. */
extern const struct vsys_numbering test_abis[TEST_ABIS], other_abis[1];
extern const struct vsys_table test_table;

/* 64-bit Windows; wintable32 has the same numbers in 32-bit slots and layout. */
extern const struct vsys_numbering win_abis[1], win32_abis[1];
extern const struct vsys_table wintable, wintable32;

#endif /* TABLE_H */
