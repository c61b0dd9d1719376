// SPDX-License-Identifier: GPL-2.0
/* unread READY: machines start and end while nobody reads. */
#include <fcntl.h>
#include <unistd.h>

#include "api.h"

enum {
	RING = 64 << 20,
	RINGS = VSYS_UNREAD_MAX / RING,
	QUIET_MS = 2500,	/* time for a second or third attempt */
};

int test_unread(char **arg)
{
	int fd = device(O_RDWR);
	struct ring r;
	uint32_t i;

	check_err(setup(fd, RING, 0, 0), 0, "setup");
	check_err(attach(fd, 0), 0, "attach");
	check(tell_ready(arg[0]), "ready");
	check(WAIT_FOR(stats(fd).refused), "a vCPU is refused when too much is unread");
	nap(QUIET_MS);
	check(stats(fd).refused == 1, "once");
	check(info(fd).rings == RINGS, "and has no ring");
	check(stats(fd).memory < VSYS_UNREAD_MAX + RING, "the memory is bounded");
	for (i = 0; i < RINGS && ring_map(fd, i, &r); i++) {
		__atomic_store_n(&r.reader->pos, ring_end(&r), __ATOMIC_RELEASE);
		ring_unmap(&r);
	}
	check(i == RINGS, "the others are there to be read");
	check(rings_wait(fd, RINGS + 1), "the vCPU has one when they were");
	/* It may have it since the first of them was read; the next ring is after all. */
	check(!detach(fd, 0) && !attach(fd, 0) && rings_wait(fd, RINGS + 2), "and another");
	check(WAIT_FOR(stats(fd).memory < 3 * RING), "theirs are gone then");
	close(fd);
	return finish();
}
