/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_LIST_H
#define VSYS_LIST_H

#include <linux/vsyscalls.h>

struct vsys_session;

int vsys_list_vcpu(struct vsys_session *s, struct vsys_vcpu_info *info);

#endif /* VSYS_LIST_H */
