/* SPDX-License-Identifier: GPL-2.0 */
/* Strict rules: a call waits for its absent string. */
#ifndef VSYS_TOUCH_H
#define VSYS_TOUCH_H

#include "rewrite/types.h"

struct vsys_call;
struct vsys_vcpu;

enum vsys_stop_end vsys_touch_begin(struct vsys_stop *stop);
void vsys_touch_apply(struct vsys_vcpu *v, const struct vsys_call *call, u64 addr);
void vsys_touch_restore(struct vsys_vcpu *v, const struct vsys_call *call);
void vsys_touch_end(struct vsys_vcpu *v, struct vsys_call *call);

#endif /* VSYS_TOUCH_H */
