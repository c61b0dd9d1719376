/* SPDX-License-Identifier: GPL-2.0 */
/* A test defines its own vsys_mem_read(). */
#ifndef STUB_GUESTMEM_H
#define STUB_GUESTMEM_H

#include <linux/types.h>

struct vsys_mem {
	const u8 *data;
	u64 base;
	u32 bytes;
};

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);

#endif
