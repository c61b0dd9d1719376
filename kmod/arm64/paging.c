// SPDX-License-Identifier: GPL-2.0
/* Walks of the guest's stage 1 tables; Arm ARM D8. */
#include "arch.h"
#include "guestmem.h"
#include "ram.h"

/* Descriptors, Arm ARM D8.3. */
#define DESC_VALID	BIT_ULL(0)
#define DESC_TABLE	BIT_ULL(1)	/* in the last level: a page */
#define DESC_USER	BIT_ULL(6)	/* AP[1] */
#define DESC_RDONLY	BIT_ULL(7)	/* AP[2] */
#define DESC_AF		BIT_ULL(10)
#define DESC_NO_USER	BIT_ULL(61)	/* APTable[0] */
#define DESC_TABLE_RO	BIT_ULL(62)	/* APTable[1] */

/* TCR_EL1 */
#define GUEST_TCR_T0SZ	GENMASK_ULL(5, 0)
#define GUEST_TCR_EPD0	BIT_ULL(7)
#define GUEST_TCR_TG0_SHIFT	14
#define GUEST_TCR_UPPER_SHIFT	16	/* from T0SZ to T1SZ; likewise EPD */
#define GUEST_TCR_TG1_SHIFT	30
#define GUEST_TCR_TBI0	BIT_ULL(37)
#define GUEST_TCR_HA		BIT_ULL(39)
#define GUEST_TCR_HPD0	BIT_ULL(41)
#define GUEST_TCR_E0PD0	BIT_ULL(55)
#define GUEST_TCR_DS		BIT_ULL(59)

#define GUEST_SCTLR_M		BIT_ULL(0)

/* Granules: log2 of a page, and the highest levels of blocks without and with DS. */
static const struct {
	u8 shift;
	u8 block;
	u8 block_ds;
} granules[] = {
	[VSYS_GRANULE_4K] = { 12, 3, 4 },
	[VSYS_GRANULE_64K] = { 16, 3, 3 },	/* level 3: with 52-bit addresses only */
	[VSYS_GRANULE_16K] = { 14, 2, 3 },
};

static u32 granule_of(u64 root)
{
	return root >> VSYS_ROOT_GRANULE_SHIFT & 3;
}

/* Bits of a program's addresses. */
static u32 width_of(u64 root)
{
	return 64 - (root >> VSYS_ROOT_T0SZ_SHIFT & GUEST_TCR_T0SZ);
}

/* Page tables have so many levels. */
static int levels_of(u64 root)
{
	u32 shift = granules[granule_of(root)].shift;

	return DIV_ROUND_UP(width_of(root) - shift, shift - 3);
}

/* Are the width of addresses and their granule ones that the architecture has? */
static bool shape_valid(u64 root)
{
	u32 width = width_of(root), shift;

	if (granule_of(root) == VSYS_GRANULE_NONE)
		return false;
	shift = granules[granule_of(root)].shift;
	return width > shift && width >= 64 - 48 &&
	       width <= (root & VSYS_ROOT_DS || shift == 16 ? 52 : 48);
}

/* The root of the address space of programs; see VSYS_ROOT_*. */
u64 vsys_paging_root(u64 ttbr, u64 tcr, u64 sctlr)
{
	u64 root = ttbr & GENMASK_ULL(47, 6);

	if (!(sctlr & GUEST_SCTLR_M))
		return VSYS_PAGING_NONE;
	root |= (tcr & GUEST_TCR_T0SZ) << VSYS_ROOT_T0SZ_SHIFT;
	if (tcr & (GUEST_TCR_EPD0 | GUEST_TCR_E0PD0))
		return root | (u64)VSYS_GRANULE_NONE << VSYS_ROOT_GRANULE_SHIFT;
	root |= (tcr >> GUEST_TCR_TG0_SHIFT & 3) << VSYS_ROOT_GRANULE_SHIFT;
	root |= tcr & GUEST_TCR_TBI0 ? VSYS_ROOT_TBI : 0;
	root |= tcr & GUEST_TCR_HPD0 ? VSYS_ROOT_HPD : 0;
	root |= tcr & GUEST_TCR_HA ? VSYS_ROOT_HA : 0;
	if (granule_of(root) == VSYS_GRANULE_64K || tcr & GUEST_TCR_DS) {
		/* 52-bit physical addresses: bits 51:48 in bits 5:2. */
		root &= ~GENMASK_ULL(51, 48);
		root |= (ttbr >> 2 & 15) << 48;
		root |= granule_of(root) == VSYS_GRANULE_64K ? 0 : VSYS_ROOT_DS;
	}
	if (shape_valid(root) && levels_of(root) == VSYS_LEVELS)
		root |= VSYS_PAGING_5;
	return root;
}

