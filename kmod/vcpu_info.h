/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VCPU_INFO_H
#define VSYS_VCPU_INFO_H

#include <linux/vsyscalls.h>

struct vsys_session;

int vsys_vcpu_info_get(struct vsys_session *s, struct vsys_vcpu_info *info);

#endif /* VSYS_VCPU_INFO_H */
