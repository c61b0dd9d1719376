/* SPDX-License-Identifier: GPL-2.0 */
/* Traced virtual machines. */
#ifndef VSYS_VM_H
#define VSYS_VM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct kvm;
struct vsys_pending;
struct vsys_profile;

/*
 * A traced virtual machine.  It lives while one of its vCPUs has a struct
 * vsys_vcpu.  Members are constant, but for @vcpus and @users: vsys_lock.
 */
struct vsys_vm {
	struct list_head node;
	struct list_head vcpus;
	struct kvm *kvm;	/* not owned: vcpu_free ends us before KVM does */
	u32 users;		/* vCPUs that are not freed yet */
	u32 pid;		/* of the process, initial namespace */
	u32 profile_index;
	const struct vsys_profile *profile;
	struct vsys_pending *pending;
};

/*
 * vsys_lock guards attaches, machines, vCPUs and taps against each other.
 * Order: vsys_lock, then vsys_session.lock.  A vCPU's thread only tries it:
 * the holder may wait for vsys_srcu.
 */
extern struct mutex vsys_lock;
extern struct list_head vsys_vms;

struct vsys_vm *vsys_vm_get(struct kvm *kvm, u32 profile);
void vsys_vm_put(struct vsys_vm *vm);
void vsys_vm_forget(struct vsys_vm *vm, u8 sessions);

#endif /* VSYS_VM_H */
