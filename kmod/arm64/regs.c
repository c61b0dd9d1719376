// SPDX-License-Identifier: GPL-2.0
/* Registers of a stopped call, by the uapi's numbers; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"

/* The flags that a session may change: N, Z, C, V; Q and GE belong to AArch32. */
#define FLAGS	GENMASK_ULL(31, 28)

static struct user_pt_regs *regs_of(const struct vsys_stop *stop)
{
	return &stop->v->vcpu->arch.ctxt.regs;
}

void vsys_regs_read(const struct vsys_stop *stop, u64 *regs)
{
	int i;

	for (i = 0; i < VSYS_ARM64_SP; i++)
		regs[i] = regs_of(stop)->regs[i];
	regs[VSYS_ARM64_SP] = stop->st->rsp;
	regs[VSYS_ARM64_PC] = stop->st->rip;
	regs[VSYS_ARM64_PSTATE] = stop->st->pstate;
}

u64 vsys_regs_owned(const struct vsys_stop *stop)
{
	u64 ours = BIT_ULL(VSYS_ARM64_SP) | BIT_ULL(VSYS_ARM64_PC) | BIT_ULL(VSYS_ARM64_PSTATE);

	if (stop->at == VSYS_AT_RETURN)
		return ours;
	/* R13 is the stack pointer; what is above R14 belongs to other modes. */
	return stop->st->code64 ? 0 : GENMASK_ULL(30, 15) | BIT_ULL(13);
}

bool vsys_regs_valid(const struct vsys_stop *stop, int reg, u64 value)
{
	if (reg == VSYS_ARM64_PSTATE)
		return !((value ^ stop->st->pstate) & ~FLAGS);
	return stop->st->code64 || value <= U32_MAX;
}

void vsys_regs_write(struct vsys_stop *stop, int reg, u64 value)
{
	switch (reg) {
	case VSYS_ARM64_PC:
		stop->st->rip = value;
		break;
	case VSYS_ARM64_SP:
		stop->st->rsp = value;
		stop->call->key.sp = value;
		break;
	case VSYS_ARM64_PSTATE:
		stop->st->pstate = value;
		break;
	default:
		regs_of(stop)->regs[reg] = value;
	}
}
