// SPDX-License-Identifier: GPL-2.0
/* Traced vCPUs: lookup and lifetime. */
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "arch.h"
#include "profile.h"
#include "vcpu.h"
#include "vm.h"

static DEFINE_HASHTABLE(vcpus, 7);
static u32 creations;	/* of vCPUs, under vsys_lock */
static const struct vsys_numbers no_numbers;

/* struct kvm_vcpu comes from a cache of large objects: low bits repeat. */
static unsigned long hash_of(struct kvm_vcpu *vcpu)
{
	return (unsigned long)vcpu >> 6;
}

/**
 * vsys_vcpu_find() - the state of a traced vCPU
 * @vcpu: KVM's vCPU
 *
 * Called with interrupts off or in vsys_srcu; the result stays valid until that
 * section ends.  Return: NULL if the vCPU is not traced.
 */
struct vsys_vcpu *vsys_vcpu_find(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;

	hash_for_each_possible_rcu_notrace(vcpus, v, node, hash_of(vcpu))
		if (v->vcpu == vcpu)
			return v;
	return NULL;
}

/**
 * vsys_vcpu_create() - begin to trace a vCPU
 * @vcpu: on its own thread, right after an exit
 * @profile: index of the profile, if its machine has none yet
 *
 * Called with vsys_lock held.  Return: the state, without taps, to be
 * destroyed by vsys_vcpu_unhash() and vsys_vcpu_destroy(); or NULL.
 */
struct vsys_vcpu *vsys_vcpu_create(struct kvm_vcpu *vcpu, u32 profile)
{
	struct vsys_vcpu *v = kzalloc(sizeof(*v), GFP_KERNEL);

	if (!v)
		return NULL;
	v->capture.buf = kvzalloc(VSYS_CAPTURE_BUF + VSYS_CAPTURE_TEXT, GFP_KERNEL);
	v->vm = v->capture.buf ? vsys_vm_get(vcpu->kvm, profile) : NULL;
	if (v->vm && vsys_mem_init(&v->mem, vcpu)) {
		vsys_vm_put(v->vm);
		v->vm = NULL;
	}
	if (!v->vm) {
		kvfree(v->capture.buf);
		kfree(v);
		return NULL;
	}
	v->text = v->capture.buf + VSYS_CAPTURE_BUF;
	v->pending = v->vm->pending;
	v->vcpu = vcpu;
	v->off = BIT(VSYS_OFF_UNVERIFIED);
	v->checks = VSYS_CHECKS;
	v->profile = v->vm->profile;
	v->abi64 = vsys_abi_native(v->profile->os);
	v->space_mask = vsys_paging_space(v->profile->os);
	v->numbers64 = v->profile->numbers[v->abi64] ?: &no_numbers;
	v->capture.mem = &v->mem;
	/* Ids of calls are unique over attaches: 2^48 calls do not reach the next vCPU's. */
	v->calls = (u64)++creations << 48;
	list_add_rcu(&v->link, &v->vm->vcpus);
	hash_add_rcu(vcpus, &v->node, hash_of(vcpu));
	return v;
}

static void do_nothing(void *unused)
{
}

/* Make every running vCPU exit; wait until all sections with interrupts off end. */
void vsys_vcpu_kick(void)
{
	on_each_cpu(do_nothing, NULL, 1);
}

/**
 * vsys_vcpu_quiesce() - wait until no vCPU uses an unlinked object
 *
 * With interrupts off a vCPU may use an object until its run of the guest ends; the
 * IPI ends the run.  The slow path uses objects in vsys_srcu.
 */
void vsys_vcpu_quiesce(void)
{
	vsys_vcpu_kick();
	synchronize_srcu(&vsys_srcu);
}

/**
 * vsys_vcpu_unhash() - remove a vCPU from the lookup table
 * @v: the vCPU; @off was set before the last IPI to all CPUs, so it is not armed again
 *
 * Waits for an exit on its way to the slow path: that must find the vCPU, because
 * KVM cannot emulate SYSRET.  KVM always continues to handle_exit, without sleeping.
 */
void vsys_vcpu_unhash(struct vsys_vcpu *v)
{
	while (READ_ONCE(v->slow))
		schedule_timeout_uninterruptible(1);
	hash_del_rcu(&v->node);
	list_del_rcu(&v->link);
}

/**
 * vsys_vcpu_destroy() - free a vCPU
 * @v: unhashed before the last vsys_vcpu_quiesce(), without taps; the caller
 *     calls vsys_vm_put() next
 *
 * Called with vsys_lock held.
 */
void vsys_vcpu_destroy(struct vsys_vcpu *v)
{
	vsys_mem_exit(&v->mem);
	kvfree(v->capture.buf);
	kfree(v);
}
