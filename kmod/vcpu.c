// SPDX-License-Identifier: GPL-2.0
/* Traced vCPUs: lookup and lifetime. */
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "arch.h"
#include "profile.h"
#include "vcpu.h"
#include "vcpu_regs.h"
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
 * Called with interrupts off, in RCU or with vsys_lock held; the result stays valid until
 * that section ends.  Return: NULL if the vCPU is not traced.
 */
struct vsys_vcpu *vsys_vcpu_find(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;

	hash_for_each_possible_rcu_notrace(vcpus, v, node, hash_of(vcpu))
		if (v->vcpu == vcpu)
			return v;
	return NULL;
}

/* Memory of a vCPU that no lookup finds. */
static void vcpu_free_memory(struct vsys_vcpu *v)
{
	kvfree(v->capture.buf);
	kfree(v);
}

/**
 * vsys_vcpu_new() - allocate the state of a vCPU
 * @vcpu: on its own thread, right after an exit
 *
 * Called without vsys_lock: it may wait for the process's memory.  Return: the state, for
 * vsys_vcpu_add() or vsys_vcpu_drop(); or NULL.
 */
struct vsys_vcpu *vsys_vcpu_new(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v = kzalloc(sizeof(*v), GFP_KERNEL);

	if (!v)
		return NULL;
	v->capture.buf = kvzalloc(VSYS_CAPTURE_BUF + VSYS_CAPTURE_TEXT, GFP_KERNEL);
	if (!v->capture.buf || vsys_mem_init(&v->mem, vcpu)) {
		vcpu_free_memory(v);
		return NULL;
	}
	spin_lock_init(&v->lock);
	v->inside = true;
	v->text = v->capture.buf + VSYS_CAPTURE_BUF;
	v->vcpu = vcpu;
	v->off = BIT(VSYS_OFF_UNVERIFIED);
	v->checks = VSYS_CHECKS;
	v->capture.mem = &v->mem;
	return v;
}

/* Free what vsys_vcpu_new() returned and vsys_vcpu_add() did not take. */
void vsys_vcpu_drop(struct vsys_vcpu *v)
{
	vsys_mem_exit(&v->mem);
	vcpu_free_memory(v);
}

/**
 * vsys_vcpu_add() - begin to trace a vCPU
 * @v: its state from vsys_vcpu_new(), on its own thread
 * @profile: index of the profile, if its machine has none yet
 *
 * Called with vsys_lock held.  Return: false without memory.
 */
bool vsys_vcpu_add(struct vsys_vcpu *v, u32 profile)
{
	lockdep_assert_held(&vsys_lock);
	v->vm = vsys_vm_get(v->vcpu->kvm, profile);
	if (!v->vm)
		return false;
	/* Its thread may run code of the module until @v is freed. */
	__module_get(THIS_MODULE);
	v->pending = v->vm->pending;
	v->profile = v->vm->profile;
	v->abi64 = vsys_abi_native(v->profile->os);
	v->space_mask = vsys_paging_space(v->profile->os);
	v->numbers64 = v->profile->numbers[v->abi64] ?: &no_numbers;
	/* Ids of calls are unique over attaches: 2^48 calls do not reach the next vCPU's. */
	v->calls = (u64)++creations << 48;
	list_add_rcu(&v->link, &v->vm->vcpus);
	hash_add_rcu(vcpus, &v->node, hash_of(v->vcpu));
	return true;
}

/**
 * vsys_vcpu_begin() - begin the slow path
 * @vcpu: on its own thread
 *
 * Return: the state of a traced vCPU, whose taps stay until vsys_retire_leave(); or NULL.
 */
struct vsys_vcpu *vsys_vcpu_begin(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;

	rcu_read_lock();
	v = vsys_vcpu_find(vcpu);
	if (v) {
		bool dead;

		spin_lock(&v->lock);
		dead = v->dead;
		v->inside = !dead;
		spin_unlock(&v->lock);
		if (dead)
			v = NULL;
	}
	rcu_read_unlock();
	return v;
}

/* Use the taps again after vsys_retire_leave(); v->slow has kept the state alive. */
void vsys_vcpu_enter(struct vsys_vcpu *v)
{
	spin_lock(&v->lock);
	v->inside = true;
	spin_unlock(&v->lock);
}

/* Not kfree_rcu(), which keeps memory for seconds. */
static void vcpu_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct vsys_vcpu, rcu));
}

/* Free a vCPU without taps that its thread does not use; called with vsys_lock held. */
void vsys_vcpu_destroy(struct vsys_vcpu *v)
{
	struct vsys_vm *vm = v->vm;

	lockdep_assert_held(&vsys_lock);
	hash_del_rcu(&v->node);
	list_del_rcu(&v->link);
	vsys_vcpu_regs_drop(v);
	vsys_mem_exit(&v->mem);
	kvfree(v->capture.buf);
	call_rcu(&v->rcu, vcpu_free);	/* other vCPUs look at its slot */
	vsys_vm_put(vm);
	module_put(THIS_MODULE);
}
