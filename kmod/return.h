/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RETURN_H
#define VSYS_RETURN_H

#include <linux/types.h>

struct vsys_call;
struct vsys_key;
struct vsys_state;
struct vsys_vcpu;

void vsys_return_take(struct vsys_vcpu *v, const struct vsys_state *st,
		      const struct vsys_key *back, u64 root);
bool vsys_return_begin(struct vsys_vcpu *v, struct vsys_state *st,
		       const struct vsys_key *back, u64 root, u8 door,
		       struct vsys_call **taken);

#endif /* VSYS_RETURN_H */
