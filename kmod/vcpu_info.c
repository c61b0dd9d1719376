// SPDX-License-Identifier: GPL-2.0
/* VSYS_VCPU: a vCPU of the host, and the sessions that trace it. */
#include <linux/sched/mm.h>

#include "arch.h"
#include "attach.h"
#include "session.h"
#include "vcpu.h"
#include "vcpu_info.h"
#include "vm.h"
#include "symbols.h"

/*
 * Find vCPU number @info->index of the process with @mm.  A machine leaves the list
 * before its vCPUs are freed, so use the result for comparison only.
 */
static const struct kvm_vcpu *vcpu_find(const struct mm_struct *mm, struct vsys_vcpu_info *info)
{
	const struct kvm_vcpu *found = NULL;
	u32 before = 0, n;
	struct kvm *kvm;

	mutex_lock(vsys_sym.kvm_lock);
	list_for_each_entry(kvm, vsys_sym.vm_list, vm_list) {
		if (kvm->mm != mm)
			continue;
		n = atomic_read(&kvm->online_vcpus);
		if (info->index - before < n) {
			found = kvm_get_vcpu(kvm, info->index - before);
			break;
		}
		before += n;
	}
	if (found) {
		info->vcpu = found->vcpu_idx;
		info->mode = vsys_arch_mode(found);
	}
	mutex_unlock(vsys_sym.kvm_lock);
	return found;
}

/* Fill in how the vCPU is traced; called with vsys_lock held. */
static void info_fill(const struct vsys_session *s, const struct vsys_vcpu *v,
		      struct vsys_vcpu_info *info)
{
	info->flags = VSYS_VCPU_TRACED;
	info->sessions = hweight8(v->tapped);
	info->profile = v->vm->profile_index;
	info->doors = v->doors;
	info->refusal = v->refusal;
	if (s->attaches && v->taps[s->tap_slot])
		info->flags |= VSYS_VCPU_OURS;
}

/* VSYS_VCPU */
int vsys_vcpu_info_get(struct vsys_session *s, struct vsys_vcpu_info *info)
{
	const struct kvm_vcpu *vcpu;
	struct mm_struct *mm;
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	if (info->flags || info->pid <= 0)
		return -EINVAL;
	mm = vsys_attach_mm(info->pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	vcpu = vcpu_find(mm, info);
	mmdrop(mm);
	if (!vcpu)
		return -ENOENT;
	info->sessions = info->profile = info->doors = info->refusal = 0;
	mutex_lock(&vsys_lock);
	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			if (v->vcpu == vcpu)
				info_fill(s, v, info);
	mutex_unlock(&vsys_lock);
	return 0;
}
