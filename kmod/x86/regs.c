// SPDX-License-Identifier: GPL-2.0
/* Registers of a stopped call, by the uapi's numbers: read, check, write; see arch.h. */
#include "arch.h"
#include "rewrite/types.h"
#include "vcpu.h"
#include "x86/emulate.h"
#include "x86/regs.h"

/* VSYS_X86_* are in the order of VCPU_REGS_*, which is the encoding's. */
static_assert((int)VSYS_X86_RCX == VCPU_REGS_RCX && (int)VSYS_X86_RSP == VCPU_REGS_RSP &&
	      (int)VSYS_X86_RDI == VCPU_REGS_RDI && (int)VSYS_X86_R15 == VCPU_REGS_R15);

/* The bits of RFLAGS that a session may change. */
#define FLAGS	(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF | X86_EFLAGS_ZF | \
	       X86_EFLAGS_SF | X86_EFLAGS_DF | X86_EFLAGS_OF)

void vsys_regs_read(const struct vsys_stop *stop, u64 *regs)
{
	const unsigned long *gpr = stop->v->vcpu->arch.regs;
	int i;

	for (i = 0; i < VSYS_X86_RIP; i++)
		regs[i] = gpr[i];
	regs[VSYS_X86_RFLAGS] = stop->st->rflags & ~X86_EFLAGS_RF;
	if (stop->at == VSYS_AT_ENTRY) {
		regs[VSYS_X86_RSP] = stop->st->rsp;
		regs[VSYS_X86_RIP] = stop->st->rip;
	} else {
		regs[VSYS_X86_RSP] = stop->back->sp;
		regs[VSYS_X86_RIP] = stop->back->pc;
	}
}

u64 vsys_regs_owned(const struct vsys_stop *stop)
{
	u32 high = stop->st->code64 ? 0 : GENMASK(VSYS_X86_R15, VSYS_X86_R8);

	if (stop->at == VSYS_AT_RETURN)
		return BIT(VSYS_X86_RSP) | BIT(VSYS_X86_RIP) | BIT(VSYS_X86_RFLAGS) |
		       BIT(VSYS_X86_RCX) | BIT(VSYS_X86_RDX) | BIT(VSYS_X86_R11);
	if (stop->call->door == VSYS_DOOR_SYSCALL)
		return BIT(VSYS_X86_RCX) | BIT(VSYS_X86_R11) | high;
	/* INT n may be executed again, at the same address. */
	return high | (vsys_call_by_int(stop->call) ? BIT(VSYS_X86_RIP) : 0);
}

bool vsys_regs_valid(const struct vsys_stop *stop, int reg, u64 value)
{
	if (reg == VSYS_X86_RFLAGS)
		return !((value ^ stop->st->rflags) & ~(u64)(FLAGS | X86_EFLAGS_RF));
	if (!stop->st->code64)
		return value <= U32_MAX;
	return reg != VSYS_X86_RIP || vsys_canonical(stop->st->cr4, value);
}

void vsys_regs_write(struct vsys_stop *stop, int reg, u64 value)
{
	struct vsys_state *st = stop->st;

	switch (reg) {
	case VSYS_X86_RIP:
		st->rip = value;
		break;
	case VSYS_X86_RFLAGS:
		st->rflags = (st->rflags & ~(u64)FLAGS) | (value & FLAGS);
		break;
	case VSYS_X86_RSP:
		st->rsp = value;
		vsys_regs_set_sp(stop->v->vcpu, value);
		break;
	default:
		stop->v->vcpu->arch.regs[reg] = value;
	}
	if (stop->at == VSYS_AT_ENTRY)
		stop->call->key.sp = vsys_abi_sp(stop->v, stop->v->view, stop->call->door,
						 vsys_state_call_sp(st, stop->call->door));
}
