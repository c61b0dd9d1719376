/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_EXIT_H
#define VSYS_EXIT_H

#include "compat/compat.h"

/* KVM's own functions, behind the instructions that lead to ours. */
extern int (*vsys_kvm_handle_exit)(struct kvm_vcpu *vcpu, int exception_index);
extern void (*vsys_kvm_vcpu_destroy)(struct kvm_vcpu *vcpu);

int vsys_exit_handle(struct kvm_vcpu *vcpu, int exception_index);
void vsys_exit_vcpu_free(struct kvm_vcpu *vcpu);

#endif /* VSYS_EXIT_H */
