// SPDX-License-Identifier: GPL-2.0
/*
 * Bounded reads of guest-virtual memory, with interrupts off or on: of what
 * whoever made the call may read.
 */
#include <asm/pkru.h>

#include "arch.h"
#include "guestmem.h"
#include "x86/symbols.h"

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

/* Read the VM process's memory: nothing else may find a page absent. */
bool vsys_mem_read_host(struct vsys_mem *m, void *dst, const void __user *src, u32 len)
{
	unsigned long left;

	if (!m->atomic)
		return !copy_from_user(dst, src, len);
	pagefault_disable();
	left = raw_copy_from_user(dst, src, len);
	pagefault_enable();
	if (left)
		m->absent = true;
	return !left;
}

/* Do the protection keys let data be read?  Both copies of PKRU must agree. */
static bool keys_allow(struct vsys_mem *m, u32 rights, u32 mask)
{
	u32 bits = mask << 2 * (rights >> VSYS_RIGHT_KEY_SHIFT);
	struct kvm_vcpu *vcpu = m->vcpu;

	if (!(vcpu->arch.cr4 & X86_CR4_PKE) ||
	    (m->root & VSYS_PAGING_MASK) > VSYS_PAGING_5)
		return true;
	if (!m->atomic)
		return !(vcpu->arch.pkru & bits);
	/*
	 * Right after an exit the guest's PKRU is still the CPU's on newer kernels,
	 * and in vcpu->arch on older ones.
	 */
	if ((vcpu->arch.pkru | read_pkru()) & bits)
		m->absent = true;
	return !m->absent;
}

/* May the caller read a page with these @rights?  SDM vol. 3, 4.6.1 */
static bool may_read(struct vsys_mem *m, u32 rights)
{
	u64 cr4 = m->vcpu->arch.cr4;

	if (!(rights & VSYS_RIGHT_USER))
		return m->who != VSYS_WHO_USER && !(m->fetch && rights & VSYS_RIGHT_NX);
	if (m->fetch)
		return !(rights & VSYS_RIGHT_NX) &&
		       (m->who == VSYS_WHO_USER || !(cr4 & X86_CR4_SMEP));
	if (m->who == VSYS_WHO_KERNEL && cr4 & X86_CR4_SMAP)
		return false;
	return keys_allow(m, rights, PKRU_AD_BIT);
}

/*
 * The address that the CPU would use for a pointer of the caller's.  False if there
 * is none: the kernel's half is not user mode's, whatever is mapped there, and it is
 * not looked at.  Instructions may be there: Linux had the vsyscall page.
 */
static bool linear(const struct vsys_mem *m, u64 *gva)
{
	if (likely(!(*gva >> 47)))
		return (m->root & VSYS_PAGING_MASK) <= VSYS_PAGING_5 || *gva <= U32_MAX;
	if (!m->fetch)
		*gva = vsys_paging_untag(m->root, m->vcpu->arch.cr4, *gva);
	return vsys_paging_valid(m->root, *gva) &&
	       (m->fetch || m->who != VSYS_WHO_USER || !(*gva >> 63));
}

static struct vsys_xlat *translate(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x = vsys_mem_slot(m, gva);
	struct kvm *kvm = m->kvm;
	int idx = srcu_read_lock(&kvm->srcu);
	bool readonly, ok;

	x->generation = vsys_mem_generation(m);
	x->page = ~0ULL;
	if ((m->root & VSYS_PAGING_MASK) == VSYS_PAGING_NONE) {
		x->data = vsys_mem_user(kvm, gva & PAGE_MASK, &readonly);
		m->gpa = gva;
		x->rights = VSYS_RIGHT_WRITE | VSYS_RIGHT_USER;
		ok = x->data;
	} else {
		ok = vsys_paging_walk(m, gva, x);
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

	/* One that does not allow the read is walked again, as if it were absent. */
	if (!m->atomic || !may_read(m, x->rights) || !cached(m, x, gva))
		x = translate(m, gva);
	if (!x || !may_read(m, x->rights))
		return false;
	ok = vsys_mem_read_host(m, dst, x->data + offset_in_page(gva), len);
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
 * Return: whether it is anywhere that the caller may read.
 */
bool vsys_mem_walk(struct vsys_mem *m, u64 gva)
{
	struct vsys_xlat *x;

	if (!linear(m, &gva))
		return false;
	x = translate(m, gva);
	if (!x)
		return false;
	x->root = ~0ULL;	/* as in read_page() */
	m->user = x->rights & VSYS_RIGHT_USER;
	m->writable = x->rights & VSYS_RIGHT_WRITE && keys_allow(m, x->rights, PKRU_WD_BIT);
	return may_read(m, x->rights);
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
		u64 at = gva;

		if (!linear(m, &at))
			break;
		if (m->atomic && ++m->reads > VSYS_READS) {
			m->absent = true;
			break;
		}
		if (!read_page(m, at, dst + done, n))
			break;
		done += n;
		gva += n;
		if (!gva)
			break;
	}
	return done;
}
