// SPDX-License-Identifier: GPL-2.0
/* Traced virtual machines: lookup and lifetime. */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "pending.h"
#include "task_types.h"
#include "vm.h"

DEFINE_STATIC_KEY_FALSE(vsys_tasks_known);
DEFINE_MUTEX(vsys_lock);
LIST_HEAD(vsys_vms);

/**
 * vsys_vm_get() - get the state of a vCPU's machine, new if it is not traced yet
 * @kvm: KVM's machine
 *
 * Called with vsys_lock held, on a thread of the machine's process.
 *
 * Return: the machine with one more user, to be released with vsys_vm_put();
 * NULL without memory.
 */
struct vsys_vm *vsys_vm_get(struct kvm *kvm)
{
	struct vsys_vm *vm;

	list_for_each_entry(vm, &vsys_vms, node)
		if (vm->kvm == kvm) {
			vm->users++;
			return vm;
		}
	vm = kzalloc(sizeof(*vm), GFP_KERNEL);
	if (!vm)
		return NULL;
	vm->pending = vsys_pending_alloc();
	if (!vm->pending) {
		kfree(vm);
		return NULL;
	}
	INIT_LIST_HEAD(&vm->vcpus);
	vm->kvm = kvm;
	vm->users = 1;
	vm->pid = task_tgid_nr(current);
	list_add(&vm->node, &vsys_vms);
	return vm;
}

/* Replace the machine's recipe, with one from kmalloc() or NULL; called with vsys_lock held. */
void vsys_vm_recipe_set(struct vsys_vm *vm, struct vsys_task_recipe *r)
{
	struct vsys_task_recipe *old;

	old = rcu_dereference_protected(vm->recipe, lockdep_is_held(&vsys_lock));
	if (r && !old)
		static_branch_inc(&vsys_tasks_known);
	rcu_assign_pointer(vm->recipe, r);
	if (old && !r)
		static_branch_dec(&vsys_tasks_known);
	if (old)
		kfree_rcu(old, rcu);
}

/* Drop a user of the machine, when a vCPU was freed; called with vsys_lock held. */
void vsys_vm_put(struct vsys_vm *vm)
{
	if (--vm->users)
		return;
	list_del(&vm->node);
	vsys_vm_recipe_set(vm, NULL);
	vsys_pending_free(vm->pending);
	kfree(vm);
}
