/* SPDX-License-Identifier: GPL-2.0 */
/* Which rules match a call? */
#ifndef VSYS_MATCH_H
#define VSYS_MATCH_H

#include <linux/types.h>

struct vsys_call;
struct vsys_rule_own;
struct vsys_tap;
struct vsys_vcpu;

/* The largest value of a rule's strings counts. */
enum vsys_match {
	VSYS_MATCH_NO,
	VSYS_MATCH_UNKNOWN,	/* the string is absent */
	VSYS_MATCH_YES,
};

const struct vsys_tap *vsys_match_tap(const struct vsys_vcpu *v, const struct vsys_rule_own *r);
bool vsys_match_simple(struct vsys_vcpu *v, struct vsys_call *call);
bool vsys_match_idle(const struct vsys_vcpu *v, struct vsys_call *call);
void vsys_match_task(struct vsys_vcpu *v);
void vsys_match_entry(struct vsys_vcpu *v, struct vsys_call *call);
enum vsys_match vsys_match_glob(const struct vsys_vcpu *v, const struct vsys_rule_own *r, u32 *arg);
bool vsys_match_select(struct vsys_rule_own *r);
void vsys_match_return(const struct vsys_vcpu *v, struct vsys_call *call, u64 result);

#endif /* VSYS_MATCH_H */
