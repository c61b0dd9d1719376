/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CLOCK_H
#define VSYS_CLOCK_H

#include <linux/sched/clock.h>

/* Nanoseconds of the host's sched clock, which reads CNTVCT as a line already. */
static __always_inline u64 vsys_clock_now(void)
{
	return sched_clock();
}

#endif /* VSYS_CLOCK_H */
