// SPDX-License-Identifier: GPL-2.0
/* VSYS_VCPU_REGS: registers of a vCPU. */
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch.h"
#include "attach.h"
#include "kind.h"
#include "regs_request.h"
#include "session.h"
#include "symbols.h"
#include "vcpu.h"
#include "vcpu_info.h"
#include "vcpu_regs.h"
#include "vm.h"

enum { TIMEOUT_MS_MAX = 10000 };

/* The vCPU @vcpu, if @s traces it; called with vsys_lock held. */
static struct vsys_vcpu *traced(const struct vsys_session *s, const struct kvm_vcpu *vcpu)
{
	struct vsys_vcpu *v;
	struct vsys_vm *vm;

	lockdep_assert_held(&vsys_lock);
	list_for_each_entry(vm, &vsys_vms, node)
		list_for_each_entry(v, &vm->vcpus, link)
			if (v->vcpu == vcpu && s->taps && vsys_vcpu_tap(v, s->tap_slot))
				return v;
	return NULL;
}

/* Hand the request to the vCPU, or take it back. */
static int request_move(struct vsys_session *s, const struct kvm_vcpu *vcpu,
			struct vsys_regs_request *old, struct vsys_regs_request *new)
{
	struct vsys_vcpu *v;
	int err = -ENOENT;

	mutex_lock(&vsys_lock);
	v = traced(s, vcpu);
	if (v) {
		err = cmpxchg(&v->regs, old, new) == old ? 0 : -EBUSY;
		/* Calls that nobody wants serve it as well, or none does any more. */
		vsys_kind_prepare(v);
	}
	mutex_unlock(&vsys_lock);
	if (!err)
		vsys_vcpu_changed();	/* the vCPU must look for it at its exits */
	return err;
}

static int request_wait(struct vsys_session *s, const struct kvm_vcpu *vcpu,
			struct vsys_regs_request *rq, u32 ms)
{
	long left;
	int err;

	refcount_inc(&rq->refs);
	err = request_move(s, vcpu, NULL, rq);
	if (err) {
		vsys_regs_request_put(rq);
		return err;
	}
	left = wait_for_completion_interruptible_timeout(&rq->done, msecs_to_jiffies(ms));
	/* Else the vCPU has taken it, or dropped it. */
	if (!request_move(s, vcpu, rq, NULL))
		vsys_regs_request_put(rq);
	if (left > 0)
		return 0;
	return left ? -EINTR : -ETIMEDOUT;
}

/* VSYS_VCPU_REGS */
int vsys_vcpu_regs_get(struct vsys_session *s, struct vsys_vcpu_regs *in)
{
	u64 values[VSYS_REGS_MAX] = {};
	const struct kvm_vcpu *vcpu;
	struct vsys_regs_request *rq;
	struct mm_struct *mm;
	int err;

	if (in->flags || in->pid <= 0 || !in->count || in->count > VSYS_REGS_MAX ||
	    !in->timeout_ms || in->timeout_ms > TIMEOUT_MS_MAX)
		return -EINVAL;
	mm = vsys_attach_mm(in->pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	mutex_lock(vsys_sym.kvm_lock);
	vcpu = vsys_vcpu_info_find(mm, in->index);
	mutex_unlock(vsys_sym.kvm_lock);
	mmdrop(mm);
	if (!vcpu)
		return -ENOENT;
	rq = kzalloc(sizeof(*rq), GFP_KERNEL);
	if (!rq)
		return -ENOMEM;
	refcount_set(&rq->refs, 1);
	init_completion(&rq->done);
	err = request_wait(s, vcpu, rq, in->timeout_ms);
	memcpy(values, rq->regs, sizeof(rq->regs));
	vsys_regs_request_put(rq);
	if (!err && copy_to_user(u64_to_user_ptr(in->values), values,
				 in->count * sizeof(values[0])))
		err = -EFAULT;
	in->count = VSYS_VCPU_REG_NR;
	return err;
}
