/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CALL_H
#define VSYS_CALL_H

#include <linux/types.h>

struct vsys_call;
struct vsys_vcpu;

bool vsys_call_prepare(struct vsys_vcpu *v, struct vsys_call *call);
bool vsys_call_capture_return(struct vsys_vcpu *v, struct vsys_call *call, u64 result);

#endif /* VSYS_CALL_H */
