/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_ABI_H
#define VSYS_ABI_H

#include <linux/types.h>

struct vsys_capture_ctx;
struct vsys_vcpu;

/* The three questions of an entry ABI; and where a call comes back to. */
u32 vsys_abi_number(struct vsys_vcpu *v);
void vsys_abi_args(struct vsys_vcpu *v, u64 *args);
u64 vsys_abi_result(struct vsys_vcpu *v);
bool vsys_abi_failed(u64 result);

#endif /* VSYS_ABI_H */
