// SPDX-License-Identifier: GPL-2.0
/* Traced vCPUs and their machines: lookup and lifetime. */
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "pending.h"
#include "session.h"
#include "vcpu.h"
#include "x86/entry_regs.h"

DEFINE_MUTEX(vsys_lock);
DEFINE_SRCU(vsys_srcu);
LIST_HEAD(vsys_vms);

static DEFINE_HASHTABLE(vcpus, 7);
static u32 creations;	/* of vCPUs, in vsys_lock */
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
 * Called with interrupts off or in vsys_srcu, until the end of which the
 * result stays valid.  Return: NULL if the vCPU is not traced.
 */
struct vsys_vcpu *vsys_vcpu_find(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;

	hash_for_each_possible_rcu_notrace(vcpus, v, node, hash_of(vcpu))
		if (v->vcpu == vcpu)
			return v;
	return NULL;
}

static struct vsys_vm *vm_get(struct kvm *kvm, u32 profile)
{
	struct vsys_vm *vm;

	list_for_each_entry(vm, &vsys_vms, node)
		if (vm->kvm == kvm)
			return vm;
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
	vm->pid = task_tgid_nr(current);
	vm->profile_index = profile;
	vm->profile = &vsys_profiles[profile];
	list_add(&vm->node, &vsys_vms);
	return vm;
}

/* For each vCPU that was freed; called with vsys_lock held. */
void vsys_vm_put(struct vsys_vm *vm)
{
	if (--vm->users)
		return;
	list_del(&vm->node);
	vsys_pending_free(vm->pending);
	kfree(vm);
}

/**
 * vsys_vm_forget() - sessions that calls that pend are not for any more
 * @vm: the machine, all of whose vCPUs have heard of that, see vsys_vcpu_quiesce()
 * @sessions: bit mask of them
 *
 * Called with vsys_lock held.
 */
void vsys_vm_forget(struct vsys_vm *vm, u8 sessions)
{
	struct vsys_vcpu *v;

	vsys_pending_forget(vm->pending, sessions);
	list_for_each_entry(v, &vm->vcpus, link) {
		local_irq_disable();	/* others may spin on the slot */
		if (vsys_slot_seize(&v->slot)) {
			vsys_call_forget(&v->slot.call, sessions);
			vsys_slot_set(&v->slot, VSYS_SLOT_FULL);
		}
		local_irq_enable();
	}
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
	v->vm = v->capture.buf ? vm_get(vcpu->kvm, profile) : NULL;
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
	v->abi64 = v->profile->os == VSYS_OS_WINDOWS ? VSYS_ABI_WINDOWS_X64 :
						       VSYS_ABI_LINUX_X86_64;
	v->space_mask = ~(v->profile->os == VSYS_OS_LINUX ? BIT_ULL(PAGE_SHIFT) : 0);
	v->numbers64 = v->profile->numbers[v->abi64] ?: &no_numbers;
	v->mem.kvm = vcpu->kvm;
	v->capture.mem = &v->mem;
	/* Names of calls are unique in the machine, and over attaches. */
	v->calls = (u64)vcpu->vcpu_idx << 48 | (u64)(++creations & 0xffff) << 32;
	v->vm->users++;
	list_add_rcu(&v->link, &v->vm->vcpus);
	hash_add_rcu(vcpus, &v->node, hash_of(vcpu));
	return v;
}

static void do_nothing(void *unused)
{
}

/* Every vCPU that runs exits, and every section with interrupts off ends. */
void vsys_vcpu_kick(void)
{
	on_each_cpu(do_nothing, NULL, 1);
}

/**
 * vsys_vcpu_quiesce() - wait until nobody uses what was taken away
 *
 * With interrupts off a vCPU may hold what it found for up to a run of the
 * guest, which the IPI ends; an exit that waits for the slow path is handled
 * in vsys_srcu.
 */
