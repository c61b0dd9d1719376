/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of a process instead of a guest's, for kmod/capture.c. */
#ifndef NATIVE_GUESTMEM_H
#define NATIVE_GUESTMEM_H

#include <linux/types.h>

struct vsys_mem {
	int pid;
	bool spent;	/* never */
};

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);
u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended);

#endif
