// SPDX-License-Identifier: GPL-2.0
/* Have Linux read a word of a program's memory, and make the program's call again; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"

/* rt_sigprocmask() with a @how that does not exist; see x86/touch.c. */
enum { TOUCH_NR64 = 135, TOUCH_NR32 = 175, TOUCH_HOW = -1, TOUCH_BYTES = 8 };

/* The registers of number and arguments. */
static const u8 regs64[VSYS_TOUCH_REGS] = { VSYS_ARM64_NUMBER, 0, 1, 2, 3 };
static const u8 regs32[VSYS_TOUCH_REGS] = { VSYS_ARM_NUMBER, 0, 1, 2, 3 };

static const u8 *touch_regs(const struct vsys_call *call)
{
	return vsys_abi_is_32(call->abi) ? regs32 : regs64;
}

bool vsys_touch_call(struct vsys_stop *stop, u64 addr)
{
	struct vsys_call *call = stop->call;
	const u64 values[VSYS_TOUCH_REGS] = {
		vsys_abi_is_32(call->abi) ? TOUCH_NR32 : TOUCH_NR64, (u32)TOUCH_HOW,
		addr & ~(TOUCH_BYTES - 1ULL), 0, TOUCH_BYTES,
	};
	unsigned long *reg;
	int i;

	/* The SVC would execute twice of an IT block. */
	if (!stop->st->code64 && stop->st->pstate & PSR_AA32_IT_MASK)
		return false;
	for (i = 0; i < VSYS_TOUCH_REGS; i++) {
		reg = vsys_abi_reg(stop->v->vcpu, touch_regs(call)[i]);
		call->args[i] = *reg;
		*reg = values[i];
	}
	stop->st->rip -= stop->len;	/* the address of the next instruction goes to ELR */
	return true;
}

void vsys_touch_restore(struct vsys_vcpu *v, const struct vsys_call *call)
{
	int i;

	for (i = 0; i < VSYS_TOUCH_REGS; i++)
		*vsys_abi_reg(v->vcpu, touch_regs(call)[i]) = call->args[i];
}
