/* SPDX-License-Identifier: GPL-2.0 */
/* Which pages the maker of a call, at EL0, may access.  Part of guestmem.c. */
#ifndef VSYS_PAGING_RIGHTS_H
#define VSYS_PAGING_RIGHTS_H

#include "arch.h"
#include "mem_types.h"

/* May EL0 read a page with these @rights? */
static inline bool vsys_paging_may_read(struct vsys_mem *m, u32 rights)
{
	return rights & VSYS_RIGHT_USER;
}

/* May EL0 write a page with these @rights that it may read? */
static inline bool vsys_paging_may_write(struct vsys_mem *m, u32 rights)
{
	return rights & VSYS_RIGHT_WRITE;
}

/*
 * Turn the caller's pointer into the address that the CPU would use; false if there is
 * none.  Bit 55 chooses between TTBR0 and the kernel's half, which is not walked.
 */
static inline bool vsys_paging_linear(const struct vsys_mem *m, u64 *gva)
{
	*gva = vsys_paging_untag(m->root, 0, *gva);
	return vsys_paging_valid(m->root, *gva);
}

#endif /* VSYS_PAGING_RIGHTS_H */
