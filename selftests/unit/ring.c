// SPDX-License-Identifier: GPL-2.0
/* The writer's side of a ring: room, loss, accounting, hostile readers. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../kmod/x86/clock.h"
#include "../../kmod/ring.h"
#include "ktap.h"

enum { BYTES = 4096, EVENT = 128 };

struct vsys_clock vsys_clock;

static u8 *data;
static struct vsys_ring_reader reader;
static struct vsys_ring_writer writer;
static struct vsys_ring ring;
static u64 clock_now;
static int wakes;

u64 sched_clock(void)
{
	return ++clock_now;
}

static void count_wake(struct vsys_ring *r)
{
	wakes += r == &ring;
}

static void reset(u32 watermark)
{
	memset(&reader, 0, sizeof(reader));
	memset(&writer, 0, sizeof(writer));
	ring = (struct vsys_ring){
		.data = data, .bytes = BYTES, .watermark = watermark,
		.fast_len = watermark, .wake = count_wake, .reader = &reader,
		.writer = &writer,
	};
	wakes = 0;
}

static bool emit(void)
{
	struct vsys_record *r = vsys_ring_reserve(&ring, EVENT);

	if (!r)
		return false;
	*r = (struct vsys_record){ .size = EVENT, .type = VSYS_REC_ENTRY,
				   .seq = ring.emitted };
	vsys_ring_commit(&ring, EVENT);
	return true;
}

/* Read up to @max records; sums go to @events and @lost. */
static bool drain(int max, u64 *events, u64 *lost, u64 *next)
{
	while (reader.pos != writer.pos && max--) {
		struct vsys_record *r = (void *)(data + reader.pos % BYTES);
		struct vsys_rec_lost *l = (void *)r;

		if (r->type == VSYS_REC_LOST) {
			if (l->first != *next || l->last - l->first + 1 != l->count)
				return false;
			*next = l->last + 1;
			*lost += l->count;
		} else {
			if (r->seq != (*next)++)
				return false;
			++*events;
		}
		reader.pos += r->size;
	}
	return true;
}

static void test_accounting(void)
{
	u64 events = 0, lost = 0, next = 0;
	bool sound = true;
	int i;

	reset(BYTES / 4);
	for (i = 0; i < 10000; i++) {
		emit();
		/* A reader that sleeps for long and then reads a little. */
		if (i % 100 == 99)
			sound &= drain(i % 7 * 5, &events, &lost, &next);
	}
	sound &= drain(1000, &events, &lost, &next);
	vsys_ring_close(&ring);
	sound &= drain(1000, &events, &lost, &next);
	ok(sound, "numbers have no holes that a LOST record does not tell of");
	ok(events && lost, "some were read, some lost");
	ok(events + lost == 10000 && writer.emitted == 10000 && writer.lost == lost,
	   "emitted == read + lost");
}

static void test_full(void)
{
	int i = 0;

	reset(BYTES);
	while (emit())
		i++;
	ok(i == BYTES / EVENT, "all of the ring is used");
	reader.pos = EVENT;
	ok(!emit(), "a LOST record and an event need room for both");
	reader.pos = 2 * EVENT;
	ok(emit(), "and are written when there is");
	ok(((struct vsys_record *)data)->type == VSYS_REC_LOST,
	   "the LOST record first");
}

static void test_wake(void)
{
	int i;

	reset(4 * EVENT);
	for (i = 0; i < 3; i++)
		emit();
	ok(!wakes, "nobody is woken below the watermark");
	emit();
	ok(wakes == 1, "the reader is woken at it");
	emit();
	ok(wakes == 1, "and not again above it");
	reader.pos = writer.pos;
	for (i = 0; i < 3; i++)
		emit();
	ok(wakes == 1, "nor when it has read");
	emit();
	ok(wakes == 2, "until the watermark is passed again");
}

static void test_hostile(void)
{
	static const u64 positions[] = {
		1ULL << 63, EVENT * 20, BYTES * 2, ~0ULL - BYTES,
	};
	bool none = true;
	unsigned int i, n;

	for (i = 0; i < 2 * sizeof(positions) / sizeof(*positions); i++) {
		reset(BYTES / 4);
		/* Below the watermark, and above. */
		for (n = 0; n < (i & 1 ? 12 : 1); n++)
			emit();
		reader.pos = positions[i / 2];
		none &= !emit();
	}
	ok(none, "an invalid position makes the ring full");
	reader.pos = 0;
	ok(emit() && writer.lost == 1, "until it is valid again");
}

/* Like vsys_ring_alloc(): the same pages twice in a row. */
static void map_twice(void)
{
	int fd = memfd_create("ring", 0);

	data = mmap(NULL, 2 * BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ftruncate(fd, BYTES) ||
	    mmap(data, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 fd, 0) == MAP_FAILED ||
	    mmap(data + BYTES, BYTES, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
		perror("ring: map");
		exit(1);
	}
}

int main(void)
{
	map_twice();
	puts("TAP version 13");
	test_accounting();
	test_full();
	test_wake();
	test_hostile();
	return ktap_end();
}
