// SPDX-License-Identifier: GPL-2.0
/* Invalid contents of a ring cost events, never memory safety. */
#include "fakering.h"
#include "ktap.h"

static unsigned int reports;

static void report(void *arg, const char *what)
{
	(void)arg;
	(void)what;
	reports++;
}

static void position(uint64_t writer, const char *name)
{
	struct fakering f;

	fakering_init(&f, 4096, 0, report);
	fakering_event(&f, 64, 1);
	vsys_ring_view_snapshot(&f.ring);
	vsys_ring_view_pop(&f.ring, vsys_ring_view_peek(&f.ring));
	reports = 0;
	f.writer.pos = writer;
	vsys_ring_view_snapshot(&f.ring);
	vsys_ring_view_snapshot(&f.ring);
	is_true(!vsys_ring_view_peek(&f.ring) && reports == 1, name);
	fakering_free(&f);
}

static void junk(uint32_t size, const char *name)
{
	struct vsys_record r = { .size = size };
	struct fakering f;

	fakering_init(&f, 4096, 0, report);
	reports = 0;
	fakering_junk(&f, &r, sizeof(r));
	vsys_ring_view_snapshot(&f.ring);
	is_true(!vsys_ring_view_peek(&f.ring) && reports == 1 && f.ring.account.malformed == 1, name);
	fakering_event(&f, 64, 1);
	vsys_ring_view_snapshot(&f.ring);
	is_true(vsys_ring_view_peek(&f.ring), "what comes after it is read");
	fakering_free(&f);
}

int main(void)
{
	ktap_plan(14);
	position(64 + 4096 + 8, "a writer further ahead than the ring is long");
	position(56, "a writer that goes back");
	position(0, "a writer that begins again");
	position(68, "a writer that is not aligned");
	position(UINT64_MAX - 7, "a writer at the end of all numbers");
	position(UINT64_MAX, "the same, not aligned");
	junk(0, "a record of no size");
	junk(32, "a record smaller than its head");
	junk(48, "a record longer than what is written");
	junk(0xfffffff8, "a record of 4 GiB");
	return ktap_end();
}
