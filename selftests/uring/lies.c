// SPDX-License-Identifier: GPL-2.0
/*
 * A guest program whose rings tell lies, as another that does not want to be seen may have.
 * Prints the lines that a trace must have: what its kernel takes from the ring, or that memory
 * was absent.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

enum { RINGS = 600 };	/* more than a machine's table holds */

static void open_one(struct ring *r, uint64_t id)
{
	struct io_uring_sqe *s = ring_add(r, IORING_OP_OPENAT, AT_FDCWD, id,
					  "IORING_OP_OPENAT, AT_FDCWD, \"/etc/shadow\", O_RDONLY");

	s->addr = (uintptr_t)"/etc/shadow";
}

/* The guest's kernel has a position of its own, and takes no more than it is told to. */
static void positions(void)
{
	struct ring r;

	if (!ring_open(&r, 0))
		exit(1);
	open_one(&r, 1);
	*r.head = *r.tail;
	ring_enter(&r, 1);
	open_one(&r, 2);
	*r.head = *r.tail + 1000000;
	ring_enter(&r, 1);
	open_one(&r, 3);
	*r.tail += 5;
	ring_enter(&r, 1);
	*r.tail -= 5;
	open_one(&r, 4);
	ring_enter_as(&r, r.fd, UINT32_MAX, 1, IORING_ENTER_GETEVENTS, "IORING_ENTER_GETEVENTS");
}

/* An index that is none is dropped, alone; what follows may be shown with it until the next. */
static void indices(void)
{
	unsigned int place;
	struct ring r;

	if (!ring_open(&r, 0))
		exit(1);
	open_one(&r, 1);
	place = (*r.tail - 1) & (r.entries - 1);
	r.array[place] = 77;
	ring_lie(&r, "{index=77}");
	ring_enter_as(&r, r.fd, 1, 0, 0, "0");
	ring_lie(&r, "{index=77}, ");
	open_one(&r, 2);
	ring_enter(&r, 1);
	open_one(&r, 3);
	ring_enter(&r, 1);
}

/* What is not mapped is a gap, though the guest's kernel has it. */
static void gaps(void)
{
	struct ring r;

	if (!ring_open(&r, 0))
		exit(1);
	open_one(&r, 1);
	munmap(r.sqes, 4 * 4096);
	ring_lie(&r, "...");
	ring_gap(&r);
	ring_enter_as(&r, r.fd, 1, 1, IORING_ENTER_GETEVENTS, "IORING_ENTER_GETEVENTS");
	munmap(r.rings, 4096);
	printf("io_uring_enter(%d, to_submit=1 [...]<gap>, min_complete=0, 0, NULL, 8) = %d\n", r.fd,
	       (int)syscall(SYS_io_uring_enter, r.fd, 1, 0, 0, NULL, 8));
}

/* Memory that the program cannot read is not read. */
static void pointers(void)
{
	static const unsigned long at[] = { 0xffffffff81000000, 0x10, 0x8000000000000000 };
	struct io_uring_sqe *s;
	struct ring r;
	unsigned int i;

	if (!ring_open(&r, 0))
		exit(1);
	for (i = 0; i < 3; i++) {
		s = ring_add(&r, IORING_OP_OPENAT, AT_FDCWD, i,
			     "IORING_OP_OPENAT, AT_FDCWD, %#lx<gap>, O_RDONLY", at[i]);
		s->addr = at[i];
		ring_enter(&r, 1);
	}
}

static void many(void)
{
	struct ring r;
	unsigned int i;

	for (i = 0; i < RINGS; i++)
		if (ring_open(&r, 0) && i < RINGS - 1)
			ring_close(&r);
	open_one(&r, 1);
	ring_enter(&r, 1);
}

int main(void)
{
	positions();
	indices();
	gaps();
	pointers();
	many();
	return 0;
}
