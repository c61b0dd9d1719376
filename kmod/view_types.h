/* SPDX-License-Identifier: GPL-2.0 */
/* The profiles by which sessions see a vCPU, see view.c. */
#ifndef VSYS_VIEW_TYPES_H
#define VSYS_VIEW_TYPES_H

#include <linux/types.h>
#include <linux/vsyscalls.h>

#include "capture.h"
#include "pending.h"

struct vsys_charge;
struct vsys_profile;

/* What a vCPU's calls are to the sessions of one profile; changed under vsys_lock. */
struct vsys_view {
	const struct vsys_profile *profile;
	u16 index;		/* of the profile */
	u64 space_mask;		/* bits of the page-table root that identify a space */
	u32 judges[VSYS_DOOR_NR];	/* by door: the bits of a verdict that count here */
};

/*
 * A view beside the vCPU's first one.  Used on the vCPU's thread, where sleeping is allowed;
 * its calls pend in the machine's table only.
 */
struct vsys_other {
	struct vsys_view view;
	struct vsys_other *next;
	struct vsys_charge *charge;	/* of its memory */
	bool here;		/* @call is the one that traps */
	struct vsys_call call;
	struct vsys_capture_ctx capture;
};

#endif /* VSYS_VIEW_TYPES_H */
