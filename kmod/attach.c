// SPDX-License-Identifier: GPL-2.0
/*
 * The attachments of sessions to machines.  An attach is a request; each vCPU
 * follows the requests on its own thread, at its next exit: see follow.c.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/rhashtable.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "arch.h"
#include "attach.h"
#include "attachment.h"
#include "charge.h"
#include "follow.h"
#include "kick.h"
#include "pairing.h"
#include "retire.h"
#include "ring.h"
#include "rewrite/hold.h"
#include "rewrite/rule.h"
#include "session.h"
#include "starved.h"
#include "symbols.h"
#include "tap.h"
#include "vcpu.h"
#include "vm.h"

enum { VSYS_ATTACHES_MAX = 4096 };	/* of a session */

/* KVM is freeing the vCPU, which does not run again: free its state. */
void vsys_attach_vcpu_gone(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;
	bool traced;

	/* The end of an untraced machine does not wait for the lock. */
	preempt_disable();
	traced = vsys_vcpu_find(vcpu) && try_module_get(THIS_MODULE);
	preempt_enable();
	if (!traced) {
		vsys_starved_drop(vcpu);
		vsys_vcpu_changed();	/* another vCPU may get its address */
		return;
	}
	mutex_lock(&vsys_lock);
	preempt_disable();
	v = vsys_vcpu_find(vcpu);
	preempt_enable();
	if (v)
		vsys_retire_gone(v);
	mutex_unlock(&vsys_lock);
	module_put(THIS_MODULE);
}

/*
 * Remove the taps of @s from the vCPUs of @vm; @last: free the vCPUs, too.  The fast path
 * does not use a removed tap after the kick.  A vCPU in the slow path destroys its own.
 */
static void vm_detach(struct vsys_vm *vm, struct vsys_session *s, bool last)
{
	struct vsys_vcpu *v, *next;

	lockdep_assert_held(&vsys_lock);
	vm->users++;	/* while the list is walked */
	list_for_each_entry(v, &vm->vcpus, link) {
		if (last)
			set_bit(VSYS_OFF_DYING, &v->off);
		v->removed = vsys_vcpu_tap(v, s->tap_slot);
		vsys_tap_set(v, s->tap_slot, NULL);
	}
	vsys_vm_kick(vm);
	list_for_each_entry(v, &vm->vcpus, link) {
		vsys_hold_cancel(v, s);
		if (v->removed)
			vsys_retire_tap(v, v->removed);
	}
	vsys_pairing_forget(vm, 1U << s->tap_slot);
	list_for_each_entry_safe(v, next, &vm->vcpus, link)
		if (last)
			vsys_retire_vcpu(v, s);
	vsys_vm_put(vm);
}

static bool vm_tapped(const struct vsys_vm *vm, const struct vsys_session *s)
{
	struct vsys_vcpu *v;

	list_for_each_entry(v, &vm->vcpus, link)
		if (vsys_vcpu_tap(v, s->tap_slot))
			return true;
	return false;
}

/*
 * Detach @s from the machines that no attachment of it covers any more; called with
 * vsys_lock held, after attachments were removed.
 */
static void session_detach(struct vsys_session *s)
{
	struct vsys_vm *vm, *next;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry_safe(vm, next, &vsys_vms, node) {
		bool last = !vsys_attachment_wanted(vm->kvm);

		if (last || (vm_tapped(vm, s) && !vsys_attachment_covers(s, vm->kvm->mm)))
			vm_detach(vm, s, last);
	}
}

/* Has the process ended?  No machine of it will run again. */
static bool attachment_stale(const struct vsys_attachment *a, s32 pid)
{
	return a->mm && !atomic_read(&a->mm->mm_users);
}

static bool attachment_has_pid(const struct vsys_attachment *a, s32 pid)
{
	return a->pid == pid;
}

static bool attachment_any(const struct vsys_attachment *a, s32 pid)
{
	return true;
}

/* Remove the attachments of @s for which @match returns true, given @pid. */
static void attachments_remove(struct vsys_session *s,
			       bool (*match)(const struct vsys_attachment *a, s32 pid), s32 pid)
{
	struct vsys_attachment *a, *next;
	u32 before = s->attaches;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry_safe(a, next, &s->attachments, own)
		if (match(a, pid)) {
			vsys_attachment_remove(a);
			vsys_attachment_free(a);
		}
	if (s->attaches == before)
		return;
	vsys_follow_changed();
	session_detach(s);
	vsys_session_slot_put(s);
}

static bool runs_machine(const struct mm_struct *mm)
{
	struct kvm *kvm;
	bool ret = false;

	mutex_lock(vsys_sym.kvm_lock);
	list_for_each_entry(kvm, vsys_sym.vm_list, vm_list)
		if (kvm->mm == mm)
			ret = true;
	mutex_unlock(vsys_sym.kvm_lock);
	return ret;
}

/**
 * vsys_attach_mm() - get the mm of a process that runs machines
 * @pid: process id in the caller's pid namespace
 *
 * Return: the mm, to be released with mmdrop(); -ESRCH if the process runs none,
 * -EPERM if the caller may not trace it.
 */
