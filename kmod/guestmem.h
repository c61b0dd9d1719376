/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUESTMEM_H
#define VSYS_GUESTMEM_H

#include <linux/uaccess.h>

#include "compat/compat.h"
#include "x86/paging_types.h"

enum {
	VSYS_READS = 128,	/* with interrupts off, each may be a walk */
	VSYS_XLATS = 16,	/* cached translations of a vCPU, a power of two */
};

/*
 * A translation that was walked.  As long as the slots' generation is the
 * same and each entry on the way has the same value, so has a new walk.
 * Places beyond the last level repeat it, so that there is no loop.
 */
struct vsys_xlat {
	u64 root;		/* CR3's address bits, enum vsys_paging below */
	u64 page;		/* guest-virtual page number */
	u64 generation;		/* of the memory slots */
	void __user *data;	/* the page, in the VM process */
	u32 rights;		/* VSYS_RIGHT_* */
	struct {
		u64 __user *at;
		u64 val;
	} pte[VSYS_LEVELS];
} __aligned(128);

/*
 * Guest memory as the vCPU's current address space shows it to whoever made the
 * call.  Used on the vCPU's thread only.
 */
struct vsys_mem {
	struct kvm *kvm;
	struct kvm_vcpu *vcpu;
	u64 root;		/* of the address space, as in vsys_xlat */
	u8 who;			/* enum vsys_who */
	bool fetch;		/* instructions are read, not data */
	bool atomic;		/* interrupts are off: do not sleep */
	bool absent;		/* out: memory was there but needs sleeping */
	u16 reads;		/* with interrupts off, since vsys_mem_begin() */
	bool marks;		/* walks set Accessed and Dirty as a write does */
	u64 gpa;		/* out: where the last walk led */
	bool writable;		/* out: whether vsys_mem_walk() found it writable */
	bool user;		/* out: and user mode's */
	struct vsys_xlat xlat[VSYS_XLATS];
};

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);

bool vsys_mem_walk(struct vsys_mem *m, u64 gva);
bool vsys_mem_read_host(struct vsys_mem *m, void *dst, const void __user *src, u32 len);
void __user *vsys_mem_user(struct kvm *kvm, u64 gpa, bool *readonly);

/* Before vsys_mem_read(); @root says also who reads. */
static inline void vsys_mem_begin(struct vsys_mem *m, u64 root, bool atomic)
{
	m->root = root & ~(u64)VSYS_WHO_MASK;
	m->who = root & VSYS_WHO_MASK;
	m->fetch = false;
	m->atomic = atomic;
	m->absent = false;
	m->reads = 0;
}

static __always_inline struct vsys_xlat *vsys_mem_slot(struct vsys_mem *m,
						       u64 gva)
{
	return &m->xlat[(gva >> PAGE_SHIFT) & (VSYS_XLATS - 1)];
}

/* Outside kvm->srcu: only the generation may be looked at. */
static __always_inline u64 vsys_mem_generation(const struct vsys_mem *m)
{
	return READ_ONCE(rcu_dereference_raw(m->kvm->memslots[0])->generation);
}

/*
 * Go to @miss unless a walk would still find @x for @gva, if the slots are the
 * same still: to be asked after all reads.  In a user access section; pointers
 * were checked with access_ok() when they were cached.
 */
#define check_pte(x, i, miss) \
	do { \
		u64 __val; \
		unsafe_get_user(__val, (x)->pte[i].at, miss); \
		if (unlikely(__val != (x)->pte[i].val)) \
			goto miss; \
	} while (0)
#define check_xlat(x, root_, gva, miss) \
	do { \
		if (unlikely((x)->page != (gva) >> PAGE_SHIFT || \
			     (x)->root != (root_))) \
			goto miss; \
		check_pte(x, 0, miss); \
		check_pte(x, 1, miss); \
		check_pte(x, 2, miss); \
		check_pte(x, 3, miss); \
		if (unlikely(VSYS_PAGING_5 & (root_))) \
			check_pte(x, 4, miss); \
	} while (0)

/*
 * Preemption is off, which makes a page fault fail at once, where the kernel counts
 * that.
 */
static __always_inline void vsys_user_begin(void)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		pagefault_disable();
	__uaccess_begin();
}

static __always_inline void vsys_user_end(void)
{
	__uaccess_end();
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		pagefault_enable();
}

/**
 * vsys_mem_word() - the cheapest read: four bytes in one page
 * @m: memory; preemption is off
 * @root: vsys_paging_root()
 * @gva: address
 *
 * For an instruction that the CPU has just fetched, so its rights are not asked for
 * again.
 *
 * Return: the bytes, or -1 if they are not to be had this way: use
 * vsys_mem_read().
 */
static __always_inline s64 vsys_mem_word(struct vsys_mem *m, u64 root, u64 gva)
{
	const struct vsys_xlat *x = vsys_mem_slot(m, gva);
	u32 offset = offset_in_page(gva), word;

	if (unlikely(offset > PAGE_SIZE - sizeof(word)))
		return -1;
	OPTIMIZER_HIDE_VAR(x);	/* or it is computed again at each use */
	vsys_user_begin();
	check_xlat(x, root, gva, miss);
	unsafe_get_user(word, (u32 __user *)(x->data + offset), miss);
	vsys_user_end();
	return likely(x->generation == vsys_mem_generation(m)) ? word : -1;
miss:
	vsys_user_end();
	return -1;
}

#endif /* VSYS_GUESTMEM_H */
