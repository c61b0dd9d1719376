/* SPDX-License-Identifier: GPL-2.0 */
/* A test defines the functions that it needs. */
#ifndef STUB_GUESTMEM_H
#define STUB_GUESTMEM_H

#include "paging_types.h"

enum { VSYS_HOST_PAGES = VSYS_LEVELS + 1 };

struct kvm;

struct vsys_mem {
	const u8 *data;
	u64 base;
	u32 bytes;
	/* Of a walk. */
	struct kvm *kvm;
	u64 root;
	struct vsys_pdptes pdptes;
	u8 who;
	bool marks;
	u64 gpa;
	struct vsys_ram *ram;
	u32 seq;
};

struct vsys_xlat {
	const void *data;
	u32 rights;
	struct {
		const u64 *at;
		u64 val;
	} pte[VSYS_LEVELS];
};

u32 vsys_mem_read(struct vsys_mem *m, u64 gva, void *dst, u32 len);
const void *vsys_mem_page(struct vsys_mem *m, struct vsys_xlat *x, int n, u64 gpa);
void *vsys_mem_user(struct kvm *kvm, u64 gpa, bool *readonly);

#endif
