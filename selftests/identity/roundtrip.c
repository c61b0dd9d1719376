// SPDX-License-Identifier: GPL-2.0
/* In a real guest: the ticks of a getpid(), the least of many batches. */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

enum { BATCHES = 200, CALLS = 50 };

int main(void)
{
	unsigned long long least = ~0ULL, ticks;
	int i, n;

	for (n = 0; n < BATCHES; n++) {
		ticks = __rdtsc();
		for (i = 0; i < CALLS; i++)
			syscall(SYS_getpid);
		ticks = __rdtsc() - ticks;
		if (ticks < least)
			least = ticks;
	}
	printf("round %llu\n", least / CALLS);
	return 0;
}
