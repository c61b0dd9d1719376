// SPDX-License-Identifier: GPL-2.0
/* Traced vCPUs: lookup and lifetime. */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "arch.h"
#include "attachment.h"
#include "charge.h"
#include "profile.h"
#include "regs_request.h"
#include "vcpu.h"
#include "vm.h"

DEFINE_PER_CPU(struct vsys_vcpu_last, vsys_vcpu_last);
static u64 epoch;	/* counts changes of vCPUs and attachments */

static struct rhashtable vcpus;
static const struct rhashtable_params vcpus_params = {
	.key_len = sizeof(struct kvm_vcpu *),
	.key_offset = offsetof(struct vsys_vcpu, vcpu),
	.head_offset = offsetof(struct vsys_vcpu, node),
	.automatic_shrinking = true,
};
static u32 creations;	/* of vCPUs, under vsys_lock */

/* @v stays: a section that has compared @vcpu may read it. */
static void last_clear(struct vsys_vcpu_last *last)
{
	WRITE_ONCE(last->vcpu, NULL);
	WRITE_ONCE(last->untraced, NULL);
	WRITE_ONCE(last->settled, NULL);
}

/* Pairs with vsys_vcpu_changed(): either it clears this, or the epoch has changed. */
static void last_set(const struct vsys_vcpu_last *last, u64 seen)
{
	this_cpu_write(vsys_vcpu_last.v, last->v);
	this_cpu_write(vsys_vcpu_last.vcpu, last->vcpu);
	this_cpu_write(vsys_vcpu_last.untraced, last->untraced);
	this_cpu_write(vsys_vcpu_last.settled, last->settled);
	smp_mb();
	if (unlikely(READ_ONCE(epoch) != seen))
		last_clear(this_cpu_ptr(&vsys_vcpu_last));
}

/*
 * Has vsys_follow() nothing to do at exits of a vCPU?  If it does not stay so,
 * vsys_vcpu_changed() is called.
 */
static bool at_rest(const struct vsys_vcpu *v)
{
	return !test_bit(VSYS_OFF_UNVERIFIED, &v->off) && !vsys_vcpu_dying(v) &&
	       v->generation == READ_ONCE(vsys_attachment_generation) &&
	       !READ_ONCE(v->denied) && !READ_ONCE(v->regs);
}

/* The lookup of vsys_vcpu_find(), for the next exit on this CPU, too. */
noinline struct vsys_vcpu *vsys_vcpu_look_up(struct kvm_vcpu *vcpu)
{
	/* Pairs with vsys_vcpu_changed(): a result from before a change has the old epoch. */
	u64 seen = smp_load_acquire(&epoch);
	struct vsys_vcpu_last last = { .vcpu = vcpu };

	rcu_read_lock();
	last.v = rhashtable_lookup(&vcpus, &vcpu, vcpus_params);
	if (!last.v && !vsys_attachment_wanted(vcpu->kvm))
		last.untraced = vcpu;
	if (last.untraced || (last.v && at_rest(last.v)))
		last.settled = vcpu;
	last_set(&last, seen);
	rcu_read_unlock();
	return last.v;
}

/* Have the next exits that are no traps go to KVM without another look, if that will do. */
void vsys_vcpu_settle(const struct vsys_vcpu *v)
{
	preempt_disable();
	if (!vsys_vcpu_settled(v->vcpu) && at_rest(v))
		vsys_vcpu_look_up(v->vcpu);
	preempt_enable();
}

/* The vCPU that runs on this CPU needs the slow path at its exits; preemption is off. */
void vsys_vcpu_unsettle(void)
{
	lockdep_assert_preemption_disabled();
	this_cpu_write(vsys_vcpu_last.settled, NULL);
}

/* Have all CPUs look up their vCPUs again: a vCPU or an attachment came or went. */
void vsys_vcpu_changed(void)
{
	static DEFINE_SPINLOCK(lock);
	int cpu;

	spin_lock(&lock);
	smp_store_release(&epoch, epoch + 1);
	smp_mb();	/* pairs with last_set() */
	for_each_possible_cpu(cpu)
		last_clear(per_cpu_ptr(&vsys_vcpu_last, cpu));
	spin_unlock(&lock);
}

int __init vsys_vcpu_init(void)
{
	return rhashtable_init(&vcpus, &vcpus_params);
}

void vsys_vcpu_exit(void)
{
	rhashtable_destroy(&vcpus);
}

enum {
	BUFFERS = VSYS_CAPTURE_BUF + VSYS_CAPTURE_TEXT,
	KINDS32_BYTES = VSYS_KINDS * sizeof(struct vsys_kind),
	VCPU_BYTES = sizeof(struct vsys_vcpu) + BUFFERS + KINDS32_BYTES,
};

static void buffers_free(struct vsys_vcpu *v)
{
	kfree(v->kinds32);
	kvfree(v->text);
	if (v->wide)
		vsys_capture_buf_free(v->wide);
}

/**
 * vsys_capture_buf_new() - allocate a buffer for captures longer than VSYS_CAPTURE_MAX
 * @charge: of the session that wants them
 *
 * Called without vsys_lock.  Return: the buffer, or NULL.
 */
struct vsys_capture_buf *vsys_capture_buf_new(struct vsys_charge *charge)
{
	struct mem_cgroup *old;
	struct vsys_capture_buf *w;

	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	if (!vsys_charge_take(charge, sizeof(*w), false))
		return NULL;
	old = vsys_charge_begin(charge);
	w = kvzalloc(sizeof(*w), VSYS_GFP_CHARGED);
	vsys_charge_end(old);
	if (w)
		w->charge = charge;
	else
		vsys_charge_return(charge, sizeof(*w));
	return w;
}

