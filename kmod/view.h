/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_VIEW_H
#define VSYS_VIEW_H

#include "view_switch.h"

struct vsys_other *vsys_view_new(u32 profile, struct vsys_charge *charge);
void vsys_view_drop(struct vsys_other *o);
void vsys_view_add(struct vsys_vcpu *v, struct vsys_other *o);
bool vsys_views_tidy(struct vsys_vcpu *v);
void vsys_views_free(struct vsys_vcpu *v);
void vsys_views_call(struct vsys_vcpu *v, const struct vsys_state *st, u64 root);
void vsys_views_key(struct vsys_vcpu *v, const struct vsys_state *st);
void vsys_views_limit(struct vsys_vcpu *v, u32 bytes);

#endif /* VSYS_VIEW_H */
