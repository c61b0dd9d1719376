// SPDX-License-Identifier: GPL-2.0
/*
 * The attachments of sessions to machines.  An attach is a request; each vCPU
 * follows the requests on its own thread, at its next exit.
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
#include "pairing.h"
#include "record.h"
#include "regs_request.h"
#include "retire.h"
#include "rewrite/hold.h"
#include "rewrite/rule.h"
#include "session.h"
#include "symbols.h"
#include "tap.h"
#include "vcpu.h"
#include "view.h"
#include "vm.h"

enum { VSYS_ATTACHES_MAX = 4096 };	/* of a session */

static u32 generation;		/* of the attachments, under vsys_lock */

/* Tap the vCPU for an attachment; false if there is no room for a ring now. */
static bool session_tap(struct vsys_vcpu *v, struct vsys_attachment *a)
{
	struct vsys_session *s = a->session;
	struct vsys_tap *t;
	int i;

	if (vsys_vcpu_tap(v, s->tap_slot))
		return true;
	t = vsys_view_add(v, a->profile) ? vsys_tap_create(s, v, a->profile) : NULL;
	if (!t) {
		if (!(v->denied & BIT(s->tap_slot)))
			atomic_inc(&s->refused);
		return false;
	}
	vsys_record_plain(t, VSYS_REC_ATTACH);
	for (i = 0; i < VSYS_DOOR_NR; i++)
		if (a->blind & BIT(i))
			vsys_record_refused(t, VSYS_REFUSED_DOOR, i, 0);
	/* Capture for all sessions as much as the one with the largest limit asks for. */
	vsys_views_limit(v, s->setup.capture_bytes);
	t->doors = a->doors;
	t->bit = 1U << s->tap_slot;
	vsys_tap_set(v, s->tap_slot, t);
	if (v->refusal) {
		atomic_inc(&s->refused);
		vsys_record_refused(t, v->refusal, 0, 0);
	}
	wake_up_interruptible(&s->wait);
	return true;
}

static void refusal_record(struct vsys_vcpu *v)
{
	u32 mask = v->tapped;
	struct vsys_tap *t;

	for_each_tap(v, t, mask) {
		vsys_record_refused(t, v->refusal, 0, 0);
		atomic_inc(&t->session->refused);
	}
}

/*
 * Tap a vCPU as the attachments say; called with vsys_lock held.  @v: its state, or NULL
 * without memory; @added: @v is in the table of vCPUs.  Return: is it there now?
 */
static bool vcpu_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v, bool added)
{
	struct mm_struct *mms[] = { NULL, vcpu->kvm->mm };
	struct vsys_attachment *a;
	struct rhlist_head *pos;
	u8 denied = 0;
	int i;

	lockdep_assert_held(&vsys_lock);
	if (v && !added && vsys_attachment_wanted(vcpu->kvm))
		added = vsys_vcpu_add(v, vsys_attachment_profile(vcpu->kvm));
	for (i = 0; i < ARRAY_SIZE(mms); i++)
		vsys_for_each_attachment(a, pos, mms[i]) {
			if (!added)
				atomic_inc(&a->session->refused);
			else if (!session_tap(v, a))
				denied |= BIT(a->session->tap_slot);
		}
	if (added && vsys_views_tidy(v))
		vsys_taps_sum(v);
	if (v) {
		v->generation = generation;
		v->denied = denied;
		v->again = jiffies + HZ;
	}
	return added;
}

/* Did the attachments change since @v followed them, or is a retry for a ring due? */
static bool vcpu_behind(const struct vsys_vcpu *v)
{
	return v->generation != READ_ONCE(generation) ||
	       (v->denied && time_after_eq(jiffies, v->again));
}

/*
 * Begin to trace a vCPU.  The module stays meanwhile: the thread may wait for memory
 * without a lock.
 */
static noinline struct vsys_vcpu *vcpu_begin(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;
	bool added;

	/* It is being unloaded: the attachment is gone. */
	if (!try_module_get(THIS_MODULE))
		return NULL;
	v = vsys_vcpu_new(vcpu);
	mutex_lock(&vsys_lock);
	added = vcpu_follow(vcpu, v, false);
	mutex_unlock(&vsys_lock);
	if (v && !added) {
		vsys_vcpu_drop(v);
		v = NULL;
	}
	module_put(THIS_MODULE);
	return v;
}

/**
 * vsys_attach_follow() - make a vCPU's taps follow the attachments
 * @vcpu: on its own thread, after an exit that KVM has not handled
 * @v: its state, between vsys_vcpu_begin() and vsys_retire_leave(), or NULL
 *
 * Return: its state now, to be left with vsys_retire_leave(), or NULL.
 */
struct vsys_vcpu *vsys_attach_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v)
{
	if (!v)
		return vsys_attachment_wanted(vcpu->kvm) ? vcpu_begin(vcpu) : NULL;
	if (!v->refusal && !vsys_vcpu_dying(v) && vsys_verify(v) && v->refusal)
		refusal_record(v);
	/* Registers are where they are read only if the checks have passed. */
	if (!v->off)
		vsys_regs_request_serve(v->vcpu, &v->regs);
	/* If the lock is taken, the next exit retries; or if an INT n is on its way. */
	if (!vcpu_behind(v) || v->next_run & VSYS_NEXT_SEND_INT || !mutex_trylock(&vsys_lock))
		return v;
	if (!vsys_vcpu_dying(v))
		vcpu_follow(vcpu, v, true);
	mutex_unlock(&vsys_lock);
	return v;
}

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

	list_for_each_entry_safe(vm, next, &vsys_vms, node) {
		bool last = !vsys_attachment_wanted(vm->kvm);

		if (last || (vm_tapped(vm, s) && !vsys_attachment_covers(s, vm->kvm->mm)))
			vm_detach(vm, s, last);
	}
}

static void attachments_changed(void)
{
	WRITE_ONCE(generation, generation + 1);
	vsys_vcpu_changed();
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

	list_for_each_entry_safe(a, next, &s->attachments, own)
		if (match(a, pid)) {
			vsys_attachment_remove(a);
			vsys_attachment_free(a);
		}
	if (s->attaches == before)
		return;
	attachments_changed();
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
			vsys_vm_kick_vcpu(vcpu);
	}
	mutex_unlock(vsys_sym.kvm_lock);
}

/* Reserve a tap slot for the session, if it has none; its rules concern calls then. */
static int slot_take(struct vsys_session *s)
{
	bool slotted = vsys_session_slotted(s);
	int err = vsys_session_slot_take(s);

	if (!err && !slotted)
		vsys_rule_concern(s);
	return err;
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
			attachments_changed();
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
