/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_TRAP_H
#define VSYS_TRAP_H

#include "vcpu.h"
#include "x86/emulate.h"

void vsys_trap_fetch(struct vsys_vcpu *v, u64 at, u32 room, bool code64);
bool vsys_trap_usual(struct vsys_vcpu *v, u32 bytes, bool code64);
enum vsys_trap vsys_trap_refetch(struct vsys_vcpu *v, u64 rip);
bool vsys_trap_iret_target(struct vsys_vcpu *v, const struct vsys_state *st,
			   struct vsys_key *back);
enum vsys_trap vsys_trap_reflect(struct vsys_vcpu *v, u8 vector, u32 error);
enum vsys_trap vsys_trap_fault(struct vsys_vcpu *v, enum vsys_outcome out);

#endif /* VSYS_TRAP_H */
