/* SPDX-License-Identifier: GPL-2.0 */
/* Traced virtual machines. */
#ifndef VSYS_VM_H
#define VSYS_VM_H

#include <linux/jump_label_ratelimit.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "leave_types.h"

enum { VSYS_SESSIONS = 8 };	/* sessions attached at the same time */

struct kvm;
struct vsys_charge;
struct vsys_pending;
struct vsys_task_recipe;
struct vsys_urings;

/*
 * A traced virtual machine.  It lives while one of its vCPUs has a struct
 * vsys_vcpu.  Members are constant, except @vcpus and @users: vsys_lock, and @leave.
 */
struct vsys_vm {
	struct list_head node;
	struct list_head vcpus;
	struct kvm *kvm;	/* not owned: its vCPUs are freed first, with this */
	u32 users;		/* vCPUs that are not freed yet */
	u32 pid;		/* of the process, initial namespace */
	struct vsys_pending *pending;
	struct vsys_urings *urings;
	struct vsys_leave leave;
	struct vsys_task_recipe __rcu *recipe;	/* vsys_dereference(); set under vsys_lock */
	bool had_recipe;
	struct vsys_charge *charge;	/* of its memory */
};

/*
 * vsys_lock guards attaches, machines, vCPUs and taps against each other.
 * Its holder waits neither for a guest nor for memory of a cgroup: it does not access memory of
 * a machine's process, nor take its mmap_lock, nor wait for a thread that does.
 * Order: vsys_rules_lock, which has no part in that, vsys_lock, vsys_session.lock.
 */
extern struct mutex vsys_lock;
extern struct list_head vsys_vms;

/*
 * Read a pointer that vCPUs follow with interrupts off or in RCU.  It changes under
 * vsys_lock; the old target is freed after a grace period of RCU.
 */
#define vsys_dereference(p) \
	rcu_dereference_check(p, irqs_disabled() || lockdep_is_held(&vsys_lock))

struct vsys_vm *vsys_vm_find(struct kvm *kvm);
struct vsys_vm *vsys_vm_new(struct kvm *kvm, struct vsys_charge *charge);
void vsys_vm_drop(struct vsys_vm *vm);
void vsys_vm_add(struct vsys_vm *vm);
void vsys_vm_put(struct vsys_vm *vm);

/* Has any machine a recipe? */
extern struct static_key_false_deferred vsys_tasks_known;

void vsys_vm_exit(void);
void vsys_vm_recipe_set(struct vsys_vm *vm, struct vsys_task_recipe *r);

#endif /* VSYS_VM_H */
