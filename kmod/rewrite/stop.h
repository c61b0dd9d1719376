/* SPDX-License-Identifier: GPL-2.0 */
/* Rules and holds at one stop of a call, at its entry or its return. */
#ifndef VSYS_STOP_H
#define VSYS_STOP_H

#include "rewrite/types.h"

enum vsys_stop_end vsys_stop_entry(struct vsys_vcpu *v, struct vsys_state *st,
				   u64 root, u8 len);
enum vsys_stop_end vsys_stop_return(struct vsys_vcpu *v, struct vsys_state *st,
				    struct vsys_call *call, u64 root,
				    const struct vsys_key *back);
int vsys_stop_verdict(struct vsys_stop *stop, u32 verdict, u64 result);

#endif /* VSYS_STOP_H */