/* The root of the kernel's half, whose fields of TCR are put where TTBR0 has its own. */
u64 vsys_paging_root_upper(u64 ttbr1, u64 tcr, u64 sctlr)
{
	static const u8 granule[] = {	/* TCR_EL1.TG1 */
		VSYS_GRANULE_NONE, VSYS_GRANULE_16K, VSYS_GRANULE_4K, VSYS_GRANULE_64K,
	};
	u64 lower = tcr & (GUEST_TCR_HA | GUEST_TCR_DS);

	lower |= tcr >> GUEST_TCR_UPPER_SHIFT & (GUEST_TCR_T0SZ | GUEST_TCR_EPD0);
	lower |= (u64)granule[tcr >> GUEST_TCR_TG1_SHIFT & 3] << GUEST_TCR_TG0_SHIFT;
	lower |= tcr >> 1 & (GUEST_TCR_TBI0 | GUEST_TCR_HPD0);
	return vsys_paging_root(ttbr1, lower, sctlr) | VSYS_ROOT_UPPER;
}

/* TTBR0 without the address space's number and CnP: Linux changes these. */
u64 vsys_paging_space(u8 os)
{
	return GENMASK_ULL(47, 1);
}

/* Is @gva an address of the root's half? */
bool vsys_paging_valid(u64 root, u64 gva)
{
	bool upper = root & VSYS_ROOT_UPPER;

	if (root & VSYS_PAGING_NONE)
		return !upper && gva <= GENMASK_ULL(51, 0);
	return shape_valid(root) && !((upper ? ~gva : gva) >> width_of(root));
}

/* Without the tag, the top byte is a copy of bit 55. */
u64 vsys_paging_untag(u64 root, u64 unused, u64 addr)
{
	return root & VSYS_ROOT_TBI ? (u64)((s64)(addr << 8) >> 8) : addr;
}

/* Physical address in a descriptor, Arm ARM D8.3.1. */
static u64 address(u64 root, u64 desc)
{
	u32 shift = granules[granule_of(root)].shift;

	if (root & VSYS_ROOT_DS)
		return (desc & GENMASK_ULL(49, shift)) | (desc >> 8 & 3) << 50;
	if (granule_of(root) == VSYS_GRANULE_64K)
		return (desc & GENMASK_ULL(47, shift)) | (desc >> 12 & 15) << 48;
	return desc & GENMASK_ULL(47, shift);
}

/* Rights left after a table.  EL1 may read all that is mapped. */
static u32 table_rights(u64 root, u32 rights, u64 desc)
{
	if (root & VSYS_ROOT_HPD)
		return rights;
	if (desc & DESC_NO_USER && !(root & VSYS_ROOT_UPPER))
		rights &= ~VSYS_RIGHT_USER;
	return desc & DESC_TABLE_RO ? rights & ~VSYS_RIGHT_WRITE : rights;
}

static u32 leaf_rights(u64 root, u32 rights, u64 desc)
{
	if (!(desc & DESC_USER) && !(root & VSYS_ROOT_UPPER))
		rights &= ~VSYS_RIGHT_USER;
	return desc & DESC_RDONLY ? rights & ~VSYS_RIGHT_WRITE : rights;
}

/*
 * Is @desc, of @level levels from the pages up, a leaf?  A value that is reserved at its
 * level is no table and no leaf: *@bad.
 */
static bool is_leaf(u64 root, u64 desc, int level, bool *bad)
{
	u32 g = granule_of(root);
	u32 block = root & VSYS_ROOT_DS ? granules[g].block_ds : granules[g].block;

	if (level == 1) {
		*bad = !(desc & DESC_TABLE);
		return true;
	}
	*bad = !(desc & DESC_TABLE) && level > block;
	return !(desc & DESC_TABLE);
}

/* See arch.h.  A page without AF is absent unless the CPU would set it. */
bool vsys_paging_walk(struct vsys_mem *m, u64 gva, struct vsys_xlat *x)
{
	u64 root = m->root, table = root & VSYS_ROOT_TABLE, desc, span;
	u32 page, bits, n = 0;
	int level;
	bool bad;

	if (!shape_valid(root))
		return false;
	page = granules[granule_of(root)].shift;
	bits = page - 3;
	gva &= BIT_ULL(width_of(root)) - 1;
	x->rights = VSYS_RIGHT_WRITE | VSYS_RIGHT_USER;
	for (level = levels_of(root);; level--) {
		u32 shift = page + bits * (level - 1);
		u64 index = gva >> shift & (BIT_ULL(bits) - 1);
		const u64 *at = vsys_mem_page(m, x, n, table + 8 * index);

		if (!at)
			return false;
		desc = READ_ONCE(*at);
		x->pte[n].at = at;
		x->pte[n++].val = desc;
		span = BIT_ULL(shift);
		if (!(desc & DESC_VALID))
			return false;
		if (is_leaf(root, desc, level, &bad))
			break;
		x->rights = table_rights(root, x->rights, desc);
		if (!(x->rights & VSYS_RIGHT_USER))
			return false;
		table = address(root, desc);
	}
	x->rights = leaf_rights(root, x->rights, desc);
	if (bad || !(x->rights & VSYS_RIGHT_USER) ||
	    !(desc & DESC_AF || root & VSYS_ROOT_HA))
		return false;
	for (; n < VSYS_LEVELS; n++)
		x->pte[n] = x->pte[n - 1];
	m->gpa = (address(root, desc) & ~(span - 1)) | (gva & (span - 1));
	x->data = vsys_mem_page(m, x, n, m->gpa & PAGE_MASK);
	return x->data;
}
