/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_REGS_REQUEST_H
#define VSYS_REGS_REQUEST_H

#include <linux/completion.h>
#include <linux/refcount.h>

#include "arch.h"

/* Of the asker, and of vsys_vcpu.regs until the vCPU takes it from there. */
struct vsys_regs_request {
	refcount_t refs;
	struct completion done;
	u64 regs[VSYS_VCPU_REG_NR];
};

void vsys_regs_request_put(struct vsys_regs_request *rq);
void vsys_regs_request_take(struct kvm_vcpu *vcpu, struct vsys_regs_request **place);
void vsys_regs_request_drop(struct vsys_regs_request **place);

/* Serve a reader that waits for registers of user mode; @place: of the vCPU, on its thread. */
static inline void vsys_regs_request_serve(struct kvm_vcpu *vcpu,
					   struct vsys_regs_request **place)
{
	if (unlikely(READ_ONCE(*place)))
		vsys_regs_request_take(vcpu, place);
}

#endif /* VSYS_REGS_REQUEST_H */
