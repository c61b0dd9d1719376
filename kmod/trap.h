/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TRAP_H
#define VSYS_TRAP_H

#include "emulate.h"
#include "vcpu.h"

void vsys_trap_fetch(struct vsys_vcpu *v, const struct vsys_state *st);
enum vsys_trap vsys_trap_refetch(struct vsys_vcpu *v,
				 const struct vsys_state *st);
enum vsys_trap vsys_trap_fault(struct vsys_vcpu *v, enum vsys_outcome out);
bool vsys_trap_capture_entry(struct vsys_vcpu *v);
bool vsys_trap_capture_return(struct vsys_vcpu *v, u64 result);

#endif /* VSYS_TRAP_H */
