// SPDX-License-Identifier: GPL-2.0
/* Timestamps of records.  Each call takes two, so they must be cheap. */
#include <linux/math64.h>
#include <linux/time64.h>

#include "x86/clock.h"

struct vsys_clock vsys_clock;

/* Anchor the TSC conversion at the current time; called while no vCPU is traced. */
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
