/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VCPU_INFO_H
#define VSYS_VCPU_INFO_H

#include <linux/vsyscalls.h>

struct kvm_vcpu;
struct mm_struct;
struct vsys_session;

struct kvm_vcpu *vsys_vcpu_info_find(const struct mm_struct *mm, u32 index);
int vsys_vcpu_info_get(struct vsys_session *s, struct vsys_vcpu_info *info);

#endif /* VSYS_VCPU_INFO_H */
