/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_CLOCK_H
#define VSYS_CLOCK_H

#include <linux/math64.h>
#include <linux/sched/clock.h>
#include <asm/tsc.h>

/* sched_clock() as a linear function of the TSC; itself without a usable TSC. */
struct vsys_clock {
	u64 tsc;
	u64 ns;		/* at @tsc */
	u64 mult;	/* nanoseconds a tick, times 2^32; 0: no usable TSC */
};

extern struct vsys_clock vsys_clock;

void vsys_clock_set(void);

/* Nanoseconds of the host's sched clock. */
static __always_inline u64 vsys_clock_now(void)
{
	const struct vsys_clock *c = &vsys_clock;

	if (unlikely(!c->mult))
		return sched_clock();
	return c->ns + mul_u64_u64_shr(rdtsc() - c->tsc, c->mult, 32);
}

#endif /* VSYS_CLOCK_H */
