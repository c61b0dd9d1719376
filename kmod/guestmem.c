// SPDX-License-Identifier: GPL-2.0
/* Bounded reads of guest-virtual memory, with interrupts off or on. */
#include "guestmem.h"
#include "x86/emulate.h"
#include "x86/symbols.h"

/* Page table entries, SDM vol. 3, 4.3 to 4.5; APM vol. 2, 5.2 and 5.3. */
#define PTE_P		BIT_ULL(0)
#define PTE_W		BIT_ULL(1)
#define PTE_U		BIT_ULL(2)
#define PTE_A		BIT_ULL(5)
#define PTE_D		BIT_ULL(6)
#define PTE_PS		BIT_ULL(7)

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

/* vsys_mem_root() of a guest that is not in long mode. */
u64 vsys_mem_root_legacy(u64 cr0, u64 cr3, u64 cr4)
{
	if (!(cr0 & X86_CR0_PG))
		return VSYS_PAGING_NONE;
	if (cr4 & X86_CR4_PAE)
		return (cr3 & GENMASK_ULL(31, 5)) | VSYS_PAGING_PAE;
	return (cr3 & GENMASK_ULL(31, 12)) |
	       (cr4 & X86_CR4_PSE ? VSYS_PAGING_PSE : VSYS_PAGING_32);
}

/* Where the VM process has @gpa, and whether it is a ROM; called in kvm->srcu. */
void __user *vsys_mem_user(struct kvm *kvm, u64 gpa, bool *readonly)
{
	gfn_t gfn = gpa >> PAGE_SHIFT;
	struct kvm_memory_slot *slot;
	unsigned long hva;

	slot = search_memslots(kvm_memslots(kvm), gfn, false);
	if (!slot || slot->flags & KVM_MEMSLOT_INVALID)
		return NULL;
	hva = __gfn_to_hva_memslot(slot, gfn) + offset_in_page(gpa);
	if (!access_ok((void __user *)hva, PAGE_SIZE - offset_in_page(gpa)))
		return NULL;
	*readonly = slot->flags & KVM_MEM_READONLY;
	return (void __user *)hva;
}

static void __user *gpa_to_user(struct kvm *kvm, u64 gpa)
{
	bool readonly;

	return vsys_mem_user(kvm, gpa, &readonly);
}

/* The one access to the VM process's memory that may find a page absent. */
static bool read_user(struct vsys_mem *m, void *dst, const void __user *src,
		      u32 len)
{
	unsigned long left;

	if (!m->atomic)
		return !copy_from_user(dst, src, len);
	pagefault_disable();
	left = __copy_from_user_inatomic(dst, src, len);
	pagefault_enable();
	if (left)
		m->absent = true;
	return !left;
}

/* Is @gva an address at all? */
static bool proper(u64 root, u64 gva)
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

/* Where a page begins that is mapped by @pte, of @span bytes. */
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
 * SDM vol. 3, 4.8.  One in a ROM stays as it is.  False if it has changed otherwise.
 */
static bool mark(struct kvm *kvm, u64 gpa, u64 pte, u32 size, u64 bits)
{
	bool readonly = false;
	void __user *at = vsys_mem_user(kvm, gpa, &readonly);
	int i, err = at ? 1 : -EFAULT;
	u64 old = pte;

	for (i = 0; err > 0 && i < MARK_TRIES; i++) {
		if ((old ^ pte) & ~(PTE_A | PTE_D))
			return false;
		if (readonly || (old & bits) == bits)
			return true;
		if (size == 4)
			err = __try_cmpxchg_user((u32 __user *)at, (u32 *)&old,
						 (u32)(old | bits), fault4);
		else
			err = __try_cmpxchg_user((u64 __user *)at, &old, old | bits, fault8);
	}
	if (err)
		return false;
	static_call(vsys_mark_page_dirty)(kvm, gpa >> PAGE_SHIFT);
	return true;
}

