/* SPDX-License-Identifier: GPL-2.0 */
/* Which pages the maker of a call may access.  Part of guestmem.c. */
#ifndef VSYS_PAGING_RIGHTS_H
#define VSYS_PAGING_RIGHTS_H

#include <asm/pkru.h>

#include "arch.h"
#include "mem_types.h"

/* Do the protection keys let data be read?  Both copies of PKRU must agree. */
static inline bool vsys_paging_keys_allow(struct vsys_mem *m, u32 rights, u32 mask)
{
	u32 bits = mask << 2 * (rights >> VSYS_RIGHT_KEY_SHIFT);
	struct kvm_vcpu *vcpu = m->vcpu;

	if (likely(!(vcpu->arch.cr4 & X86_CR4_PKE)) ||
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
static __always_inline bool vsys_paging_may_read(struct vsys_mem *m, u32 rights)
{
	u64 cr4 = m->vcpu->arch.cr4;

	if (!(rights & VSYS_RIGHT_USER))
		return m->who != VSYS_WHO_USER && !(m->fetch && rights & VSYS_RIGHT_NX);
	if (m->fetch)
		return !(rights & VSYS_RIGHT_NX) &&
		       (m->who == VSYS_WHO_USER || !(cr4 & X86_CR4_SMEP));
	if (m->who == VSYS_WHO_KERNEL && cr4 & X86_CR4_SMAP)
		return false;
	return vsys_paging_keys_allow(m, rights, PKRU_AD_BIT);
}

/* May the caller write a page with these @rights that it may read? */
static inline bool vsys_paging_may_write(struct vsys_mem *m, u32 rights)
{
	return rights & VSYS_RIGHT_WRITE && vsys_paging_keys_allow(m, rights, PKRU_WD_BIT);
}

/*
 * Turn the caller's pointer into the address that the CPU would use; false if there is
 * none.  User mode has no data in the kernel's half, whatever is mapped there, so that
 * half is not walked.  It may have instructions there: Linux had the vsyscall page.
 */
static __always_inline bool vsys_paging_linear(const struct vsys_mem *m, u64 *gva)
{
	if (likely(!(*gva >> 47)))
		return (m->root & VSYS_PAGING_MASK) <= VSYS_PAGING_5 || *gva <= U32_MAX;
	if (!m->fetch)
		*gva = vsys_paging_untag(m->root, m->vcpu->arch.cr4, *gva);
	return vsys_paging_valid(m->root, *gva) &&
	       (m->fetch || m->who != VSYS_WHO_USER || !(*gva >> 63));
}

#endif /* VSYS_PAGING_RIGHTS_H */
