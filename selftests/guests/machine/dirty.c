// SPDX-License-Identifier: GPL-2.0
/* KVM's rings of dirty pages: each vCPU has one, which this process empties when full. */
#include <sys/mman.h>

#include "vm.h"

enum { PAGE_BYTES = 4096 };

void dirty_ring_enable(void)
{
	struct kvm_enable_cap cap = {
		.cap = KVM_CAP_DIRTY_LOG_RING,
		.args[0] = vm.dirty_ring * sizeof(struct kvm_dirty_gfn),
	};

	KVM_IOCTL(vm.fd, KVM_ENABLE_CAP, &cap);
}

void dirty_ring_map(struct vcpu *v)
{
	v->dirty = mmap(NULL, vm.dirty_ring * sizeof(struct kvm_dirty_gfn),
			PROT_READ | PROT_WRITE, MAP_SHARED, v->fd,
			KVM_DIRTY_LOG_PAGE_OFFSET * PAGE_BYTES);
	if (v->dirty == MAP_FAILED)
		die(EXIT_CRASH, "the ring of dirty pages");
}

void dirty_ring_empty(struct vcpu *v)
{
	for (;; v->fetched++) {
		struct kvm_dirty_gfn *gfn = &v->dirty[v->fetched % vm.dirty_ring];

		if (__atomic_load_n(&gfn->flags, __ATOMIC_ACQUIRE) != KVM_DIRTY_GFN_F_DIRTY)
			break;
		__atomic_store_n(&gfn->flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
	}
	KVM_IOCTL(vm.fd, KVM_RESET_DIRTY_RINGS, 0);
}
