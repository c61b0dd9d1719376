/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_KIND_H
#define VSYS_KIND_H

#include <linux/types.h>

struct vsys_call;
struct vsys_vcpu;
struct vsys_view;

void vsys_kind_find(const struct vsys_vcpu *v, const struct vsys_view *view,
		    struct vsys_call *call, bool code64);
void vsys_kind_edited(struct vsys_vcpu *v, struct vsys_call *call, bool code64);
u8 vsys_kind_rings(const struct vsys_view *view, const struct vsys_call *call);
bool vsys_kind_strings(const struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_kind_prepare(struct vsys_vcpu *v);

#endif /* VSYS_KIND_H */
