/* SPDX-License-Identifier: GPL-2.0 */
/* vCPUs for whose state there was no memory. */
#ifndef VSYS_STARVED_H
#define VSYS_STARVED_H

#include <linux/types.h>

struct kvm_vcpu;

bool vsys_starved_waits(const struct kvm_vcpu *vcpu);
bool vsys_starved_note(const struct kvm_vcpu *vcpu);
void vsys_starved_drop(const struct kvm_vcpu *vcpu);
void vsys_starved_drop_all(void);

#endif /* VSYS_STARVED_H */