void vsys_capture_buf_free(struct vsys_capture_buf *w)
{
	vsys_charge_return(w->charge, sizeof(*w));
	kvfree(w);
}

/* Let a vCPU capture into @w, which it takes; on its own thread, between two traps. */
void vsys_vcpu_widen(struct vsys_vcpu *v, struct vsys_capture_buf *w)
{
	lockdep_assert_held(&v->vcpu->mutex);
	v->wide = w;
	v->capture.buf = w->buf;
	v->capture.size = sizeof(w->buf);
	v->mem.budget = VSYS_CALL_BYTES + VSYS_CAPTURE_LONG;
}

/* Memory of a vCPU that no lookup finds. */
static void vcpu_free_memory(struct vsys_vcpu *v)
{
	buffers_free(v);
	kfree(v);
}

static struct vsys_vcpu *vcpu_alloc(struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v = kzalloc(sizeof(*v), VSYS_GFP_CHARGED);

	if (!v)
		return NULL;
	v->text = kvzalloc(BUFFERS, VSYS_GFP_CHARGED);
	v->kinds32 = kzalloc(KINDS32_BYTES, VSYS_GFP_CHARGED);
	if (v->text && v->kinds32 && !vsys_mem_init(&v->mem, vcpu))
		return v;
	vcpu_free_memory(v);
	return NULL;
}

/**
 * vsys_vcpu_new() - allocate the state of a vCPU
 * @vcpu: on its own thread, right after an exit
 * @charge: of a session that traces it
 *
 * Called without vsys_lock: it may wait for the process's memory.  Return: the state, for
 * vsys_vcpu_add() or vsys_vcpu_drop(); or NULL.
 */
struct vsys_vcpu *vsys_vcpu_new(struct kvm_vcpu *vcpu, struct vsys_charge *charge)
{
	struct mem_cgroup *old;
	struct vsys_vcpu *v;

	lockdep_assert_held(&vcpu->mutex);
	lockdep_assert_not_held(&vsys_lock);
	might_sleep();
	if (!vsys_charge_take(charge, VCPU_BYTES, false))
		return NULL;
	old = vsys_charge_begin(charge);
	v = vsys_charge_margin() ? vcpu_alloc(vcpu) : NULL;
	vsys_charge_end(old);
	if (!v) {
		vsys_charge_return(charge, VCPU_BYTES);
		return NULL;
	}
	v->charge = charge;
	raw_spin_lock_init(&v->lock);
	v->inside = true;
	v->capture.buf = v->text + VSYS_CAPTURE_TEXT;
	v->capture.size = VSYS_CAPTURE_BUF;
	v->vcpu = vcpu;
	v->off = BIT(VSYS_OFF_UNVERIFIED);
	v->checks = VSYS_CHECKS;
	v->capture.mem = &v->mem;
	v->task.slot = ~0ULL;	/* the first call looks for its task */
	return v;
}

/* Free what vsys_vcpu_new() returned and vsys_vcpu_add() did not take. */
void vsys_vcpu_drop(struct vsys_vcpu *v)
{
	vsys_mem_exit(&v->mem);
	vsys_charge_return(v->charge, VCPU_BYTES);
	vcpu_free_memory(v);
}

/* Let a view be that of a profile, by its index. */
void vsys_view_set(struct vsys_view *view, u32 profile)
{
	view->profile = &vsys_profiles[profile];
	view->index = profile;
	view->space_mask = vsys_paging_space(view->profile->os);
}

/**
 * vsys_vcpu_add() - begin to trace a vCPU
 * @v: its state from vsys_vcpu_new(), on its own thread
 * @vm: its machine
 * @profile: index of the profile of its first view
 *
 * Called with vsys_lock held.  Return: false without memory.
 */
bool vsys_vcpu_add(struct vsys_vcpu *v, struct vsys_vm *vm, u32 profile)
{
	lockdep_assert_held(&v->vcpu->mutex);
	lockdep_assert_held(&vsys_lock);
	if (rhashtable_insert_fast(&vcpus, &v->node, vcpus_params))
		return false;
	v->vm = vm;
	vm->users++;
	/* Its thread may run code of the module until @v is freed. */
	__module_get(THIS_MODULE);
	v->pending = v->vm->pending;
	vsys_view_set(&v->first, profile);
	v->view = &v->first;
	v->slot.call.view = profile;
	/* Ids of calls are unique over attaches: 2^48 calls do not reach the next vCPU's. */
	v->calls = (u64)++creations << 48;
	list_add_rcu(&v->link, &v->vm->vcpus);
	vsys_vcpu_changed();
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

	lockdep_assert_held(&vcpu->mutex);
	preempt_disable();	/* an RCU reader, too */
	v = vsys_vcpu_find(vcpu);
	if (v) {
		bool dead;

		raw_spin_lock(&v->lock);
		dead = v->dead;
		v->inside = !dead;
		raw_spin_unlock(&v->lock);
		if (dead)
			v = NULL;
	}
	preempt_enable();
	return v;
}

/* Use the taps again after vsys_retire_leave(); v->slow has kept the state alive. */
void vsys_vcpu_enter(struct vsys_vcpu *v)
{
	raw_spin_lock(&v->lock);
	v->inside = true;
	raw_spin_unlock(&v->lock);
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
	rhashtable_remove_fast(&vcpus, &v->node, vcpus_params);
	list_del_rcu(&v->link);
	vsys_vcpu_changed();
	vsys_regs_request_drop(&v->regs);
	vsys_mem_exit(&v->mem);
	buffers_free(v);
	vsys_charge_return(v->charge, VCPU_BYTES);
	call_rcu(&v->rcu, vcpu_free);	/* other vCPUs look at its slot */
	vsys_vm_put(vm);
	module_put(THIS_MODULE);
}
