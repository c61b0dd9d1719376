/* SPDX-License-Identifier: GPL-2.0 */
/* Pending calls that may leave their address space, for leave.c. */
#ifndef VSYS_LEAVE_TYPES_H
#define VSYS_LEAVE_TYPES_H

#include "pending.h"

enum { VSYS_LEAVERS = 16 };	/* at a time; the oldest goes first */

struct vsys_vcpu;

/* A copy of such a call while it pends. */
struct vsys_leaver {
	struct vsys_call call;
	const struct vsys_vcpu *by;	/* about to make it, or NULL: it is made */
	bool late;			/* its captures are due */
};

/* What the vCPUs of the machine exit for meanwhile: vsys_vcpu.leave_pends. */
enum {
	VSYS_LEAVE_RETURN = 1 << 0,	/* IRET */
	VSYS_LEAVE_SPACE = 1 << 1,	/* loads of the page-table root */
};

/* Part of a machine. */
struct vsys_leave {
	raw_spinlock_t lock;
	u32 used;	/* bit mask of @at */
	struct vsys_leaver at[VSYS_LEAVERS];
};

#endif /* VSYS_LEAVE_TYPES_H */
