/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_EXIT_H
#define VSYS_EXIT_H

#include <linux/static_call.h>

#include "compat/compat.h"

struct vsys_vcpu;

/* KVM's own functions, while ours replace them. */
DECLARE_STATIC_CALL(vsys_kvm_vcpu_run, *((struct kvm_x86_ops *)0)->vcpu_run);
DECLARE_STATIC_CALL(vsys_kvm_handle_exit,
		    *((struct kvm_x86_ops *)0)->handle_exit);
DECLARE_STATIC_CALL(vsys_kvm_vcpu_free, *((struct kvm_x86_ops *)0)->vcpu_free);

int vsys_exit_handle(struct kvm_vcpu *vcpu, fastpath_t fastpath);
void vsys_exit_unarmed(struct vsys_vcpu *v);
void vsys_exit_vcpu_free(struct kvm_vcpu *vcpu);

#endif /* VSYS_EXIT_H */
