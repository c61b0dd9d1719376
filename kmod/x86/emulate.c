// SPDX-License-Identifier: GPL-2.0
/*
 * SYSENTER and SYSEXIT, as the manuals have them: SDM vol. 2, SYSENTER and
 * SYSEXIT; APM vol. 3, SYSENTER and SYSEXIT.
 */
#include "x86/emulate.h"

/**
 * vsys_emulate_sysenter() - do SYSENTER
 * @st: the state at the instruction, changed
 * @cs: MSR SYSENTER_CS, not null
 * @esp: MSR
 * @eip: MSR
 */
void vsys_emulate_sysenter(struct vsys_state *st, u64 cs, u64 esp, u64 eip)
{
	st->rip = st->lma ? eip : (u32)eip;
	st->rsp = st->lma ? esp : (u32)esp;
	st->rflags &= ~(X86_EFLAGS_VM | X86_EFLAGS_IF | X86_EFLAGS_RF);
	st->cs = cs & 0xfffc;
	st->cs_attr = st->lma ? VSYS_AR_CODE64 : VSYS_AR_CODE32;
	st->ss = st->cs + 8;
	st->ss_attr = VSYS_AR_DATA;
	st->ss_keep = false;
	st->cpl = 0;
}

/**
 * vsys_emulate_sysexit() - do SYSEXIT
 * @st: the state at the instruction, changed
 * @rex_w: to 64-bit code
 * @cs: MSR SYSENTER_CS, not null
 * @rcx: the register
 * @rdx: the register
 *
 * Return: how it ends; nothing has changed with VSYS_GP.
 */
enum vsys_outcome vsys_emulate_sysexit(struct vsys_state *st, bool rex_w, u64 cs,
				       u64 rcx, u64 rdx)
{
	if (st->cpl)
		return VSYS_GP;
	rex_w &= st->code64;
	if (rex_w && !(vsys_canonical(st->cr4, rcx) && vsys_canonical(st->cr4, rdx)))
		return VSYS_GP;
	st->rip = rex_w ? rdx : (u32)rdx;
	st->rsp = rex_w ? rcx : (u32)rcx;
	st->rflags &= ~X86_EFLAGS_RF;
	st->cs = ((cs & 0xfffc) + (rex_w ? 32 : 16)) | 3;
	st->cs_attr = (rex_w ? VSYS_AR_CODE64 : VSYS_AR_CODE32) | VSYS_AR_DPL3;
	st->ss = st->cs + 8;
	st->ss_attr = VSYS_AR_DATA | VSYS_AR_DPL3;
	st->ss_keep = false;
	st->cpl = 3;
	return VSYS_DONE;
}
