// SPDX-License-Identifier: GPL-2.0
/* Readers that are too slow, or report a wrong position. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

enum { RING = 4096, GARBAGE_MS = 500, RINGS_MAX = 8, SLOW_MS = 20 };

static uint64_t noise(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

/* Replacements for a position: near, far, and odd ones. */
static uint64_t garbage(const struct ring *r)
{
	uint64_t end = ring_end(r), n = noise();

	switch (n % 8) {
	case 0: return end + 8;
	case 1: return end - r->info.bytes - 8;
	case 2: return ~0ULL;
	case 3: return 0;
	case 4: return 1ULL << 63;
	case 5: return end - n % 4096;		/* odd, and in the ring */
	case 6: return end + n % 4096;
	default: return n;
	}
}

static void lie(struct ring *r)
{
	long end = now_ms() + GARBAGE_MS;

	while (now_ms() < end)
		__atomic_store_n(&r->reader->pos, garbage(r), __ATOMIC_RELEASE);
}

/* With a wrong position nothing is written; once it is right, writing continues. */
static void recover(int fd, struct ring *r)
{
	struct account a = { .good = true };
	const struct vsys_record *first;
	uint64_t pos, lost;

	r->reader->pos = ring_end(r) + 8;
	/* A record may be in progress. */
	nap(100);
	pos = ring_end(r);
	lost = r->writer->lost;
	if (pos + 8 == r->reader->pos)
		check(WAIT_FOR(r->writer->lost > lost), "a wrong position loses records");
	else
		check(true, "a record was under way");
	r->reader->pos = ring_end(r) + 1024;
	nap(100);
	pos = ring_end(r);
	lost = r->writer->lost;
	check(WAIT_FOR(r->writer->lost > lost), "a position ahead loses records");
	check(ring_end(r) == pos, "and nothing is written");

	r->reader->pos = pos;
	check(WAIT_FOR(ring_end(r) > pos), "from a right position on it goes on");
	first = (const void *)(r->data + pos % r->info.bytes);
	check(first->type == VSYS_REC_LOST, "the first record tells the loss");
	a.next = ((const struct vsys_rec_lost *)first)->first;
	ring_read(r, &a);
	check(a.good && a.told > 0 && a.events > 0, "what follows makes sense");
	check(stats(fd).lost > 0, "VSYS_STATS counts the loss");
}

int test_position(char **arg)
{
	int fd = device(O_RDWR);
	uint64_t emitted;
	struct ring r;

	(void)arg;
	check_err(setup(fd, RING, 0, 0), 0, "setup");
	check_err(attach(fd, 0), 0, "attach");
	if (check(rings_wait(fd, 1) && ring_map(fd, 0, &r), "a ring comes")) {
		lie(&r);
		check(true, "it survives %d ms of nonsense", GARBAGE_MS);
		emitted = r.writer->emitted;
		check(WAIT_FOR(r.writer->emitted > emitted), "the guest goes on");
		recover(fd, &r);
		r.reader->pos = ~0ULL;
		check_err(detach(fd, 0), 0, "detach with a wrong position");
		check(r.writer->closed, "closes the ring");
		ring_unmap(&r);
	}
	close(fd);
	return finish();
}

static bool all_closed(int fd, const struct ring *r, unsigned int n)
{
	unsigned int i;

	if (!n || info(fd).rings > n)
		return false;
	for (i = 0; i < n; i++)
		if (!__atomic_load_n(&r[i].writer->closed, __ATOMIC_ACQUIRE))
			return false;
	return true;
}

static void settle(int fd, struct ring *r, struct account *a, unsigned int n)
{
	uint64_t emitted = 0, lost = 0, events = 0;
	struct vsys_stats s;
	unsigned int i;

	for (i = 0; i < n; i++) {
		ring_read(&r[i], &a[i]);
		printf("# ring %u: %llu emitted, %llu read, %llu lost, %llu said so\n", i,
		       (unsigned long long)r[i].writer->emitted,
		       (unsigned long long)a[i].events,
		       (unsigned long long)r[i].writer->lost,
		       (unsigned long long)a[i].told);
		check(a[i].good, "ring %u: all records make sense", i);
		check(r[i].writer->emitted == a[i].events + r[i].writer->lost,
		      "ring %u: emitted == read + lost", i);
		check(r[i].writer->lost > 0 && a[i].told <= r[i].writer->lost,
		      "ring %u: some were lost", i);
		emitted += r[i].writer->emitted;
		lost += r[i].writer->lost;
		events += a[i].events;
	}
	s = stats(fd);
	check(s.emitted == emitted && s.lost == lost, "VSYS_STATS has the sums");
	check(events + lost == emitted && emitted > 0, "all together, too");
}

/* A reader that reads never, or sometimes, while the guest runs. */
int test_loss(char **arg)
{
	struct account accounts[RINGS_MAX];
	bool slow = arg[0] && !strcmp(arg[0], "slow");
	struct ring rings[RINGS_MAX];
	int fd = device(O_RDWR);
	unsigned int i, n = 0;

	check_err(setup(fd, RING, 0, 0), 0, "setup");
	check_err(attach(fd, 0), 0, "attach");
	check(arg[0] && tell_ready(arg[1]), "ready");
	while (!all_closed(fd, rings, n)) {
		nap(SLOW_MS);
		while (n < RINGS_MAX && info(fd).rings > n && ring_map(fd, n, &rings[n]))
			accounts[n++] = (struct account){ .good = true };
		for (i = 0; slow && i < n; i++)
			ring_read(&rings[i], &accounts[i]);
	}
	settle(fd, rings, accounts, n);
	close(fd);
	return finish();
}
