/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUESTMEM_H
#define VSYS_GUESTMEM_H

#include <linux/types.h>

struct kvm_vcpu;
struct vsys_state;

enum {
	VSYS_LEVELS = 5,	/* of page tables, with LA57 */
	VSYS_XLATS = 16,	/* cached translations of a vCPU, a power of two */
};

/*
 * A translation that was walked.  As long as the slots' generation is the
 * same and each entry on the way has the same value, so has a new walk.
 */
struct vsys_xlat {
	u64 root;		/* CR3's address bits, paging mode below them */
	u64 page;		/* guest-virtual page number */
	u64 generation;		/* of the memory slots */
	void __user *data;	/* the page, in the VM process */
	u32 levels;
	u64 val[VSYS_LEVELS];
	u64 __user *pte[VSYS_LEVELS];
};

/*
 * Guest memory as the vCPU's current address space shows it.  Used on the
 * vCPU's thread only.
 */
struct vsys_mem {
	struct kvm_vcpu *vcpu;
	const struct vsys_state *state;	/* CR3 and paging mode */
	bool atomic;		/* interrupts are off: do not sleep */
	bool absent;		/* out: memory was there but needs sleeping */
	struct vsys_xlat xlat[VSYS_XLATS];
};

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);
bool vsys_mem_word(struct vsys_mem *m, u64 gva, u32 *word);
bool vsys_mem_canonical(const struct vsys_state *st, u64 gva);

#endif /* VSYS_GUESTMEM_H */
