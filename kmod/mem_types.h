/* SPDX-License-Identifier: GPL-2.0 */
/* A vCPU's view of guest memory, for guestmem.c and ram.c. */
#ifndef VSYS_MEM_TYPES_H
#define VSYS_MEM_TYPES_H

#include <linux/bitmap.h>
#include <linux/list.h>

#include "compat/compat.h"
#include "paging_types.h"

enum {
	/* Budget of a call with interrupts off; beyond it, retry where sleeping is allowed. */
	VSYS_ATOMIC_WALKS = 8,
	VSYS_ATOMIC_READS = 64,
	VSYS_ATOMIC_BYTES = 4096,
	VSYS_CALL_BYTES = 64 << 10,	/* budget of a call there, without long captures */
	VSYS_HOST_PAGES = VSYS_LEVELS + 1,	/* of a translation: tables and data */
	VSYS_PAGES = 32,	/* cached pages of a vCPU, a power of two */
	/* The sets of a vCPU's cache of translations: for data, and for each level's doors. */
	VSYS_DATA_BITS = 4,
	VSYS_DOOR_BITS = 2,
	VSYS_SETS = (1 << VSYS_DATA_BITS) + 2 * (1 << VSYS_DOOR_BITS),
	VSYS_WAYS = 4,
	VSYS_XLATS = VSYS_SETS * VSYS_WAYS,
	VSYS_PINS = 5,		/* words that are read without a translation */
	VSYS_XLATS_ALL = VSYS_XLATS + VSYS_PINS,
	/* Of the filter of a vCPU's pages: its size, and pages until all is forgotten. */
	VSYS_FILTER_BITS = 13,
	VSYS_FILTER_FILLS = 1024,
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
	struct vsys_pdptes pdptes;	/* of @root */
	u8 who;			/* enum vsys_who */
	bool fetch;		/* instructions are read, not data */
	bool atomic;		/* interrupts are off: do not sleep */
	bool absent;		/* out: a retry with sleeping may succeed */
	bool spent;		/* out: a read was cut short because the budget is used up */
	u8 walks;		/* still allowed with interrupts off */
	u8 reads;		/* still allowed with interrupts off */
	u32 bytes;		/* still allowed */
	u32 budget;		/* @bytes of a call where sleeping is allowed */
	bool marks;		/* walks set Accessed and Dirty as a write does */
	u64 gpa;		/* out: result of the last walk */
	bool writable;		/* out: of vsys_mem_walk(): the page is writable */
	bool user;		/* out: of vsys_mem_walk(): user mode may access it */
	struct vsys_xlat xlat[VSYS_XLATS_ALL];	/* sets of VSYS_WAYS, then those of @pin */
	u8 victim[VSYS_SETS];	/* of each set: which way to fill next */
	struct vsys_xlat *door[2];	/* of the last fetch by the kernel, by user mode */
	/*
	 * Addresses of words, valid under the rules of ram.c: the first points to a zero when
	 * one of them is not any more.  See vsys_mem_pin().
	 */
	const u64 *pin[VSYS_PINS];
	/* Addresses in the process of each translation's pages, for ram.c. */
	unsigned long hva[VSYS_XLATS_ALL][VSYS_HOST_PAGES];
	struct vsys_page pages[VSYS_PAGES];
	/* The pages of @hva and @pages, and others, by a hash: most that go are none of them. */
	DECLARE_BITMAP(filter, 1 << VSYS_FILTER_BITS);
	u32 fills;		/* of @filter */
	u32 seq;		/* of the last walk, see vsys_ram_seq() */
	unsigned long missing;	/* out: address in the process of the absent page, or 0 */
	bool missing_write;	/* out: the access was a write */
	unsigned long waited;	/* @missing that vsys_ram_wait() has got last */
	struct vsys_ram *ram;
	struct list_head node;	/* vsys_ram.readers */
};

#endif /* VSYS_MEM_TYPES_H */