void vsys_vcpu_quiesce(void)
{
	vsys_vcpu_kick();
	synchronize_srcu(&vsys_srcu);
}

/**
 * vsys_vcpu_unhash() - find a vCPU no more
 * @v: off since before the last IPI to all CPUs, so it is not armed again
 *
 * An exit on its way to the slow path must still be found there: KVM does not
 * know SYSRET.  KVM always goes on to handle_exit, without sleeping.
 */
void vsys_vcpu_unhash(struct vsys_vcpu *v)
{
	while (READ_ONCE(v->slow))
		schedule_timeout_uninterruptible(1);
	hash_del_rcu(&v->node);
	list_del_rcu(&v->link);
}

static void set_only(struct vsys_vcpu *v)
{
	struct vsys_tap *tap = NULL;

	if (hweight8(v->tapped) == 1)
		tap = v->taps[__ffs(v->tapped)];
	if (tap && !(tap->doors & BIT(VSYS_DOOR_SYSCALL) &&
		     vsys_session_passes_all(tap->session)))
		tap = NULL;
	WRITE_ONCE(v->only, tap);
}

/**
 * vsys_tap_set() - give a session its tap, or take it away
 * @v: the vCPU; to give, on its own thread
 * @slot: the session's
 * @tap: the tap, or NULL; the old one may be in use until vsys_vcpu_quiesce()
 *
 * Called with vsys_lock held.
 */
void vsys_tap_set(struct vsys_vcpu *v, int slot, struct vsys_tap *tap)
{
	u8 bit = 1U << slot;
	u32 doors = 0;
	int i;

	WRITE_ONCE(v->taps[slot], tap);
	for (i = 0; i < VSYS_SESSIONS; i++)
		if (v->taps[i])
			doors |= v->taps[i]->doors;
	WRITE_ONCE(v->doors, doors);
	WRITE_ONCE(v->ints, doors & (BIT(VSYS_DOOR_INT80) | BIT(VSYS_DOOR_INT2E)));
	WRITE_ONCE(v->tapped, tap ? v->tapped | bit : v->tapped & ~bit);
	set_only(v);
}

/* Sessions' filters have changed; called with vsys_lock held. */
void vsys_tap_filtered(void)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			set_only(v);
}

/**
 * vsys_vcpu_verify() - whether a vCPU is as we take it to be
 * @v: on its own thread, right after an exit, which KVM has not handled
 *
 * KVM may have moved RIP after a few kinds of exits, so one that disagrees is
 * no proof.  Later on the guest may still turn on what is not emulated.
 *
 * Return: whether there is a decision; if so, v->refusal has it.
 */
bool vsys_vcpu_verify(struct vsys_vcpu *v)
{
	u32 refusal = VSYS_REFUSED_MODE;

	if (vsys_in_l2_or_smm(v->vcpu))
		return false;
	if (!vsys_beyond_emulation(v->vcpu)) {
		if (!v->checks)
			return false;
		refusal = vsys_vendor->check(v->vcpu);
		/* The paths must be what we take them for: one atomic, one that sleeps. */
		if (!refusal && (!v->run_seen || irqs_disabled()))
			refusal = VSYS_REFUSED_LAYOUT;
		if (refusal == VSYS_REFUSED_LAYOUT && --v->checks)
			return false;
	}
	v->checks = 0;
	v->refusal = refusal;
	if (refusal)
		set_bit(VSYS_OFF_REFUSED, &v->off);
	else
		vsys_entry_regs_begin(v);
	clear_bit(VSYS_OFF_UNVERIFIED, &v->off);
	return true;
}

/**
 * vsys_vcpu_destroy() - free a vCPU
 * @v: unhashed before the last vsys_vcpu_quiesce(), without taps; the caller
 *     goes on to vsys_vm_put()
 *
 * Called with vsys_lock held.
 */
void vsys_vcpu_destroy(struct vsys_vcpu *v)
{
	kvfree(v->capture.buf);
	kfree(v);
}
