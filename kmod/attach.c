// SPDX-License-Identifier: GPL-2.0
/*
 * The attachments of sessions to machines.  An attach is a request; each vCPU
 * follows the requests on its own thread, at its next exit.
 */
#include <linux/capability.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "arch.h"
#include "attach.h"
#include "pairing.h"
#include "pending.h"
#include "record.h"
#include "rewrite/hold.h"
#include "session.h"
#include "tap.h"
#include "vcpu.h"
#include "vm.h"
#include "symbols.h"

/* One VSYS_ATTACH.  Read in vsys_srcu, changed under vsys_lock. */
struct vsys_attachment {
	struct list_head node;
	struct vsys_session *session;
	struct mm_struct *mm;	/* of the VM's process; NULL: all machines */
	s32 pid;		/* as passed to VSYS_ATTACH */
	u32 profile;
	u32 doors;		/* bit mask: doors to trap */
	u32 blind;		/* bit mask: doors this host cannot trap */
	struct vsys_attachment *removed;	/* next attachment to free */
};

static LIST_HEAD(attachments);
static u32 generation;		/* of the list, under vsys_lock */
static struct vsys_session *tap_slots[VSYS_SESSIONS];	/* under vsys_lock */

static bool is_dying(const struct vsys_vcpu *v)
{
	return test_bit(VSYS_OFF_DYING, &v->off);
}

static bool attachment_covers(const struct vsys_attachment *a, const struct kvm *kvm)
{
	return !a->mm || a->mm == kvm->mm;
}

static bool kvm_wanted(const struct kvm *kvm)
{
	struct vsys_attachment *a;

	list_for_each_entry_srcu(a, &attachments, node,
				 srcu_read_lock_held(&vsys_srcu))
		if (attachment_covers(a, kvm))
			return true;
	return false;
}

/* Capture for all sessions as much as the session with the largest limit asks for. */
static void capture_limit_raise(struct vsys_vcpu *v, const struct vsys_session *s)
{
	v->capture.limit = max(v->capture.limit, s->setup.capture_bytes);
}

/* Tap the vCPU for an attachment; false if there is no room for a ring now. */
static bool session_tap(struct vsys_vcpu *v, struct vsys_attachment *a)
{
	struct vsys_session *s = a->session;
	struct vsys_tap *t;
	int i;

	if (v->taps[s->tap_slot])
		return true;
	t = vsys_tap_create(s, v);
	if (!t) {
		if (!(v->denied & BIT(s->tap_slot)))
			atomic_inc(&s->refused);
		return false;
	}
	vsys_record_plain(t, VSYS_REC_ATTACH);
	for (i = 0; i < VSYS_DOOR_NR; i++)
		if (a->blind & BIT(i))
			vsys_record_refused(t, VSYS_REFUSED_DOOR, i, 0);
	capture_limit_raise(v, s);
	/* The attach may have named another profile than the machine's. */
	t->doors = a->doors & v->profile->doors;
	t->bit = 1U << s->tap_slot;
	vsys_tap_set(v, s->tap_slot, t);
	if (v->refusal) {
		atomic_inc(&s->refused);
		vsys_record_refused(t, v->refusal, 0, 0);
	}
	wake_up_interruptible(&s->wait);
	return true;
}

/* End a tap that its vCPU no longer writes to. */
static void tap_detach(struct vsys_tap *t)
{
	vsys_record_plain(t, VSYS_REC_DETACH);
	vsys_tap_destroy(t);
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

static void vcpu_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v)
{
	struct vsys_attachment *a;
	u8 denied = 0;

	list_for_each_entry(a, &attachments, node) {
		if (!attachment_covers(a, vcpu->kvm))
			continue;
		if (!v)
			v = vsys_vcpu_create(vcpu, a->profile);
		if (!v)
			atomic_inc(&a->session->refused);
		else if (!session_tap(v, a))
			denied |= BIT(a->session->tap_slot);
	}
	if (v) {
		v->generation = generation;
		v->denied = denied;
		v->again = jiffies + HZ;
	}
}

/* Did the attachments change since @v followed them, or is a retry for a ring due? */
static bool vcpu_behind(const struct vsys_vcpu *v)
{
	return v->generation != READ_ONCE(generation) ||
	       (v->denied && time_after_eq(jiffies, v->again));
}

/**
 * vsys_attach_follow() - make a vCPU's taps follow the attachments
 * @vcpu: on its own thread, after an exit that KVM has not handled; in
 *        vsys_srcu
 * @v: its state, or NULL
 */
void vsys_attach_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v)
{
	if (v && !v->refusal && !is_dying(v) && vsys_verify(v) && v->refusal)
		refusal_record(v);
	if (v ? !vcpu_behind(v) : !kvm_wanted(vcpu->kvm))
		return;
	/* The holder may wait for this vCPU: retry at the next exit. */
	if (!mutex_trylock(&vsys_lock))
		return;
	if (!v || !is_dying(v))
		vcpu_follow(vcpu, v);
	mutex_unlock(&vsys_lock);
}

/*
 * KVM is freeing the vCPU, which does not run again: free its state.  Waits for
 * other vCPUs that may be walking the table of vCPUs.
 */
void vsys_attach_vcpu_gone(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;
	int i;

	mutex_lock(&vsys_lock);
	v = vsys_vcpu_find(vcpu);
	if (v) {
		vm = v->vm;
		vsys_vcpu_unhash(v);
		vsys_vcpu_quiesce();
		for (i = 0; i < VSYS_SESSIONS; i++)
			if (v->taps[i])
				tap_detach(v->taps[i]);
		vsys_vcpu_destroy(v);
		vsys_vm_put(vm);
	}
	mutex_unlock(&vsys_lock);
}