struct mm_struct *vsys_attach_mm(s32 pid)
{
	struct task_struct *task;
	struct mm_struct *mm;

	rcu_read_lock();
	task = get_pid_task(find_vpid(pid), PIDTYPE_PID);
	rcu_read_unlock();
	if (!task)
		return ERR_PTR(-ESRCH);
	/* The check and the mm are of the same program: exec() waits meanwhile. */
	mm = static_call(vsys_mm_access)(task, PTRACE_MODE_ATTACH_REALCREDS);
	put_task_struct(task);
	if (!mm)
		return ERR_PTR(-ESRCH);
	if (IS_ERR(mm))
		return mm == ERR_PTR(-EACCES) ? ERR_PTR(-EPERM) : mm;
	mmgrab(mm);
	mmput(mm);
	if (runs_machine(mm))
		return mm;
	mmdrop(mm);
	return ERR_PTR(-ESRCH);
}

/* vCPUs that run without exits must exit to follow the attachments. */
static void mm_kick(const struct mm_struct *mm)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;
	struct kvm *kvm;

	mutex_lock(vsys_sym.kvm_lock);
	list_for_each_entry(kvm, vsys_sym.vm_list, vm_list) {
		if (mm && kvm->mm != mm)
			continue;
		kvm_for_each_vcpu(i, vcpu, kvm)
			vsys_kick_vcpu(vcpu);
	}
	mutex_unlock(vsys_sym.kvm_lock);
}

/*
 * Reserve a tap slot for the session, if it has none; its rules concern calls then.  Called
 * with vsys_lock held.
 */
static int slot_take(struct vsys_session *s)
{
	bool slotted = vsys_session_slotted(s);
	int err = vsys_session_slot_take(s);

	lockdep_assert_held(&vsys_lock);
	if (err || slotted)
		return err;
	vsys_follow_slot_taken(s->tap_slot);
	vsys_rule_concern(s);
	return 0;
}

/* VSYS_ATTACH; @profile is the index of the named profile, or of the default. */
int vsys_attach(struct vsys_session *s, const struct vsys_attach *in,
		u32 profile)
{
	struct vsys_attachment *a;
	struct mm_struct *mm = NULL;
	u32 doors;
	int err;

	if (in->flags || in->pid < 0)
		return -EINVAL;
	if (!vsys_charge_fits(s->charge, vsys_ring_memory(s->setup.ring_bytes)))
		return -EDQUOT;
	doors = vsys_arch_doors();
	if (in->doors & ~(vsys_profiles[profile].doors & doors))
		return -EOPNOTSUPP;
	if (in->pid)
		mm = vsys_attach_mm(in->pid);
	else if (!capable(CAP_SYS_PTRACE))
		return -EPERM;
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	a = kzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);
	if (!a) {
		if (mm)
			mmdrop(mm);
		return -ENOMEM;
	}
	a->session = s;
	a->mm = mm;
	a->pid = in->pid;
	a->profile = profile;
	a->doors = (in->doors ?: vsys_profiles[profile].doors) & doors;
	a->blind = in->doors ? 0 : vsys_profiles[profile].doors & ~doors;

	mutex_lock(&vsys_lock);
	/*
	 * Drop attachments to dead processes: they would block a new attach to a
	 * reused pid.
	 */
	attachments_remove(s, attachment_stale, 0);
	if (mm ? vsys_attachment_covers(s, mm) : s->attaches)
		err = -EEXIST;
	else if (s->attaches >= VSYS_ATTACHES_MAX)
		err = -ENOSPC;
	else
		err = slot_take(s);
	if (!err) {
		err = vsys_attachment_add(a);
		if (!err)
			vsys_follow_changed();
		vsys_session_slot_put(s);	/* stays if it was added */
	}
	mutex_unlock(&vsys_lock);
	if (err)
		vsys_attachment_free(a);
	else
		mm_kick(mm);
	return err;
}

/* VSYS_DETACH */
int vsys_detach(struct vsys_session *s, const struct vsys_detach *in)
{
	u32 before;
	int err;

	if (in->flags || in->reserved)
		return -EINVAL;
	mutex_lock(&vsys_lock);
	before = s->attaches;
	if (before)
		attachments_remove(s, attachment_has_pid, in->pid);
	err = s->attaches == before ? -ENOENT : 0;
	mutex_unlock(&vsys_lock);
	/* Waits for vCPUs of its own session only. */
	if (!err && vsys_retire_wait(s, MAX_SCHEDULE_TIMEOUT) < 0)
		err = -EINTR;
	return err;
}

/*
 * Undo all attaches of a session that ends.  Most vCPUs in the slow path leave it at
 * once; wait for these, so that the module can be unloaded right after this.
 */
void vsys_detach_all(struct vsys_session *s)
{
	mutex_lock(&vsys_lock);
	if (s->attaches)
		attachments_remove(s, attachment_any, 0);
	mutex_unlock(&vsys_lock);
	vsys_retire_wait(s, HZ);
}
