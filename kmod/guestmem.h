/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUESTMEM_H
#define VSYS_GUESTMEM_H

#include <linux/list.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "x86/paging_types.h"

enum {
	/* Budget of a call with interrupts off; beyond it, retry where sleeping is allowed. */
	VSYS_ATOMIC_WALKS = 8,
	VSYS_ATOMIC_READS = 64,
	VSYS_ATOMIC_BYTES = 4096,
	VSYS_CALL_BYTES = 64 << 10,	/* budget of a call there */
	VSYS_HOST_PAGES = VSYS_LEVELS + 1,	/* of a translation: tables and data */
	VSYS_PAGES = 32,	/* cached pages of a vCPU, a power of two */
	VSYS_XLATS = 16,	/* cached translations of a vCPU, a power of two */
};

/*
 * A cached translation.  Its pages are valid under the rules of ram.c.  A new walk has
 * the same result as long as neither the memory slots' generation nor any entry on the
 * way has changed.  Elements of @pte beyond the last level repeat it, to compare them
 * without a loop.
 */
struct vsys_xlat {
	u64 root;		/* CR3's address bits, enum vsys_paging below */
	u64 page;		/* guest-virtual page number */
	u64 generation;		/* of the memory slots */
	const void *data;	/* the page */
	u32 rights;		/* VSYS_RIGHT_* */
	struct {
		const u64 *at;
		u64 val;
	} pte[VSYS_LEVELS];
} __aligned(128);

/* A page of the guest's, valid under the rules of ram.c. */
struct vsys_page {
	u64 gfn;		/* ~0: none */
	u64 generation;		/* of the memory slots */
	void *at;
	unsigned long hva;
};

/*
 * Guest memory in the vCPU's current address space, with the rights of the maker of the
 * call.  Used on the vCPU's thread only.
 */
struct vsys_mem {
	struct kvm *kvm;
	struct kvm_vcpu *vcpu;
	u64 root;		/* of the address space, as in vsys_xlat */
	u8 who;			/* enum vsys_who */
	bool fetch;		/* instructions are read, not data */
	bool atomic;		/* interrupts are off: do not sleep */
	bool absent;		/* out: a retry with sleeping may succeed */
	bool spent;		/* out: a read was cut short because of @bytes */
	u8 walks;		/* still allowed with interrupts off */
	u8 reads;		/* still allowed with interrupts off */
	u32 bytes;		/* still allowed */
	bool marks;		/* walks set Accessed and Dirty as a write does */
	u64 gpa;		/* out: result of the last walk */
	bool writable;		/* out: of vsys_mem_walk(): the page is writable */
	bool user;		/* out: of vsys_mem_walk(): user mode may access it */
	struct vsys_xlat xlat[VSYS_XLATS];
	/* Addresses in the process of each translation's pages, for ram.c. */
	unsigned long hva[VSYS_XLATS][VSYS_HOST_PAGES];
	struct vsys_page pages[VSYS_PAGES];
	u32 seq;		/* of the last walk, see vsys_ram_stable() */
	unsigned long missing;	/* out: address in the process of the absent page, or 0 */
	bool missing_write;	/* out: the access was a write */
	struct vsys_ram *ram;
	struct list_head node;	/* vsys_ram.readers */
};

int vsys_mem_init(struct vsys_mem *m, struct kvm_vcpu *vcpu);
void vsys_mem_exit(struct vsys_mem *m);
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);

bool vsys_mem_walk(struct vsys_mem *m, u64 gva);
const void *vsys_mem_page(struct vsys_mem *m, struct vsys_xlat *x, int n, u64 gpa);
void __user *vsys_mem_user(struct kvm *kvm, u64 gpa, bool *readonly);

/* Prepare the reads of a call; @root has enum vsys_who in it. */
static inline void vsys_mem_begin(struct vsys_mem *m, u64 root, bool atomic)
{
	m->root = root & ~(u64)VSYS_WHO_MASK;
	m->who = root & VSYS_WHO_MASK;
	m->fetch = false;
	m->atomic = atomic;
	m->absent = false;
	m->spent = false;
	m->walks = VSYS_ATOMIC_WALKS;
	m->reads = VSYS_ATOMIC_READS;
	m->bytes = atomic ? VSYS_ATOMIC_BYTES : VSYS_CALL_BYTES;
	if (!atomic)
		vsys_l1d_used(m->vcpu);
}

/* The place of @gva in the cache. */
static __always_inline struct vsys_xlat *vsys_mem_xlat(struct vsys_mem *m,
						       u64 gva)
{
	return &m->xlat[(gva >> PAGE_SHIFT) & (VSYS_XLATS - 1)];
}

/* Outside kvm->srcu: only the generation may be read. */
static __always_inline u64 vsys_mem_generation(const struct vsys_mem *m)
{
	return READ_ONCE(rcu_dereference_raw(m->kvm->memslots[0])->generation);
}

static __always_inline bool vsys_pte_same(const struct vsys_xlat *x, int i)
{
	return likely(READ_ONCE(*x->pte[i].at) == x->pte[i].val);
}

/*
 * Would a new walk for @gva find @x, if the memory slots have not changed?  The caller
 * checks their generation after its read.  Interrupts are off.
 */
static __always_inline bool vsys_xlat_holds(const struct vsys_xlat *x, u64 root, u64 gva)
{
	return likely(data_race(x->page) == gva >> PAGE_SHIFT && x->root == root) &&
	       vsys_pte_same(x, 0) && vsys_pte_same(x, 1) && vsys_pte_same(x, 2) &&
	       vsys_pte_same(x, 3) && (likely(!(VSYS_PAGING_5 & root)) || vsys_pte_same(x, 4));
}

/**
 * vsys_mem_word() - read four bytes of one page by a cached translation
 * @m: memory; interrupts are off
 * @root: vsys_paging_root()
 * @gva: address
 *
 * For an instruction that the CPU has just fetched: rights are not checked again.
 *
 * Return: the bytes, or -1: use vsys_mem_read().
 */
static __always_inline s64 vsys_mem_word(struct vsys_mem *m, u64 root, u64 gva)
{
	const struct vsys_xlat *x = vsys_mem_xlat(m, gva);
	u32 offset = offset_in_page(gva), word;

	if (unlikely(offset > PAGE_SIZE - sizeof(word)))
		return -1;
	OPTIMIZER_HIDE_VAR(x);	/* else gcc computes it again at each use */
	if (unlikely(!vsys_xlat_holds(x, root, gva)))
		return -1;
	word = READ_ONCE(*(const u32 *)(x->data + offset));
	return likely(x->generation == vsys_mem_generation(m)) ? word : -1;
}

#endif /* VSYS_GUESTMEM_H */
