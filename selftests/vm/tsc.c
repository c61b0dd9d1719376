// SPDX-License-Identifier: GPL-2.0-only
/* Print the frequency of this machine's time stamp counter in kHz. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

struct moment {
	uint64_t ticks, ns;
};

/* Take the reading with the fewest ticks: nothing interrupted it. */
static struct moment now(void)
{
	struct moment best = { 0 };
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 1000; i++) {
		struct timespec t;
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC, &t);
		after = __rdtsc();
		if (after - before >= least)
			continue;
		least = after - before;
		best.ticks = before;
		best.ns = t.tv_sec * 1000000000ull + t.tv_nsec;
	}
	return best;
}

int main(void)
{
	struct moment from = now(), to;

	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	to = now();
	printf("%.0f\n", (to.ticks - from.ticks) * 1e6 / (to.ns - from.ns));
	return 0;
}
