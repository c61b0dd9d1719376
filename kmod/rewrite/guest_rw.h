/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_SPAN_H
#define VSYS_SPAN_H

#include "guestmem.h"

/* Guest memory that is read or written as a whole, or not at all. */
struct vsys_span {
	u64 addr;
	u32 len;	/* 1 to VSYS_MEM_MAX */
	bool phys;	/* @addr is guest-physical */
	bool force;	/* write to pages that are read-only for the guest */
	u64 fault;	/* out: first address that failed */
};

bool vsys_dirty_full(const struct kvm_vcpu *vcpu);
int vsys_span_read(struct vsys_mem *m, struct vsys_span *s, void *dst);
int vsys_span_write(struct vsys_mem *m, struct kvm_vcpu *vcpu, struct vsys_span *s,
		    const void *src, void *old);

#endif /* VSYS_SPAN_H */
