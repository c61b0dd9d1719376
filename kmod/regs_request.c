// SPDX-License-Identifier: GPL-2.0
/* A vCPU's thread reads registers for a reader that waits for them. */
#include <linux/slab.h>

#include "arch.h"
#include "regs_request.h"

/* Drop a reference. */
void vsys_regs_request_put(struct vsys_regs_request *rq)
{
	if (refcount_dec_and_test(&rq->refs))
		kfree(rq);
}

/* On the vCPU's thread, right after an exit. */
void vsys_regs_request_take(struct kvm_vcpu *vcpu, struct vsys_regs_request **place)
{
	struct vsys_regs_request *rq;

	lockdep_assert_held(&vcpu->mutex);
	if (!vsys_arch_in_user(vcpu))
		return;
	rq = xchg(place, NULL);
	if (!rq)
		return;
	vsys_arch_regs(vcpu, rq->regs);
	complete(&rq->done);
	vsys_regs_request_put(rq);
}

/* The vCPU is about to be freed. */
void vsys_regs_request_drop(struct vsys_regs_request **place)
{
	struct vsys_regs_request *rq = xchg(place, NULL);

	if (rq)
		vsys_regs_request_put(rq);
}
