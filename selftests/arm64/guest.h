/* SPDX-License-Identifier: GPL-2.0 */
/* Shared by vmm.c, guest.c and guest.S. */
#ifndef ARM64_GUEST_H
#define ARM64_GUEST_H

#define MEMORY		0x40000000	/* guest-physical address; the image, its entry first */
#define MEMORY_BYTES	0x800000
#define TABLES		(MEMORY + 0x400000)	/* page tables, up to the end */
#define STACK		(MEMORY + 0x300000)	/* end of the kernel's stack */

/* Device: 32-bit writes. */
#define DEVICE		0x10000000
#define DEVICE_PRINT	(DEVICE + 0)	/* a character */
#define DEVICE_EXIT	(DEVICE + 8)	/* end with this exit code */

/* The program's view: the image again, and data of its own, in 64 KB each. */
#define USER_IMAGE	0x8000000
#define USER_DATA	0x9000000
#define USER_GAP	0x9010000	/* nothing is mapped here */
#define USER_OLD	0x9020000	/* mapped, but without the access flag */
#define DATA		(MEMORY + 0x200000)	/* where USER_DATA and USER_OLD are */

#define CALLS_END	(~0ULL)		/* as a number: the last of a list */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct call {
	uint64_t nr;
	uint64_t args[6];
	uint64_t result;
	const char *out;	/* the kernel writes it to argument 1 */
};
#endif

#endif /* ARM64_GUEST_H */
