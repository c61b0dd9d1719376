/* SPDX-License-Identifier: GPL-2.0 */
/* A profile of a few calls, independent of what prototypes/ says. */
#ifndef TABLE_H
#define TABLE_H

#include "lib/vsyscalls.h"

enum {
	NR_READ = 0,
	NR_WRITE = 1,
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
};

extern const struct vsys_table test_table;

#endif /* TABLE_H */
