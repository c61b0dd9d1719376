/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's paging: modes, rights, roots, canonical addresses. */
#ifndef VSYS_PAGING_TYPES_H
#define VSYS_PAGING_TYPES_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/processor-flags.h>

/* The address bits of CR3 and of page-table entries, SDM vol. 3, 4.5. */
#define VSYS_PTE_ADDR	GENMASK_ULL(51, 12)
/*
 * Paging modes, SDM vol. 3, 4.1.1: in the low bits of vsys_mem.root.  Five levels
 * is the mode with bit 0.
 */
enum vsys_paging {
	VSYS_PAGING_4,
	VSYS_PAGING_5,
	VSYS_PAGING_PAE,
	VSYS_PAGING_32,
	VSYS_PAGING_PSE,	/* 32-bit with 4 MB pages */
	VSYS_PAGING_NONE,
	VSYS_PAGING_MASK = 7,
};

enum { VSYS_LEVELS = 5 };	/* of page tables, with LA57 */

/* Privilege of a reader, in a root beside the paging mode.  CPL 0 to 2 are the kernel. */
enum vsys_who {
	VSYS_WHO_KERNEL = 0,
	VSYS_WHO_KERNEL_AC = 1 << 3,	/* with EFLAGS.AC set, which suspends SMAP */
	VSYS_WHO_USER = 2 << 3,
	VSYS_WHO_MASK = 3 << 3,
};

/* Rights of a translation, of all levels together. */
enum {
	VSYS_RIGHT_WRITE = 1 << 0,
	VSYS_RIGHT_USER = 1 << 1,
	VSYS_RIGHT_NX = 1 << 2,
	VSYS_RIGHT_KEY_SHIFT = 8,	/* the protection key */
};

/* Address tagging, SDM vol. 3, 4.4: in CR3, and in roots. */
#define VSYS_CR3_LAM_U57	BIT_ULL(61)
#define VSYS_CR3_LAM_U48	BIT_ULL(62)
#define VSYS_CR3_LAM		(VSYS_CR3_LAM_U57 | VSYS_CR3_LAM_U48)

/*
 * The PDPTEs of PAE paging.  Where the CPU has them in registers, memory may have others,
 * SDM vol. 3, 4.4.1; APM vol. 2, 15.25.10.
 */
struct vsys_pdptes {
	bool in_cpu;
	u64 root;	/* whose they are, as vsys_mem.root */
	u64 e[4];
};

bool vsys_canonical_upper(u64 cr4, u64 addr);

/* Canonical for the guest's address width?  Addresses below 2^47 are for any width. */
static __always_inline bool vsys_canonical(u64 cr4, u64 addr)
{
	return likely(!(addr >> 47)) || vsys_canonical_upper(cr4, addr);
}

/* The root of an address space in long mode, with its paging mode. */
static __always_inline u64 vsys_paging_root(u64 cr3, u64 cr4)
{
	u64 root = cr3 & (VSYS_PTE_ADDR | VSYS_CR3_LAM);

	return likely(!(cr4 & X86_CR4_LA57)) ? root | VSYS_PAGING_4 : root | VSYS_PAGING_5;
}

u64 vsys_paging_root_legacy(u64 cr0, u64 cr3, u64 cr4);

#endif /* VSYS_PAGING_TYPES_H */
