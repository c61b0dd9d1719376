// SPDX-License-Identifier: GPL-2.0
/* VSYS_MEMORY: where the memory of a machine is in its process. */
#include <linux/sched/mm.h>
#include <linux/vsyscalls.h>

#include "attach.h"
#include "compat/compat.h"
#include "symbols.h"
#include "vcpu_info.h"
#include "vm_memory.h"

static u64 slot_end(const struct kvm_memory_slot *slot)
{
	return (slot->base_gfn + slot->npages) << PAGE_SHIFT;
}

/* Fill in the first slot that ends above @m->gpa; called in kvm->srcu. */
static int slot_next(struct kvm *kvm, struct vsys_memory *m)
{
	struct kvm_memory_slot *slot, *best = NULL;
	int bkt;

	kvm_for_each_memslot(slot, bkt, kvm_memslots(kvm))
		if (slot_end(slot) > m->gpa && !(slot->flags & KVM_MEMSLOT_INVALID) &&
		    (!best || slot->base_gfn < best->base_gfn))
			best = slot;
	if (!best)
		return -ENOENT;
	m->flags = best->flags & KVM_MEM_READONLY ? VSYS_MEMORY_READONLY : 0;
	m->gpa = best->base_gfn << PAGE_SHIFT;
	m->bytes = slot_end(best) - m->gpa;
	m->addr = best->userspace_addr;
	return 0;
}

/* VSYS_MEMORY */
int vsys_vm_memory_get(struct vsys_session *s, struct vsys_memory *m)
{
	struct kvm_vcpu *vcpu;
	struct mm_struct *mm;
	int idx, err = -ENOENT;

	if (m->flags || m->pid <= 0)
		return -EINVAL;
	mm = vsys_attach_mm(m->pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	/* A machine in the list has its slots. */
	mutex_lock(vsys_sym.kvm_lock);
	vcpu = vsys_vcpu_info_find(mm, m->vcpu);
	if (vcpu) {
		idx = srcu_read_lock(&vcpu->kvm->srcu);
		err = slot_next(vcpu->kvm, m);
		srcu_read_unlock(&vcpu->kvm->srcu, idx);
	}
	mutex_unlock(vsys_sym.kvm_lock);
	mmdrop(mm);
	return err;
}
