/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VCPU_REGS_H
#define VSYS_VCPU_REGS_H

#include <linux/compiler.h>

#include "vcpu.h"

struct vsys_session;

int vsys_vcpu_regs_get(struct vsys_session *s, struct vsys_vcpu_regs *in);
void vsys_vcpu_regs_take(struct vsys_vcpu *v);
void vsys_vcpu_regs_drop(struct vsys_vcpu *v);

/* Serve a reader that waits for the registers of user mode; on the vCPU's thread. */
static inline void vsys_vcpu_regs_serve(struct vsys_vcpu *v)
{
	if (unlikely(READ_ONCE(v->regs)))
		vsys_vcpu_regs_take(v);
}

#endif /* VSYS_VCPU_REGS_H */
