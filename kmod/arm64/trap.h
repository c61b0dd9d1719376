/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_ARM64_TRAP_H
#define VSYS_ARM64_TRAP_H

#include <linux/types.h>

struct kvm_vcpu;
struct vsys_vcpu;

void vsys_trap_svc(struct vsys_vcpu *v, u64 esr);
void vsys_trap_eret(struct vsys_vcpu *v, u64 esr);
void vsys_trap_pass_svc(struct kvm_vcpu *vcpu, u64 esr);
void vsys_trap_pass_eret(struct kvm_vcpu *vcpu, u64 esr);

#endif /* VSYS_ARM64_TRAP_H */
