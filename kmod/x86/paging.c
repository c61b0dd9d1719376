// SPDX-License-Identifier: GPL-2.0
/* Walks of the guest's page tables; SDM vol. 3, chapter 4. */
#include <linux/lockdep.h>

#include "arch.h"
#include "guestmem.h"
#include "ram.h"
#include "x86/paging_types.h"
#include "x86/symbols.h"

/* Page table entries, SDM vol. 3, 4.3 to 4.5; APM vol. 2, 5.2 and 5.3. */
#define PTE_P		BIT_ULL(0)
#define PTE_W		BIT_ULL(1)
#define PTE_U		BIT_ULL(2)
#define PTE_A		BIT_ULL(5)
#define PTE_D		BIT_ULL(6)
#define PTE_PS		BIT_ULL(7)
#define PTE_KEY_SHIFT	59
#define PTE_KEY_MASK	15
#define PTE_NX		BIT_ULL(63)

#define CR4_LAM_SUP	BIT_ULL(28)

enum { MARK_TRIES = 16 };	/* while other vCPUs mark the same entry */

/* Shapes of page tables. */
static const struct {
	u8 levels;
	u8 bits;	/* of the address for each */
	u8 large;	/* highest level with large pages */
	u8 size;	/* bytes of an entry */
} shapes[] = {
	[VSYS_PAGING_4] = { 4, 9, 3, 8 },
	[VSYS_PAGING_5] = { 5, 9, 3, 8 },
	[VSYS_PAGING_PAE] = { 3, 9, 2, 8 },
	[VSYS_PAGING_32] = { 2, 10, 1, 4 },
	[VSYS_PAGING_PSE] = { 2, 10, 2, 4 },
};

/* vsys_paging_root() of a guest that is not in long mode. */
u64 vsys_paging_root_legacy(u64 cr0, u64 cr3, u64 cr4)
{
	if (!(cr0 & X86_CR0_PG))
		return VSYS_PAGING_NONE;
	if (cr4 & X86_CR4_PAE)
		return (cr3 & GENMASK_ULL(31, 5)) | VSYS_PAGING_PAE;
	return (cr3 & GENMASK_ULL(31, 12)) |
	       (cr4 & X86_CR4_PSE ? VSYS_PAGING_PSE : VSYS_PAGING_32);
}

/* SDM vol. 1, 3.3.7.1 */
bool vsys_canonical_upper(u64 cr4, u64 addr)
{
	unsigned int shift = cr4 & X86_CR4_LA57 ? 64 - 57 : 64 - 48;

	return (u64)((s64)(addr << shift) >> shift) == addr;
}

/* Linux toggles one bit of CR3 for isolation. */
u64 vsys_paging_space(u8 os)
{
	return os == VSYS_OS_LINUX ? VSYS_PTE_ADDR & ~BIT_ULL(PAGE_SHIFT) : VSYS_PTE_ADDR;
}

/* Is @gva an address in the paging mode of @root? */
bool vsys_paging_valid(u64 root, u64 gva)
{
	switch (root & VSYS_PAGING_MASK) {
	case VSYS_PAGING_4:
		return vsys_canonical(0, gva);
	case VSYS_PAGING_5:
		return vsys_canonical(X86_CR4_LA57, gva);
	default:
		return gva <= U32_MAX;
	}
}

/**
 * vsys_paging_untag() - remove the tag of a pointer to data
 * @root: of the address space
 * @cr4: the register
 * @addr: the pointer
 *
 * SDM vol. 3, 4.4: the bits below bit 63 that are no part of the address take the
 * value of its highest bit, which is compared with bit 63 afterwards.  AMD's Upper
 * Address Ignore is not handled: KVM lets no guest set EFER.UAIE.
 */
u64 vsys_paging_untag(u64 root, u64 cr4, u64 addr)
{
	int top;

	if (addr >> 63)
		top = !(cr4 & CR4_LAM_SUP) ? 63 : root & VSYS_PAGING_5 ? 56 : 47;
	else
		top = root & VSYS_CR3_LAM_U57 ? 56 : root & VSYS_CR3_LAM_U48 ? 47 : 63;
	return (addr & BIT_ULL(63)) |
	       ((u64)((s64)(addr << (63 - top)) >> (63 - top)) & ~BIT_ULL(63));
}

/* Address of the page or table of @span bytes that @pte maps. */
static u64 frame(u64 pte, u64 span, u32 size)
{
	/* A 4 MB page has address bits 39:32 in bits 20:13. */
	if (size == 4)
		return (pte & ~(span - 1) & GENMASK_ULL(31, 12)) |
		       (span > PAGE_SIZE ? (pte >> 13 & 0xff) << 32 : 0);
	/* With large pages the PAT bit lies among the address bits. */
	return pte & VSYS_PTE_ADDR & ~(span - 1);
}

/*
 * Set @bits, of A and D, in the entry of @size bytes at @gpa, which was read as @pte;
 * SDM vol. 3, 4.8.  Leave an entry in a ROM unchanged.  False if other bits changed.
 */
