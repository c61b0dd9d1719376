/* SPDX-License-Identifier: GPL-2.0 */
/* Guest registers by number. */
#ifndef VSYS_REGS_H
#define VSYS_REGS_H

#include "compat/compat.h"

struct vsys_stop;

/* Set RSP in KVM's copy, which KVM writes back at the next entry. */
static __always_inline void vsys_regs_set_sp(struct kvm_vcpu *vcpu, u64 sp)
{
	vcpu->arch.regs[VCPU_REGS_RSP] = sp;
	vsys_reg_dirty(vcpu, VCPU_REGS_RSP);
}

void vsys_regs_read(const struct vsys_stop *stop, u64 *regs);
u32 vsys_regs_owned(const struct vsys_stop *stop);
bool vsys_regs_valid(const struct vsys_stop *stop, int reg, u64 value);
void vsys_regs_write(struct vsys_stop *stop, int reg, u64 value);

#endif /* VSYS_REGS_H */
