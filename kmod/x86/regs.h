/* SPDX-License-Identifier: GPL-2.0 */
/* Registers that are written in more than one file. */
#ifndef VSYS_REGS_H
#define VSYS_REGS_H

#include "compat/compat.h"

/* Set RSP in KVM's copy, which KVM writes back at the next entry. */
static __always_inline void vsys_regs_set_sp(struct kvm_vcpu *vcpu, u64 sp)
{
	vcpu->arch.regs[VCPU_REGS_RSP] = sp;
	vsys_reg_dirty(vcpu, VCPU_REGS_RSP);
}

#endif /* VSYS_REGS_H */
