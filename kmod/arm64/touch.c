// SPDX-License-Identifier: GPL-2.0
/* How a program makes another call in place of its own; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"

enum { RT_SIGPROCMASK64 = 135, RT_SIGPROCMASK32 = 175 };

u32 vsys_touch_number(const struct vsys_call *call, int *reg)
{
	*reg = vsys_abi_is_32(call->abi) ? VSYS_ARM_NUMBER : VSYS_ARM64_NUMBER;
	return vsys_abi_is_32(call->abi) ? RT_SIGPROCMASK32 : RT_SIGPROCMASK64;
}

bool vsys_touch_door(struct vsys_stop *stop, u64 addr)
{
	/* The SVC would execute twice of an IT block. */
	if (!stop->st->code64 && stop->st->pstate & PSR_AA32_IT_MASK)
		return false;
	stop->st->rip -= stop->len;	/* the address of the next instruction goes to ELR */
	return true;
}
