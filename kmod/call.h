/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CALL_H
#define VSYS_CALL_H

#include "arch.h"
#include "profile.h"
#include "vcpu.h"

/*
 * Does Linux make the call again?  The vDSO has an INT 80h right before the place that
 * calls by its other doors return to; EAX is the number then, and no result.
 */
static inline bool vsys_call_restarts(struct vsys_vcpu *v, const struct vsys_call *call,
				      const struct vsys_key *back)
{
	u16 insn;

	return !call->key.pc && call->abi == VSYS_ABI_LINUX_I386 &&
	       call->key.space == back->space &&
	       vsys_mem_read(&v->mem, back->pc, &insn, sizeof(insn)) == sizeof(insn) &&
	       insn == 0x80cd;
}

/* Is a return to @back with @result not yet the call's?  A child may return before. */
static inline bool vsys_call_goes_on(struct vsys_vcpu *v, const struct vsys_call *call,
				     const struct vsys_key *back, u64 result)
{
	return (call->info & VSYS_CALL_TWICE && !result) || vsys_call_restarts(v, call, back);
}

bool vsys_call_prepare(struct vsys_vcpu *v, struct vsys_call *call);
bool vsys_call_capture_target(struct vsys_vcpu *v, const struct vsys_key *back, u64 root,
			      bool atomic);
bool vsys_call_capture_late(struct vsys_vcpu *v, struct vsys_call *call);
bool vsys_call_capture_return(struct vsys_vcpu *v, struct vsys_call *call, u64 result);

#endif /* VSYS_CALL_H */
