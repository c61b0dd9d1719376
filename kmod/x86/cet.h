/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow stacks and indirect-branch tracking (CET) at SYSCALL, SYSENTER and their returns:
 * SDM vol. 2, these instructions, vol. 1, chapter 17; APM vol. 2, chapter 18.  INT n and
 * IRET are executed by the CPU.
 */
#ifndef VSYS_CET_H
#define VSYS_CET_H

#include <linux/types.h>

/* U_CET and S_CET */
enum {
	VSYS_CET_SHSTK = 1 << 0,
	VSYS_CET_ENDBR = 1 << 2,
	VSYS_CET_SUPPRESS = 1 << 10,
	VSYS_CET_TRACKER = 1 << 11,	/* the next instruction must be ENDBRANCH */
};

/* The guest's state that these instructions read and write; U_CET is not changed. */
struct vsys_cet {
	u64 u_cet;
	u64 s_cet;
	u64 ssp;
	u64 pl3_ssp;
};

/**
 * vsys_cet_enter() - what SYSCALL and SYSENTER do
 * @cet: changed
 * @cpl: the privilege level before
 * @width: bits of a linear address, the most that the CPU has
 */
static inline void vsys_cet_enter(struct vsys_cet *cet, u8 cpl, int width)
{
	if ((cpl == 3 ? cet->u_cet : cet->s_cet) & VSYS_CET_SHSTK)
		cet->pl3_ssp = (s64)(cet->ssp << (64 - width)) >> (64 - width);
	if (cet->s_cet & VSYS_CET_SHSTK)
		cet->ssp = 0;
	if (cet->s_cet & VSYS_CET_ENDBR)
		cet->s_cet = (cet->s_cet | VSYS_CET_TRACKER) & ~(u64)VSYS_CET_SUPPRESS;
}

/**
 * vsys_cet_leave() - what SYSRET and SYSEXIT do
 * @cet: changed
 */
static inline void vsys_cet_leave(struct vsys_cet *cet)
{
	if (cet->u_cet & VSYS_CET_SHSTK)
		cet->ssp = cet->pl3_ssp;
}

/**
 * vsys_cet_change() - change @cet, U_CET and PL3_SSP as these instructions do
 * @cet: with s_cet and ssp of the guest, which the vendor keeps; changed
 * @from: the privilege level before
 * @to: the level after; not 0: a return
 *
 * With interrupts off, on the vCPU's thread.
 */
void vsys_cet_change(struct vsys_cet *cet, u8 from, u8 to);

#endif /* VSYS_CET_H */
