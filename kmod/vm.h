/* SPDX-License-Identifier: GPL-2.0 */
/* Traced virtual machines. */
#ifndef VSYS_VM_H
#define VSYS_VM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>
#include <linux/types.h>

struct kvm;
struct vsys_pending;
struct vsys_profile;

/*
 * A traced virtual machine.  It lives while one of its vCPUs has a struct
 * vsys_vcpu.  Members are constant, except @vcpus and @users: vsys_lock.
 */
struct vsys_vm {
	struct list_head node;
	struct list_head vcpus;
	struct kvm *kvm;	/* not owned: its vCPUs are freed first, with this */
	u32 users;		/* vCPUs that are not freed yet */
	u32 pid;		/* of the process, initial namespace */
	u32 profile_index;
	const struct vsys_profile *profile;
	struct vsys_pending *pending;
};

/*
 * vsys_lock guards attaches, machines, vCPUs and taps against each other.
 * Order: vsys_lock, then vsys_session.lock.  A vCPU's thread must not block on it:
 * the holder may wait for vsys_srcu.
 */
extern struct mutex vsys_lock;
extern struct srcu_struct vsys_srcu;

/*
 * Read a pointer that vCPUs follow with interrupts off or in vsys_srcu.  It changes
 * under vsys_lock; the old target is freed after vsys_vcpu_quiesce().
 */
#define vsys_dereference(p) \
	rcu_dereference_check(p, irqs_disabled() || srcu_read_lock_held(&vsys_srcu) || \
					 lockdep_is_held(&vsys_lock))
extern struct list_head vsys_vms;

struct vsys_vm *vsys_vm_get(struct kvm *kvm, u32 profile);
void vsys_vm_put(struct vsys_vm *vm);

#endif /* VSYS_VM_H */
