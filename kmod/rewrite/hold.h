/* SPDX-License-Identifier: GPL-2.0 */
/* Held calls: their vCPUs wait for a session. */
#ifndef VSYS_HOLD_H
#define VSYS_HOLD_H

#include "rewrite/types.h"

/* On the vCPU's thread. */
u32 vsys_hold_call(struct vsys_stop *stop, struct vsys_session *s,
		   const struct vsys_hold_terms *terms);

/* On any thread. */
void vsys_hold_cancel(struct vsys_vcpu *v, const struct vsys_session *s);
u64 vsys_hold_first(const struct vsys_session *s);
void vsys_hold_give(const struct vsys_session *s, u64 id);
int vsys_hold_submit(struct vsys_session *s, u64 id, struct vsys_hold_request *rq);
void vsys_hold_request_put(struct vsys_hold_request *rq);

#endif /* VSYS_HOLD_H */
