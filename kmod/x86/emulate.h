/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SYSCALL and SYSRET, as the manuals have them: SDM vol. 2, SYSCALL and
 * SYSRET; APM vol. 3, SYSCALL and SYSRET.  Registers only, neither memory nor sessions.
 * Inline in both copies of run_tmpl.h; the less common instructions are in emulate.c.
 */
#ifndef VSYS_EMULATE_H
#define VSYS_EMULATE_H

#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "x86/insn.h"
#include "x86/paging_types.h"
#include "x86/vendor.h"

/* How an instruction ends. */
enum vsys_outcome {
	VSYS_NOT_OURS,		/* undefined here, unless KVM's emulator knows better */
	VSYS_DONE,
	VSYS_GP,		/* nothing changes, #GP(0) */
};

/* Attributes of flat segments in the layout of vsys_state. */
enum {
	VSYS_AR_CODE64 = 0xa09b,
	VSYS_AR_CODE32 = 0xc09b,
	VSYS_AR_DATA = 0xc093,
	VSYS_AR_DPL3 = 0x60,
};

/* SDM vol. 2, SYSRET: RFLAGS := (R11 & 3C7FD7H) | 2. */
#define VSYS_SYSRET_FLAGS 0x3c7fd7ULL

/* Differences between the vendors, constant in each copy of run_tmpl.h. */
struct vsys_quirks {
	bool syscall32;		/* both exist outside 64-bit mode (APM vol. 3) */
	bool gp_early;		/* SYSRET to a non-canonical address faults
				 * before (SDM vol. 2), not after (APM vol. 3)
				 */
	bool keeps_ss;		/* SYSRET loads SS's selector only (APM vol. 3) */
};

/**
 * vsys_emulate_check() - how would SYSCALL or SYSRET end?
 * @st: the state at the instruction, with EFER.SCE
 * @insn: the instruction
 * @rcx: the register
 * @q: of the CPU
 */
static __always_inline enum vsys_outcome
vsys_emulate_check(const struct vsys_state *st, const struct vsys_insn *insn,
		   u64 rcx, const struct vsys_quirks *q)
{
	if (unlikely(!st->code64) && (!q->syscall32 || st->rflags & X86_EFLAGS_VM))
		return VSYS_NOT_OURS;
	if (insn->op == VSYS_OP_SYSCALL)
		return VSYS_DONE;
	if (unlikely(st->cpl))
		return VSYS_GP;
	/* Elsewhere the next fetch faults, after a trap or interrupt that is due before it. */
	if (q->gp_early && st->code64 && insn->rex_w && unlikely(!vsys_canonical(st->cr4, rcx)))
		return VSYS_GP;
	return VSYS_DONE;
}

/**
 * vsys_emulate_syscall() - do SYSCALL
 * @st: the state at the instruction, changed
 * @len: bytes of the instruction
 * @rcx: out: the register
 * @r11: out: the register
 * @star: MSR
 * @target: LSTAR; CSTAR in compatibility mode; not used in legacy mode
 * @sfmask: MSR
 */
static __always_inline void
vsys_emulate_syscall(struct vsys_state *st, u8 len, unsigned long *rcx,
		     unsigned long *r11, u64 star, u64 target, u64 sfmask)
{
	u64 next = st->rip + len;

	*rcx = likely(st->code64) ? next : (u32)next;
	st->cs = (star >> 32) & 0xfffc;
	if (likely(st->lma)) {
		/* The #UD exit set RF in the saved flags; SYSCALL clears it in R11. */
		*r11 = st->rflags & ~X86_EFLAGS_RF;
		st->rip = target;
		st->rflags &= ~(sfmask | X86_EFLAGS_RF);
		st->rflags |= X86_EFLAGS_FIXED;
		st->cs_attr = VSYS_AR_CODE64;
	} else {
		st->rip = (u32)star;
		st->rflags &= ~(X86_EFLAGS_VM | X86_EFLAGS_IF | X86_EFLAGS_RF);
		st->cs_attr = VSYS_AR_CODE32;
	}
	st->ss = (star >> 32) + 8;	/* its RPL is not forced to 0 */
	st->ss_attr = VSYS_AR_DATA;
	st->ss_keep = false;
	st->cpl = 0;
}

/**
 * vsys_emulate_sysret() - do SYSRET
 * @st: the state at the instruction, changed
 * @rex_w: with a 64-bit operand
 * @rcx: the register
 * @r11: the register
 * @star: MSR
 * @q: of the CPU
 */
static __always_inline void
vsys_emulate_sysret(struct vsys_state *st, bool rex_w, u64 rcx, u64 r11,
		    u64 star, const struct vsys_quirks *q)
{
	u16 base = star >> 48;

	/* Outside 64-bit mode only IF changes, APM vol. 3. */
	if (likely(st->code64))
		st->rflags = (r11 & VSYS_SYSRET_FLAGS) | X86_EFLAGS_FIXED;
	else
		st->rflags = (st->rflags & ~X86_EFLAGS_RF) | X86_EFLAGS_IF;
	if (likely(st->code64 && rex_w)) {
		st->rip = rcx;
		st->cs = (base + 16) | 3;
		st->cs_attr = VSYS_AR_CODE64 | VSYS_AR_DPL3;
	} else {
		st->rip = (u32)rcx;
		st->cs = base | 3;
		st->cs_attr = VSYS_AR_CODE32 | VSYS_AR_DPL3;
	}
	st->ss = (base + 8) | 3;
	st->ss_attr = VSYS_AR_DATA | VSYS_AR_DPL3;
	st->ss_keep = q->keeps_ss;
	st->cpl = 3;
}

void vsys_emulate_sysenter(struct vsys_state *st, u64 cs, u64 esp, u64 eip);
enum vsys_outcome vsys_emulate_sysexit(struct vsys_state *st, bool rex_w, u64 cs,
				       u64 rcx, u64 rdx);

#endif /* VSYS_EMULATE_H */
