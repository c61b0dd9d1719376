/* SPDX-License-Identifier: GPL-2.0 */
/* Types that struct vsys_vcpu embeds, and the guest's state. */
#ifndef VSYS_VENDOR_H
#define VSYS_VENDOR_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

#include "compat/compat.h"

/*
 * The guest's state that a call and its return read and write, without the general
 * registers, which are in kvm_vcpu.arch.ctxt.
 */
struct vsys_state {
	u64 rip;	/* PC */
	u64 rsp;	/* stack pointer of the program: SP_EL0, or R13 */
	u64 pstate;
	u64 ttbr0;
	u64 space;	/* identifies the address space, for vsys_key */
	bool code64;	/* the program is in AArch64 state */
};

/* The stack pointer that the caller has again after a call. */
static inline u64 vsys_state_call_sp(const struct vsys_state *st, u8 door)
{
	return st->rsp;
}

/* The address space, of the bits in @mask. */
static inline u64 vsys_state_space(const struct vsys_state *st, u64 mask)
{
	return st->ttbr0 & mask;
}

/* The registers that say where a door leads. */
enum vsys_msr {
	VSYS_MSR_VBAR,
	VSYS_MSRS,
};

/* What other architectures keep for a vCPU. */
enum { VSYS_INSN_MAX = 4 };

struct vsys_insn {};
struct vsys_armed {};
struct vsys_int {};

#endif /* VSYS_VENDOR_H */