static bool kvm_still_wanted(const struct vsys_session *s, const struct kvm *kvm)
{
	struct vsys_attachment *a;

	list_for_each_entry(a, &attachments, node)
		if ((!s || a->session == s) && attachment_covers(a, kvm))
			return true;
	return false;
}

/* Free the vCPUs of the list @dying, which no lookup finds any more. */
static void vcpus_free(struct vsys_vcpu *dying)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	while ((v = dying)) {
		dying = v->dying;
		vm = v->vm;
		if (v->removed)
			tap_detach(v->removed);
		vsys_vcpu_destroy(v);
		vsys_vm_put(vm);
	}
}

/*
 * Detach @s from the vCPUs that no attachment of it covers any more; called with
 * vsys_lock held, after attachments were removed.  Three steps, each for all vCPUs:
 * unlink, wait, free.
 */
static void session_detach(struct vsys_session *s)
{
	struct vsys_vcpu *v, *dying = NULL;
	struct vsys_vm *vm;

	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			if (!kvm_still_wanted(NULL, vm->kvm))
				set_bit(VSYS_OFF_DYING, &v->off);
	vsys_vcpu_quiesce();
	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link) {
			if (kvm_still_wanted(s, vm->kvm))
				continue;
			v->removed = v->taps[s->tap_slot];
			vsys_tap_set(v, s->tap_slot, NULL);
			vsys_hold_cancel(v, s);
			if (is_dying(v)) {
				vsys_vcpu_unhash(v);
				v->dying = dying;
				dying = v;
			}
		}
	vsys_vcpu_quiesce();
	list_for_each_entry(vm, &vsys_vms, node) {
		if (kvm_still_wanted(s, vm->kvm))
			continue;
		vsys_pairing_forget(vm, 1U << s->tap_slot);
		list_for_each_entry(v, &vm->vcpus, link) {
			if (v->removed)
				tap_detach(v->removed);
			v->removed = NULL;
		}
	}
	vcpus_free(dying);
}

static int tap_slot_take(struct vsys_session *s)
{
	static u64 order;
	int i;

	if (s->attaches)
		return 0;
	for (i = 0; i < VSYS_SESSIONS; i++)
		if (!tap_slots[i]) {
			tap_slots[i] = s;
			s->tap_slot = i;
			s->order = ++order;
			return 0;
		}
	return -EBUSY;
}

static bool hooks_installed(void)
{
	return !list_empty(&attachments);
}

static void attachment_add(struct vsys_attachment *a)
{
	a->session->attaches++;
	if (!hooks_installed())
		vsys_hook_install();
	list_add_tail_rcu(&a->node, &attachments);
	WRITE_ONCE(generation, generation + 1);
}

static void attachment_free(struct vsys_attachment *a)
{
	if (a->mm)
		mmdrop(a->mm);
	kfree(a);
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
	struct vsys_attachment *removed = NULL;

	list_for_each_entry_safe(a, next, &attachments, node)
		if (a->session == s && match(a, pid)) {
			list_del_rcu(&a->node);
			s->attaches--;
			/* vCPUs may still read @node until session_detach() returns. */
			a->removed = removed;
			removed = a;
		}
	if (!removed)
		return;
	session_detach(s);
	while ((a = removed)) {
		removed = a->removed;
		attachment_free(a);
	}
	if (!s->attaches && tap_slots[s->tap_slot] == s)
		tap_slots[s->tap_slot] = NULL;
	if (!hooks_installed())
		vsys_hook_remove();
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
	if (!static_call(vsys_ptrace_may_access)(task, PTRACE_MODE_ATTACH_REALCREDS)) {
		put_task_struct(task);
		return ERR_PTR(-EPERM);
	}
	mm = get_task_mm(task);
	put_task_struct(task);
	if (!mm)
		return ERR_PTR(-ESRCH);
	mmgrab(mm);
	mmput(mm);
	if (runs_machine(mm))
		return mm;
	mmdrop(mm);
	return ERR_PTR(-ESRCH);
}

/* Is a machine of @mm traced, with another profile? */
static bool profile_differs(const struct mm_struct *mm, u32 profile)
{
	struct vsys_vm *vm;

	list_for_each_entry(vm, &vsys_vms, node)
		if (vm->kvm->mm == mm && vm->profile_index != profile)
			return true;
	return false;
}

static bool session_attached(const struct vsys_session *s, s32 pid)
{
	struct vsys_attachment *a;

	list_for_each_entry(a, &attachments, node)
		if (a->session == s && (!pid || !a->pid || a->pid == pid))
			return true;
	return false;
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
	 * reused pid and slow down every exit.
	 */
	attachments_remove(s, attachment_stale, 0);
	if (session_attached(s, in->pid))
		err = -EEXIST;
	else if (mm && in->profile[0] && profile_differs(mm, profile))
		err = -ENOTUNIQ;
	else
		err = tap_slot_take(s);
	if (!err)
		attachment_add(a);
	mutex_unlock(&vsys_lock);
	/* vCPUs that run without exits must exit to follow the attachments. */
	if (err)
		attachment_free(a);
	else
		vsys_vcpu_kick();
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
	return err;
}

/* Undo all attaches of a session that ends. */
void vsys_detach_all(struct vsys_session *s)
{
	mutex_lock(&vsys_lock);
	if (s->attaches)
		attachments_remove(s, attachment_any, 0);
	mutex_unlock(&vsys_lock);
}
