/* SPDX-License-Identifier: GPL-2.0 */
/* Rules whose string was absent at a call's entry. */
#ifndef VSYS_UNDECIDED_H
#define VSYS_UNDECIDED_H

#include <linux/types.h>

struct vsys_call;
struct vsys_rule_own;
struct vsys_vcpu;

struct vsys_rule_own *vsys_undecided_next(const struct vsys_call *call, u32 *i);
void vsys_undecided_again(struct vsys_vcpu *v, struct vsys_call *call);
void vsys_undecided_late(struct vsys_vcpu *v, struct vsys_call *call);
void vsys_undecided_return(struct vsys_vcpu *v, struct vsys_call *call, bool left);
void vsys_undecided_record(struct vsys_vcpu *v, struct vsys_call *call, struct vsys_rule_own *r,
			   u32 arg);
void vsys_undecided_give_up(struct vsys_vcpu *v, struct vsys_call *call);

#endif /* VSYS_UNDECIDED_H */
