// SPDX-License-Identifier: GPL-2.0
/* Bounded reads of guest-virtual memory, with interrupts off or on. */
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "guestmem.h"
#include "vendor.h"

/* Page table entries in long mode, SDM vol. 3, 4.5; APM vol. 2, 5.3. */
#define PTE_P		BIT_ULL(0)
#define PTE_PS		BIT_ULL(7)
#define PTE_ADDR	GENMASK_ULL(51, 12)

/**
 * vsys_mem_canonical() - whether an address is canonical for the guest
 * @st: CR4.LA57 tells the width, SDM vol. 1, 3.3.7.1
 * @gva: the address
 */
bool vsys_mem_canonical(const struct vsys_state *st, u64 gva)
{
	unsigned int shift = st->cr4 & X86_CR4_LA57 ? 64 - 57 : 64 - 48;

	return (u64)((s64)(gva << shift) >> shift) == gva;
}

static u64 root_key(const struct vsys_state *st)
{
	return (st->cr3 & PTE_ADDR) | !!(st->cr4 & X86_CR4_LA57);
}

static struct vsys_xlat *slot_of(struct vsys_mem *m, u64 gva)
{
	return &m->xlat[(gva >> PAGE_SHIFT) & (VSYS_XLATS - 1)];
}

/* Outside kvm->srcu: only the generation may be looked at. */
static u64 generation(struct kvm *kvm)
{
	return READ_ONCE(rcu_dereference_raw(kvm->memslots[0])->generation);
}

/* Called in kvm->srcu. */
static void __user *gpa_to_user(struct kvm *kvm, u64 gpa)
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
	return (void __user *)hva;
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

/* Fill @x with the translation of @gva; called in kvm->srcu. */
static bool walk(struct vsys_mem *m, u64 gva, struct vsys_xlat *x)
{
	const struct vsys_state *st = m->state;
	struct kvm *kvm = m->vcpu->kvm;
	int level = st->cr4 & X86_CR4_LA57 ? 5 : 4;
	u64 table = st->cr3 & PTE_ADDR, pte, span;

	x->page = ~0ULL;
	x->levels = 0;
	if (!vsys_mem_canonical(st, gva))
		return false;
	for (;; level--) {
		int shift = PAGE_SHIFT + 9 * (level - 1);
		u64 __user *at = gpa_to_user(kvm, table + 8 * ((gva >> shift) & 511));

		if (!at || !read_user(m, &pte, at, sizeof(pte)) || !(pte & PTE_P))
			return false;
		x->pte[x->levels] = at;
		x->val[x->levels++] = pte;
		span = BIT_ULL(shift);
		if (level == 1 || (level <= 3 && pte & PTE_PS))
			break;
		table = pte & PTE_ADDR;
	}
	/* With large pages the PAT bit lies among the address bits. */
	table = ((pte & PTE_ADDR & ~(span - 1)) | (gva & (span - 1))) & PAGE_MASK;
	x->data = gpa_to_user(kvm, table);
	if (!x->data)
		return false;
	x->root = root_key(st);
	x->page = gva >> PAGE_SHIFT;
	return true;
}

static struct vsys_xlat *translate(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = slot_of(m, gva);
	struct kvm *kvm = m->vcpu->kvm;
	int idx = srcu_read_lock(&kvm->srcu);
	bool ok;

	x->generation = generation(kvm);
	ok = walk(m, gva, x);
	/* A walk during an update of the slots is good for once. */
	if (x->generation & KVM_MEMSLOT_GEN_UPDATE_IN_PROGRESS ||
	    x->generation != generation(kvm))
		x->root = ~0ULL;
	srcu_read_unlock(&kvm->srcu, idx);
	return ok ? x : NULL;
}

/* The cached translation of @gva, if a walk would still find it. */
static __always_inline struct vsys_xlat *cached(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = slot_of(m, gva);
	u32 i, n = x->levels;
	u64 val;

	if (x->page != gva >> PAGE_SHIFT || x->root != root_key(m->state) ||
	    x->generation != generation(m->vcpu->kvm))
		return NULL;
	for (i = 0; i < n; i++) {
		unsafe_get_user(val, x->pte[i], fault);
		if (val != x->val[i])
			return NULL;
	}
	return x;
fault:
	return NULL;
}

/**
 * vsys_mem_word() - the cheapest read: four bytes in one page
 * @m: memory; interrupts are off
 * @gva: address
 * @word: the bytes
 *
 * Return: false if they are not to be had this way: use vsys_mem_read().
 */
bool vsys_mem_word(struct vsys_mem *m, u64 gva, u32 *word)
{
	struct vsys_xlat *x;
	bool ok = false;

	if (offset_in_page(gva) > PAGE_SIZE - sizeof(*word))
		return false;
	pagefault_disable();
	/* The pointers were checked with access_ok() when they were cached. */
	__uaccess_begin_nospec();
	x = cached(m, gva);
	if (x) {
		unsafe_get_user(*word, (u32 __user *)(x->data + offset_in_page(gva)),
				out);
		ok = x->generation == generation(m->vcpu->kvm);
	}
out:
	__uaccess_end();
	pagefault_enable();
	return ok;
}

static bool read_page(struct vsys_mem *m, u64 gva, void *dst, u32 len)
{
	struct vsys_xlat *x = NULL;
	bool ok;

	if (m->atomic) {
		pagefault_disable();
		__uaccess_begin_nospec();
		x = cached(m, gva);
		__uaccess_end();
		pagefault_enable();
	}
	if (!x)
		x = translate(m, gva);
	if (!x)
		return false;
	ok = read_user(m, dst, x->data + offset_in_page(gva), len);
	if (!m->atomic)
		x->root = ~0ULL;	/* its slots may be gone by now */
	return ok;
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

		if (!read_page(m, gva, dst + done, n))
			break;
		done += n;
		gva += n;
		if (!gva)
			break;
	}
	return done;
}
