/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_MORE_H
#define VSYS_MORE_H

#include <linux/types.h>

struct vsys_call;
struct vsys_capture_ctx;
struct vsys_vcpu;

void vsys_capture_cut(struct vsys_capture_ctx *c);
void vsys_record_more(struct vsys_vcpu *v, const struct vsys_call *call, u16 type);

#endif /* VSYS_MORE_H */
