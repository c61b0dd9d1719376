/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_FGT_H
#define VSYS_FGT_H

#include "compat/compat.h"

bool vsys_fgt_usable(void);
void vsys_fgt_begin(void);
void vsys_fgt_end(void);
void vsys_fgt_follow(struct kvm_vcpu *vcpu, bool on);
void vsys_fgt_leave_eret(struct kvm_vcpu *vcpu);

#endif /* VSYS_FGT_H */