/* Fill @x with the translation of @gva; called in kvm->srcu. */
static bool walk(struct vsys_mem *m, u64 gva, struct vsys_xlat *x)
{
	int mode = m->root & VSYS_PAGING_MASK, n = 0, level = shapes[mode].levels;
	u32 size = shapes[mode].size, bits = shapes[mode].bits;
	u64 table = m->root & ~(u64)VSYS_PAGING_MASK, pte, span;
	struct kvm *kvm = m->kvm;
	bool top, leaf;

	m->writable = true;
	m->user = true;
	for (;; level--) {
		int shift = PAGE_SHIFT + bits * (level - 1);
		u64 entry = table + size * (gva >> shift & (BIT(bits) - 1));
		/* Entries of four bytes are kept in pairs. */
		u64 __user *at = gpa_to_user(kvm, entry & ~7ULL);

		if (!at || !read_user(m, &pte, at, sizeof(pte)))
			return false;
		x->pte[n].at = at;
		x->pte[n++].val = pte;
		if (size == 4)
			pte = (u32)(entry & 4 ? pte >> 32 : pte);
		if (!(pte & PTE_P))
			return false;
		/* PAE's top level has no such bits, SDM vol. 3, table 4-8. */
		top = mode == VSYS_PAGING_PAE && level == 3;
		if (!top) {
			m->writable &= !!(pte & PTE_W);
			m->user &= !!(pte & PTE_U);
		}
		leaf = level == 1 || (level <= shapes[mode].large && pte & PTE_PS);
		/* Dirty and read-only would be a shadow stack, SDM vol. 1, 17.2. */
		if (m->marks && !top && !mark(kvm, entry, pte, size,
					      leaf && m->writable ? PTE_A | PTE_D : PTE_A))
			return false;
		span = BIT_ULL(shift);
		if (leaf)
			break;
		table = frame(pte, PAGE_SIZE, size);
	}
	for (; n < VSYS_LEVELS; n++)
		x->pte[n] = x->pte[n - 1];
	table = frame(pte, span, size) | (gva & (span - 1));
	m->gpa = table;
	x->data = gpa_to_user(kvm, table & PAGE_MASK);
	return x->data;
}

static struct vsys_xlat *translate(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = vsys_mem_slot(m, gva);
	struct kvm *kvm = m->kvm;
	int idx = srcu_read_lock(&kvm->srcu);
	bool ok;

	x->generation = vsys_mem_generation(m);
	x->page = ~0ULL;
	if ((m->root & VSYS_PAGING_MASK) == VSYS_PAGING_NONE) {
		x->data = gpa_to_user(kvm, gva & PAGE_MASK);
		m->gpa = gva;
		m->writable = true;
		m->user = true;
		ok = x->data;
	} else {
		ok = walk(m, gva, x);
		if (ok)
			x->page = gva >> PAGE_SHIFT;
	}
	x->root = m->root;
	/* A walk during an update of the slots is good for once. */
	if (x->generation & KVM_MEMSLOT_GEN_UPDATE_IN_PROGRESS ||
	    x->generation != vsys_mem_generation(m))
		x->root = ~0ULL;
	srcu_read_unlock(&kvm->srcu, idx);
	return ok ? x : NULL;
}

static bool cached(const struct vsys_mem *m, const struct vsys_xlat *x, u64 gva)
{
	vsys_user_begin();
	check_xlat(x, m->root, gva, miss);
	vsys_user_end();
	return x->generation == vsys_mem_generation(m);
miss:
	vsys_user_end();
	return false;
}

static bool read_page(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	struct vsys_xlat *x = vsys_mem_slot(m, gva);
	bool ok;

	if (!m->atomic || !cached(m, x, gva))
		x = translate(m, gva);
	if (!x)
		return false;
	ok = read_user(m, dst, x->data + offset_in_page(gva), len);
	if (m->atomic && x->generation != vsys_mem_generation(m)) {
		m->absent = true;	/* the slots have changed: walk again */
		return false;
	}
	if (!m->atomic)
		x->root = ~0ULL;	/* its slots may be gone by now */
	return ok;
}

/**
 * vsys_mem_walk() - where is @gva?
 * @m: memory, where sleeping is allowed; @m->gpa, writable and user are set
 * @gva: address
 *
 * Return: whether it is anywhere.
 */
bool vsys_mem_walk(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x;

	if (!proper(m->root, gva))
		return false;
	x = translate(m, gva);
	if (x)
		x->root = ~0ULL;	/* as in read_page() */
	return x;
}

/**
 * vsys_mem_read() - read guest-virtual memory
 * @m: memory; @m->absent is set when sleeping would have helped
 * @gva: address; the read stops where addresses wrap
 * @dst: where to
 * @len: bytes
 *
 * Return: how many bytes were read, up to the first page that is not there.
 */
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	u32 done = 0;

	while (done < len) {
		u32 n = min_t(u32, len - done, PAGE_SIZE - offset_in_page(gva));

		if (!proper(m->root, gva))
			break;
		if (m->atomic && ++m->reads > VSYS_READS) {
			m->absent = true;
			break;
		}
		if (!read_page(m, gva, dst + done, n))
			break;
		done += n;
		gva += n;
		if (!gva)
			break;
	}
	return done;
}
