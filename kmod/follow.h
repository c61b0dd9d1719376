/* SPDX-License-Identifier: GPL-2.0 */
/* How vCPUs follow the attachments. */
#ifndef VSYS_FOLLOW_H
#define VSYS_FOLLOW_H

struct kvm_vcpu;
struct vsys_vcpu;

struct vsys_vcpu *vsys_follow(struct kvm_vcpu *vcpu, struct vsys_vcpu *v);
void vsys_follow_changed(void);
void vsys_follow_slot_taken(int tap_slot);

#endif /* VSYS_FOLLOW_H */
