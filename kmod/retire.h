/* SPDX-License-Identifier: GPL-2.0 */
/* Destroy taps and vCPUs that no attachment covers any more. */
#ifndef VSYS_RETIRE_H
#define VSYS_RETIRE_H

struct kvm_vcpu;
struct vsys_session;
struct vsys_tap;
struct vsys_vcpu;
struct vsys_vm;

void vsys_retire_tap(struct vsys_vcpu *v, struct vsys_tap *tap);
void vsys_retire_vcpu(struct vsys_vcpu *v, struct vsys_session *s);
void vsys_retire_gone(struct vsys_vcpu *v);
void vsys_retire_leave(struct vsys_vcpu *v);
void vsys_vm_kick(struct vsys_vm *vm);
long vsys_retire_wait(const struct vsys_session *s, long timeout);

#endif /* VSYS_RETIRE_H */
