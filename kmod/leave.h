/* SPDX-License-Identifier: GPL-2.0 */
/* Calls that return to another address space than they are made in. */
#ifndef VSYS_LEAVE_H
#define VSYS_LEAVE_H

#include <linux/types.h>

struct vsys_call;
struct vsys_key;
struct vsys_state;
struct vsys_vcpu;
struct vsys_vm;

void vsys_leave_expect(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_leave_begin(struct vsys_vcpu *v, struct vsys_call *call);
bool vsys_leave_capture(struct vsys_vcpu *v, const struct vsys_state *st, u64 root, bool atomic);
bool vsys_leave_find(struct vsys_vcpu *v, const struct vsys_key *back, struct vsys_key *key);
void vsys_leave_return(struct vsys_vcpu *v, struct vsys_call *call, u64 space);
void vsys_leave_end(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_leave_forget(struct vsys_vm *vm, u8 sessions);

#endif /* VSYS_LEAVE_H */
