/* SPDX-License-Identifier: GPL-2.0 */
/* Memory and calls of the Linux guests that make calls. */
#ifndef GUESTS_LINUX_H
#define GUESTS_LINUX_H

#include "user.h"

/* Fixed user addresses, so that the lines with pointers are known. */
enum {
	SPLIT = 0x10000000,	/* two pages, physically apart */
	GAP = 0x10010000,	/* one page, the next is absent */
	ENDLESS = 0x10020000,	/* two pages of 'a', the next is absent */
	OUT = 0x10030000,	/* results of read() */
	DATA = 0x10040000,	/* strings and vectors */
	STACK = 0x10050000,	/* the next page is absent */
	DEVICE = 0x10060000,	/* mapped to an address without memory */
};

#define FILE	DATA		/* "/etc/hostname" */
#define HELLO	(DATA + 0x20)
#define ABSENT	(DATA + 0x40)	/* "/nonexistent" */
#define EMPTY	(DATA + 0x60)
#define STRANGE	(DATA + 0x80)	/* bytes that need escapes */
#define TRUE	(DATA + 0xa0)	/* "/bin/true" */
#define NAME	(DATA + 0xb0)	/* "true" */
#define OPTION	(DATA + 0xb8)	/* "-x" */
#define ARGV	(DATA + 0xc0)	/* of 8-byte words */
#define ENVP	(DATA + 0xe0)
#define IOV	(DATA + 0x100)
#define ARGV32	(DATA + 0x140)	/* of 4-byte words */
#define ENVP32	(DATA + 0x150)
#define IOV32	(DATA + 0x160)

#define AT_FDCWD	((u64)-100)
#define O_CLOEXEC	02000000

/* How a call ends. */
enum { BY_USUAL, BY_IRET, RESTARTED, NORETURN };

struct call {
	u64 nr, args[6];
	long result;
	const char *out;	/* stored at OUT before the call returns */
	u8 how;			/* it ends */
	u8 door;		/* as the guest counts them */
	/* The action of the holder on the host, see held.h. */
	u8 held;
	u32 add;		/* to each argument */
	u32 add_first;		/* to argument 0 */
	bool (*looks_right)(void);	/* checks the memory, in the kernel */
};

/* call.held */
enum {
	HOLDER_SKIPS = 1,	/* the call is not made */
	HOLDER_ANSWERS = 2,	/* its result is HELD_RESULT */
};

void linux_memory(void);
void linux64_call(const struct call *c);

#endif
