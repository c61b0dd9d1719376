// SPDX-License-Identifier: GPL-2.0
/* Number, arguments and result of a call, by door; see arch.h. */
#include "arch.h"
#include "numbers.h"
#include "vcpu.h"

enum {
	ARGS64 = 6,	/* x0 to x5 */
	ARGS32 = 7,	/* r0 to r6 */
};

static u32 most_args(u8 abi)
{
	return vsys_abi_is_32(abi) ? ARGS32 : ARGS64;
}

void vsys_abi_identify(const struct vsys_profile *p, struct vsys_call *call, bool code64)
{
	call->abi = code64 ? VSYS_ABI_LINUX_ARM64 : VSYS_ABI_LINUX_ARM;
	call->info = vsys_numbers_call(p, call->abi, call->nr);
	call->nargs = call->info & VSYS_CALL_KNOWN ? call->info & VSYS_CALL_NARGS : ARGS64;
}

u64 vsys_abi_sp(struct vsys_vcpu *v, const struct vsys_view *view, u8 door, u64 sp)
{
	return sp;
}

bool vsys_abi_args(struct vsys_vcpu *v, struct vsys_call *call)
{
	const struct user_pt_regs *regs = &v->vcpu->arch.ctxt.regs;
	u32 i, n = min_t(u32, call->nargs, most_args(call->abi));

	for (i = 0; i < max_t(u32, n, VSYS_ARGS); i++)
		call->args[i] = i < n ? regs->regs[i] & vsys_abi_mask(call->abi) : 0;
	call->valid = n;
	return n == call->nargs;
}

int vsys_abi_place(const struct vsys_vcpu *v, const struct vsys_call *call, u32 arg,
		   u64 *addr)
{
	return arg;
}

bool vsys_abi_failed(const struct vsys_call *call, u64 result)
{
	if (vsys_abi_is_32(call->abi))
		return (u32)result >= (u32)-4095;
	return result >= (u64)-4095;
}
