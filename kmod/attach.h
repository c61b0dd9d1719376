/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_ATTACH_H
#define VSYS_ATTACH_H

#include <linux/vsyscalls.h>

struct kvm_vcpu;
struct mm_struct;
struct vsys_session;
struct vsys_vcpu;

int vsys_attach(struct vsys_session *s, const struct vsys_attach *in,
		u32 profile);
int vsys_detach(struct vsys_session *s, const struct vsys_detach *in);
void vsys_detach_all(struct vsys_session *s);
struct mm_struct *vsys_attach_mm(s32 pid);
void vsys_attach_vcpu_gone(struct kvm_vcpu *vcpu);

#endif /* VSYS_ATTACH_H */
