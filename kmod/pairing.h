/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_PAIRING_H
#define VSYS_PAIRING_H

#include <linux/types.h>

struct vsys_call;
struct vsys_key;
struct vsys_vcpu;
struct vsys_vm;

void vsys_pairing_evict(struct vsys_vcpu *v);
void vsys_pairing_add(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_pairing_park(struct vsys_vcpu *v, struct vsys_call *call);
bool vsys_pairing_drop_stale(struct vsys_vcpu *v, struct vsys_call *call);
struct vsys_call *vsys_pairing_find(struct vsys_vcpu *v, const struct vsys_key *back);
void vsys_pairing_put_back(struct vsys_vcpu *v, struct vsys_call *call);
void vsys_pairing_unseen(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_pairing_forget(struct vsys_vm *vm, u8 sessions);

#endif /* VSYS_PAIRING_H */
