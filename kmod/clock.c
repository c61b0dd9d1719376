// SPDX-License-Identifier: GPL-2.0
/* The time of records: two of them are made for each call. */
#include <linux/clocksource.h>

#include "clock.h"

struct vsys_clock vsys_clock;

/* Lay the line through now; called while no vCPU is traced. */
void vsys_clock_set(void)
{
	struct vsys_clock c = {};

	if (!check_tsc_unstable() && tsc_khz) {
		clocks_calc_mult_shift(&c.mult, &c.shift, tsc_khz, NSEC_PER_MSEC, 0);
		preempt_disable();
		c.tsc = rdtsc();
		c.ns = sched_clock();
		preempt_enable();
	}
	vsys_clock = c;
}
