/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's translation regime as its programs see it: roots and rights. */
#ifndef VSYS_PAGING_TYPES_H
#define VSYS_PAGING_TYPES_H

#include <linux/bits.h>
#include <linux/types.h>

/*
 * A root is the table of TTBR0 or TTBR1, whose address has bits 51:6, and what TCR says
 * of it; Arm ARM D24.2.205, TCR_EL1.  Programs have TTBR0 alone: TTBR1 is the kernel's.
 */
#define VSYS_ROOT_UPPER		BIT_ULL(3)	/* TTBR1, read with the rights of EL1 */
#define VSYS_ROOT_TABLE		GENMASK_ULL(51, 6)
#define VSYS_ROOT_T0SZ_SHIFT	52	/* 6 bits */
#define VSYS_ROOT_GRANULE_SHIFT	58	/* 2 bits: enum vsys_granule */
#define VSYS_ROOT_DS		BIT_ULL(60)	/* 52-bit addresses, 4 and 16 KB */
#define VSYS_ROOT_TBI		BIT_ULL(61)	/* the top byte is a tag */
#define VSYS_ROOT_HPD		BIT_ULL(62)	/* tables have no rights */
#define VSYS_ROOT_HA		BIT_ULL(63)	/* the CPU sets AF */

/* TCR_EL1.TG0 */
enum vsys_granule {
	VSYS_GRANULE_4K = 0,
	VSYS_GRANULE_64K = 1,
	VSYS_GRANULE_16K = 2,
	VSYS_GRANULE_NONE = 3,	/* programs have no memory */
};

enum vsys_paging {
	VSYS_PAGING_ON = 0,
	VSYS_PAGING_5 = 1 << 0,		/* five levels */
	VSYS_PAGING_NONE = 1 << 1,	/* the MMU is off */
	VSYS_PAGING_MASK = 3,
};

enum { VSYS_LEVELS = 5 };	/* of page tables, with LPA2 */

/* Page tables are in memory alone. */
struct vsys_pdptes {};

/*
 * Privilege of a reader, in a root beside the paging mode: calls come from EL0 only.  The
 * kernel's tasks are read with VSYS_ROOT_UPPER.
 */
enum vsys_who {
	VSYS_WHO_USER = 1 << 2,
	VSYS_WHO_MASK = 1 << 2,
};

/* Rights of a translation, of all levels together. */
enum {
	VSYS_RIGHT_WRITE = 1 << 0,
	VSYS_RIGHT_USER = 1 << 1,
};

u64 vsys_paging_root(u64 ttbr, u64 tcr, u64 sctlr);
u64 vsys_paging_root_upper(u64 ttbr1, u64 tcr, u64 sctlr);

#endif /* VSYS_PAGING_TYPES_H */
