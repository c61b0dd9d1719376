/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUESTMEM_H
#define VSYS_GUESTMEM_H

#include <linux/uaccess.h>

#include "compat/compat.h"
#include "mem_types.h"
#include "paging_types.h"

int vsys_mem_init(struct vsys_mem *m, struct kvm_vcpu *vcpu);
void vsys_mem_exit(struct vsys_mem *m);
u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);
u32 vsys_mem_string(struct vsys_mem *m, u64 gva, void *dst, u32 len, u32 unit, bool *ended);

const u64 *vsys_mem_pin(struct vsys_mem *m, int i, u64 gva);
void vsys_mem_unpin(struct vsys_mem *m);

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
	m->bytes = atomic ? VSYS_ATOMIC_BYTES : m->budget;
	if (!atomic)
		vsys_l1d_used(m->vcpu);
	else
		lockdep_assert_irqs_disabled();
}

/* May a read that failed with interrupts off succeed after vsys_ram_wait()? */
static inline bool vsys_mem_lacks(const struct vsys_mem *m)
{
	return m->absent && !m->spent;
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
	lockdep_assert_irqs_disabled();
	return likely(data_race(x->page) == gva >> PAGE_SHIFT && x->root == root) &&
	       vsys_pte_same(x, 0) && vsys_pte_same(x, 1) && vsys_pte_same(x, 2) &&
	       vsys_pte_same(x, 3) && (likely(!(VSYS_PAGING_5 & root)) || vsys_pte_same(x, 4));
}

/**
 * vsys_mem_word() - read four bytes of one page by a cached translation
 * @m: memory; interrupts are off
 * @root: vsys_paging_root()
 * @gva: address
 * @user: the CPU was in user mode
 *
 * For an instruction that the CPU has just fetched: rights are not checked again.
 *
 * Return: the bytes, or -1: use vsys_mem_read().
 */
static __always_inline s64 vsys_mem_word(struct vsys_mem *m, u64 root, u64 gva, bool user)
{
	const struct vsys_xlat *x = m->door[user];
	u32 offset = offset_in_page(gva), word;

	if (unlikely(offset > PAGE_SIZE - sizeof(word)))
		return -1;
	if (unlikely(!vsys_xlat_holds(x, root, gva)))
		return -1;
	word = READ_ONCE(*(const u32 *)(x->data + offset));
	return likely(x->generation == vsys_mem_generation(m)) ? word : -1;
}

#endif /* VSYS_GUESTMEM_H */
