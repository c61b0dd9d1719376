// SPDX-License-Identifier: GPL-2.0
/* Traced virtual machines: lookup and lifetime. */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "charge.h"
#include "pending.h"
#include "task_types.h"
#include "uring.h"
#include "vm.h"

/*
 * Patching the kernel interrupts all CPUs, and a member of the group may set recipes and
 * remove them all the time: patch back later.
 */
DEFINE_STATIC_KEY_DEFERRED_FALSE(vsys_tasks_known, 3 * HZ);
DEFINE_MUTEX(vsys_lock);
LIST_HEAD(vsys_vms);

/* The state of a traced machine, or NULL; called with vsys_lock held, for that long. */
struct vsys_vm *vsys_vm_find(struct kvm *kvm)
{
	struct vsys_vm *vm;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry(vm, &vsys_vms, node)
		if (vm->kvm == kvm)
			return vm;
	return NULL;
}

static size_t vm_bytes(void)
{
	return sizeof(struct vsys_vm) + vsys_pending_memory() + sizeof(struct vsys_urings);
}

/* Free a machine without vCPUs that vsys_vm_find() does not find. */
void vsys_vm_drop(struct vsys_vm *vm)
{
	vsys_pending_free(vm->pending);
	vsys_urings_free(vm->urings);
	vsys_charge_return(vm->charge, vm_bytes());
	kfree(vm);
}

/**
 * vsys_vm_new() - allocate the state of a machine
 * @kvm: KVM's machine
 * @charge: of a session that traces it
 *
 * Called without vsys_lock, on a thread of the machine's process.  Return: the machine, for
 * vsys_vm_add() or vsys_vm_drop(); NULL without memory.
 */
struct vsys_vm *vsys_vm_new(struct kvm *kvm, struct vsys_charge *charge)
{
	struct mem_cgroup *old;
	struct vsys_vm *vm;

	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	if (!vsys_charge_take(charge, vm_bytes(), false))
		return NULL;
	old = vsys_charge_begin(charge);
	vm = kzalloc(sizeof(*vm), VSYS_GFP_CHARGED);
	if (vm) {
		vm->pending = vsys_pending_alloc(VSYS_GFP_CHARGED);
		vm->urings = vsys_urings_alloc(VSYS_GFP_CHARGED);
	}
	vsys_charge_end(old);
	if (!vm) {
		vsys_charge_return(charge, vm_bytes());
		return NULL;
	}
	vm->charge = charge;
	if (!vm->pending || !vm->urings) {
		vsys_vm_drop(vm);
		return NULL;
	}
	INIT_LIST_HEAD(&vm->vcpus);
	raw_spin_lock_init(&vm->leave.lock);
	vm->kvm = kvm;
	vm->pid = task_tgid_nr(current);
	return vm;
}

/* Trace a new machine; called with vsys_lock held. */
void vsys_vm_add(struct vsys_vm *vm)
{
	lockdep_assert_held(&vsys_lock);
	list_add(&vm->node, &vsys_vms);
}

/*
 * Replace the machine's recipe, with one from kmalloc() or NULL; called with vsys_lock held.
 * Without one its vCPUs still look, as their readers are to be told that nobody is known.
 */
void vsys_vm_recipe_set(struct vsys_vm *vm, struct vsys_task_recipe *r)
{
	struct vsys_task_recipe *old;

	lockdep_assert_held(&vsys_lock);
	old = rcu_dereference_protected(vm->recipe, lockdep_is_held(&vsys_lock));
	if (r && !vm->had_recipe)
		static_branch_deferred_inc(&vsys_tasks_known);
	vm->had_recipe |= !!r;
	rcu_assign_pointer(vm->recipe, r);
	if (old)
		kfree_rcu(old, rcu);
}

/* Drop a user of the machine, when a vCPU was freed; called with vsys_lock held. */
void vsys_vm_put(struct vsys_vm *vm)
{
	lockdep_assert_held(&vsys_lock);
	if (--vm->users)
		return;
	list_del(&vm->node);
	vsys_vm_recipe_set(vm, NULL);
	if (vm->had_recipe)
		static_branch_slow_dec_deferred(&vsys_tasks_known);
	vsys_vm_drop(vm);
}

/* No machine is traced any more. */
void vsys_vm_exit(void)
{
	static_key_deferred_flush(&vsys_tasks_known);
}
