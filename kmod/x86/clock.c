// SPDX-License-Identifier: GPL-2.0
/* The time of records: two of them are made for each call. */
#include <linux/math64.h>
#include <linux/time64.h>

#include "x86/clock.h"

struct vsys_clock vsys_clock;

/* Lay the line through now; called while no vCPU is traced. */
void vsys_clock_set(void)
{
	struct vsys_clock c = {};

	if (!check_tsc_unstable() && tsc_khz) {
		c.mult = div_u64((u64)NSEC_PER_MSEC << 32, tsc_khz);
		preempt_disable();
		c.tsc = rdtsc();
		c.ns = sched_clock();
		preempt_enable();
	}
	vsys_clock = c;
}
