// SPDX-License-Identifier: GPL-2.0
/* Have Linux read a word of a program's memory, and make the program's call again; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"

/*
 * rt_sigprocmask() with a @how that does not exist: EINVAL when it has read the mask.  All
 * kernels have it, it changes nothing, and programs that may make other calls may make it.
 */
enum { TOUCH_NR = 14, TOUCH_HOW = -1, TOUCH_BYTES = 8 };

bool vsys_touch_call(struct vsys_stop *stop, u64 addr)
{
	unsigned long *regs = stop->v->vcpu->arch.regs;
	const struct vsys_call *call = stop->call;

	if (call->abi != VSYS_ABI_LINUX_X86_64 || stop->len != VSYS_TOUCH_LEN ||
	    regs[VCPU_REGS_RAX] != call->nr)
		return false;
	regs[VCPU_REGS_RAX] = TOUCH_NR;
	regs[VCPU_REGS_RDI] = TOUCH_HOW;
	regs[VCPU_REGS_RSI] = addr & ~(TOUCH_BYTES - 1ULL);
	regs[VCPU_REGS_RDX] = 0;
	regs[VCPU_REGS_R10] = TOUCH_BYTES;
	stop->st->rip -= stop->len;	/* the address of the next instruction goes to RCX */
	return true;
}

void vsys_touch_restore(struct vsys_vcpu *v, const struct vsys_call *call)
{
	int i;

	v->vcpu->arch.regs[VCPU_REGS_RAX] = call->nr;
	for (i = 0; i < VSYS_TOUCH_REGS; i++)
		v->vcpu->arch.regs[vsys_abi_place(v, call, i, NULL)] = call->args[i];
}
