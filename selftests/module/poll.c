// SPDX-License-Identifier: GPL-2.0
/* Sleeping readers are woken: for a new ring, by the latency, by the watermark. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "api.h"

enum { LATENCY_MS = 300, SLACK_MS = 1000, RING = 64 << 20 };

static int wait_events(int fd, int timeout, long *took)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLPRI };
	long start = now_ms();
	int n = poll(&p, 1, timeout);

	*took = now_ms() - start;
	return n > 0 ? p.revents : n;
}

static void drain(struct ring *r)
{
	__atomic_store_n(&r->reader->pos, ring_end(r), __ATOMIC_RELEASE);
}

/* Empty the rings, sleep, and return for how long; -1 if nothing came. */
static long sleep_once(int fd, struct ring *r, unsigned int n)
{
	unsigned int i;
	long took;

	for (i = 0; i < n; i++)
		drain(&r[i]);
	return wait_events(fd, PATIENCE_MS, &took) & POLLIN ? took : -1;
}

static unsigned int map_all(int fd, struct ring *r, unsigned int max)
{
	unsigned int n = 0;

	/* Two vCPUs, of which the second may not run yet. */
	WAIT_FOR(info(fd).rings >= 2);
	while (n < max && ring_map(fd, n, &r[n]))
		n++;
	return n;
}

static void latency(void)
{
	int fd = device(O_RDWR), i;
	long took, shortest = PATIENCE_MS, longest = 0;
	unsigned int n;
	struct ring r[4];

	check_err(setup(fd, RING, RING, LATENCY_MS), 0, "setup");
	check(wait_events(fd, 100, &took) == 0 && took >= 99, "nothing to wait for: a timeout");
	check_err(attach(fd, 0), 0, "attach");
	check(wait_events(fd, PATIENCE_MS, &took) & POLLPRI, "a new ring wakes");
	check(took < PATIENCE_MS / 2, "soon");
	n = map_all(fd, r, 4);
	if (!check(n > 0, "there are rings"))
		return;
	for (i = 0; i < 4; i++) {
		took = sleep_once(fd, r, n);
		printf("# woken after %ld ms\n", took);
		shortest = took < shortest ? took : shortest;
		longest = took > longest ? took : longest;
	}
	/* A record may have come between emptying the ring and sleeping. */
	check(shortest >= 0 && longest <= LATENCY_MS + SLACK_MS,
	      "few bytes wait no longer than the latency");
	while (n--)
		ring_unmap(&r[n]);
	close(fd);
}

static void watermark(void)
{
	int fd = device(O_RDWR), i;
	long took, longest = 0;
	unsigned int n;
	struct ring r[4];

	check_err(setup(fd, RING, 4096, 10000), 0, "setup for long latency");
	check_err(attach(fd, 0), 0, "attach");
	wait_events(fd, PATIENCE_MS, &took);
	n = map_all(fd, r, 4);
	if (!check(n > 0, "there are rings"))
		return;
	for (i = 0; i < 4; i++) {
		took = sleep_once(fd, r, n);
		printf("# woken after %ld ms\n", took);
		if (took < 0)
			took = PATIENCE_MS;
		longest = took > longest ? took : longest;
	}
	check(longest <= 5000, "the watermark wakes sooner than the latency");
	check_err(detach(fd, 0), 0, "detach");
	for (i = 0; i < (int)n; i++)
		drain(&r[i]);
	info(fd);
	check(wait_events(fd, 100, &took) == 0, "nothing comes after the detach");
	while (n--)
		ring_unmap(&r[n]);
	close(fd);
}

int test_poll(char **arg)
{
	(void)arg;
	latency();
	watermark();
	return finish();
}