static bool mark(struct vsys_mem *m, u64 gpa, u64 pte, u32 size, u64 bits)
{
	bool readonly = false;
	void __user *at = vsys_mem_user(m->kvm, gpa, &readonly);
	unsigned long hva = (unsigned long)at & PAGE_MASK;
	int i, err = 1;
	u64 old = pte;

	if (!at || (!readonly && !vsys_ram_page(m, hva, true)))
		return false;
	/* If no page was invalidated, this entry and those above it are still the guest's. */
	if (!vsys_ram_same(m->ram, m->seq))
		return false;
	pagefault_disable();
	for (i = 0; err > 0 && i < MARK_TRIES; i++) {
		if (readonly || (old & bits) == bits || (old ^ pte) & ~(PTE_A | PTE_D))
			break;
		if (size == 4)
			err = __try_cmpxchg_user((u32 __user *)at, (u32 *)&old,
						 (u32)(old | bits), fault4);
		else
			err = __try_cmpxchg_user((u64 __user *)at, &old, old | bits, fault8);
	}
	pagefault_enable();
	if (err)
		return err > 0 && i < MARK_TRIES && !((old ^ pte) & ~(PTE_A | PTE_D));
	static_call(vsys_mark_page_dirty)(m->kvm, gpa >> PAGE_SHIFT);
	return true;
}

/* Rights left after one more level. */
static u32 add_rights(u32 rights, u64 pte)
{
	if (!(pte & PTE_W))
		rights &= ~VSYS_RIGHT_WRITE;
	if (!(pte & PTE_U))
		rights &= ~VSYS_RIGHT_USER;
	return pte & PTE_NX ? rights | VSYS_RIGHT_NX : rights;
}

/**
 * vsys_paging_walk() - walk the guest's page tables
 * @m: memory, with its root; out: gpa
 * @gva: address
 * @x: out: the translation, with its rights
 *
 * Called in kvm->srcu with interrupts off.  KVM's helpers do not serve: they make data
 * accesses, which protection keys and execute-only memory refuse.  For user mode the
 * walk ends at the first entry that is not present or not user mode's, and treats both
 * alike: timing must not tell them apart.
 *
 * Return: false if @gva is not mapped, or not for user mode.
 */
bool vsys_paging_walk(struct vsys_mem *m, u64 gva, struct vsys_xlat *x)
{
	int mode = m->root & VSYS_PAGING_MASK, n = 0, level = shapes[mode].levels;
	u32 size = shapes[mode].size, bits = shapes[mode].bits;
	u64 table = m->root & ~(VSYS_PAGING_MASK | VSYS_CR3_LAM), pte, span;
	u64 need = PTE_P | (m->who == VSYS_WHO_USER ? PTE_U : 0);
	bool top, leaf;

	lockdep_assert_irqs_disabled();
	x->rights = VSYS_RIGHT_WRITE | VSYS_RIGHT_USER;
	for (;; level--) {
		int shift = PAGE_SHIFT + bits * (level - 1);
		u64 entry = table + size * (gva >> shift & (BIT(bits) - 1));
		const u64 *at;

		/* PAE's top level has no W and U bits, SDM vol. 3, table 4-8. */
		top = mode == VSYS_PAGING_PAE && level == 3;
		if (top && m->pdptes.in_cpu && m->pdptes.root == m->root)
			at = &m->pdptes.e[gva >> shift & 3];
		else	/* Four-byte entries are cached in pairs. */
			at = vsys_mem_page(m, x, n, entry & ~7ULL);
		if (!at)
			return false;
		pte = READ_ONCE(*at);
		x->pte[n].at = at;
		x->pte[n++].val = pte;
		if (size == 4)
			pte = (u32)(entry & 4 ? pte >> 32 : pte);
		if (top)
			pte |= PTE_W | PTE_U;
		if ((pte & need) != need)
			return false;
		x->rights = add_rights(x->rights, pte);
		leaf = level == 1 || (level <= shapes[mode].large && pte & PTE_PS);
		/* Dirty and read-only would be a shadow stack, SDM vol. 1, 17.2. */
		if (m->marks && !top && !mark(m, entry, pte, size,
					      leaf && x->rights & VSYS_RIGHT_WRITE ? PTE_A | PTE_D : PTE_A))
			return false;
		span = BIT_ULL(shift);
		if (leaf)
			break;
		table = frame(pte, PAGE_SIZE, size);
	}
	x->rights |= (pte >> PTE_KEY_SHIFT & PTE_KEY_MASK) << VSYS_RIGHT_KEY_SHIFT;
	for (; n < VSYS_LEVELS; n++)
		x->pte[n] = x->pte[n - 1];
	m->gpa = frame(pte, span, size) | (gva & (span - 1));
	x->data = vsys_mem_page(m, x, n, m->gpa & PAGE_MASK);
	return x->data;
}
