// SPDX-License-Identifier: GPL-2.0
/*
 * SYSCALL and SYSRET, as the manuals have them: SDM vol. 2, SYSCALL and
 * SYSRET; APM vol. 3, SYSCALL and SYSRET.  Knows registers only: neither
 * memory nor sessions.
 */
#include "emulate.h"
#include "vcpu.h"

/* Attributes of flat segments in the layout of vsys_state. */
enum {
	CODE64 = 0xa09b,
	CODE32 = 0xc09b,
	DATA = 0xc093,
	DPL3 = 0x60,
};

/* SDM vol. 2, SYSRET: RFLAGS := (R11 & 3C7FD7H) | 2. */
#define SYSRET_FLAGS 0x3c7fd7ULL

static bool code64(const struct vsys_state *st)
{
	return st->efer & EFER_LMA && st->cs_attr & VSYS_AR_L;
}

static unsigned long *reg(struct vsys_vcpu *v, int nr)
{
	return &v->vcpu->arch.regs[nr];
}

/**
 * vsys_emulate_check() - what v->insn would do in v->state
 * @v: the vCPU, stopped at the instruction; nothing is changed
 */
enum vsys_outcome vsys_emulate_check(struct vsys_vcpu *v)
{
	const struct vsys_state *st = &v->state;

	/* A guest that did not ask for these instructions gets its #UD. */
	if (!(st->efer & EFER_SCE) || !(st->efer & EFER_LMA) ||
	    st->rflags & X86_EFLAGS_VM)
		return VSYS_NOT_OURS;
	if (!code64(st) && !vsys_vendor.syscall32)
		return VSYS_NOT_OURS;
	if (v->insn.op == VSYS_OP_SYSCALL)
		return VSYS_DONE;
	if (st->cpl)
		return VSYS_GP;
	if (code64(st) && v->insn.rex_w &&
	    !vsys_mem_canonical(st, *reg(v, VCPU_REGS_RCX)))
		return vsys_vendor.sysret_gp_early ? VSYS_GP : VSYS_DONE_GP;
	return VSYS_DONE;
}

static void syscall(struct vsys_vcpu *v)
{
	struct vsys_state *st = &v->state;
	bool is64 = code64(st);
	u64 star = static_call(vsys_msr)(v, VSYS_MSR_STAR);
	u64 next = st->rip + v->insn.len;

	/* The #UD exit set RF in the saved flags; SYSCALL clears it in R11. */
	*reg(v, VCPU_REGS_RCX) = is64 ? next : (u32)next;
	*reg(v, VCPU_REGS_R11) = st->rflags & ~X86_EFLAGS_RF;
	st->rip = static_call(vsys_msr)(v, is64 ? VSYS_MSR_LSTAR : VSYS_MSR_CSTAR);
	st->rflags &= ~(static_call(vsys_msr)(v, VSYS_MSR_SFMASK) | X86_EFLAGS_RF);
	st->rflags |= X86_EFLAGS_FIXED;
	st->cs = (star >> 32) & 0xfffc;
	st->cs_attr = CODE64;
	st->ss = (star >> 32) + 8;	/* its RPL is not forced to 0 */
	st->ss_attr = DATA;
	st->ss_keep = false;
	st->cpl = 0;
}

static void sysret(struct vsys_vcpu *v)
{
	struct vsys_state *st = &v->state;
	u64 star = static_call(vsys_msr)(v, VSYS_MSR_STAR);
	u64 rcx = *reg(v, VCPU_REGS_RCX);
	u16 base = star >> 48;

	/* Outside 64-bit mode only IF changes, APM vol. 3. */
	if (code64(st))
		st->rflags = (*reg(v, VCPU_REGS_R11) & SYSRET_FLAGS) |
			     X86_EFLAGS_FIXED;
	else
		st->rflags = (st->rflags & ~X86_EFLAGS_RF) | X86_EFLAGS_IF;
	if (code64(st) && v->insn.rex_w) {
		st->rip = rcx;
		st->cs = (base + 16) | 3;
		st->cs_attr = CODE64 | DPL3;
	} else {
		st->rip = (u32)rcx;
		st->cs = base | 3;
		st->cs_attr = CODE32 | DPL3;
	}
	st->ss = (base + 8) | 3;
	st->ss_attr = DATA | DPL3;
	st->ss_keep = vsys_vendor.sysret_keeps_ss;
	st->cpl = 3;
}

/**
 * vsys_emulate() - do v->insn, in v->state and the vCPU's registers
 * @v: the vCPU, stopped at the instruction, its v->state to be stored after
 *
 * Return: as vsys_emulate_check(), and VSYS_DONE_DB: the trap after either
 * instruction is judged by the RFLAGS.TF that it loads.
 */
enum vsys_outcome vsys_emulate(struct vsys_vcpu *v)
{
	enum vsys_outcome out = vsys_emulate_check(v);

	if (out == VSYS_NOT_OURS || out == VSYS_GP)
		return out;
	if (v->insn.op == VSYS_OP_SYSCALL)
		syscall(v);
	else
		sysret(v);
	if (out == VSYS_DONE && v->state.rflags & X86_EFLAGS_TF)
		return VSYS_DONE_DB;
	return out;
}
