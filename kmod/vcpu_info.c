// SPDX-License-Identifier: GPL-2.0
/* VSYS_VCPU: a vCPU of the host, and the sessions that trace it. */
#include <linux/sched/mm.h>

#include "arch.h"
#include "attach.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"
#include "vcpu_info.h"
#include "vm.h"
#include "symbols.h"

/**
 * vsys_vcpu_info_find() - find a vCPU of a process
 * @mm: of the process
 * @index: of the vCPU within it
 *
 * Called with kvm_lock held.  A machine leaves the list before its vCPUs are freed: after
 * the lock use the result for comparison only.
 *
 * Return: the vCPU, or NULL.
 */
struct kvm_vcpu *vsys_vcpu_info_find(const struct mm_struct *mm, u32 index)
{
	struct kvm *kvm;
	u32 n;

	lockdep_assert_held(vsys_sym.kvm_lock);
	list_for_each_entry(kvm, vsys_sym.vm_list, vm_list) {
		if (kvm->mm != mm)
			continue;
		n = atomic_read(&kvm->online_vcpus);
		if (index < n)
			return kvm_get_vcpu(kvm, index);
		index -= n;
	}
	return NULL;
}

/* What the session that attached first takes the machine for. */
static u32 profile_of(const struct vsys_vcpu *v)
{
	u32 profile = v->first.index;
	const struct vsys_tap *tap;
	u64 order = U64_MAX;
	int i;

	for (i = 0; i < VSYS_SESSIONS; i++) {
		tap = vsys_vcpu_tap(v, i);
		if (tap && tap->session->order < order) {
			order = tap->session->order;
			profile = tap->profile;
		}
	}
	return profile;
}

/* Fill in how the vCPU is traced; called with vsys_lock held. */
static void info_fill(const struct vsys_session *s, const struct vsys_vcpu *v,
		      struct vsys_vcpu_info *info)
{
	lockdep_assert_held(&vsys_lock);
	info->flags = VSYS_VCPU_TRACED;
	info->sessions = hweight8(v->tapped);
	info->profile = profile_of(v);
	info->doors = v->doors;
	info->refusal = v->refusal;
	if (s->attaches && vsys_vcpu_tap(v, s->tap_slot))
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
	mutex_lock(vsys_sym.kvm_lock);
	vcpu = vsys_vcpu_info_find(mm, info->index);
	if (vcpu) {
		info->vcpu = vcpu->vcpu_idx;
		info->mode = vsys_arch_mode(vcpu);
	}
	mutex_unlock(vsys_sym.kvm_lock);
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
