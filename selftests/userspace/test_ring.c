// SPDX-License-Identifier: GPL-2.0
/* The reader's side of a ring: full, wrapped, lossy, closed. */
#include "fakering.h"
#include "ktap.h"

static unsigned int reports;
static char said[512];

static void report(void *arg, const char *what)
{
	(void)arg;
	reports++;
	snprintf(said, sizeof(said), "%s", what);
}

/* Read all up to a new snapshot.  Returns how many records there were. */
static unsigned int drain(struct fakering *f)
{
	const struct vsys_record *rec;
	unsigned int n = 0;

	vsys_ring_view_snapshot(&f->ring);
	while ((rec = vsys_ring_view_peek(&f->ring))) {
		vsys_account_record(&f->ring.account, rec, report, NULL);
		vsys_ring_view_pop(&f->ring, rec);
		n++;
	}
	vsys_ring_view_release(&f->ring);
	return n;
}

static void ordinary(void)
{
	struct fakering f;

	fakering_init(&f, 4096, 0, report);
	is_number(drain(&f), 0, "an empty ring");
	fakering_event(&f, 64, 1);
	fakering_event(&f, 40, 2);
	vsys_ring_view_snapshot(&f.ring);
	fakering_event(&f, 40, 3);
	vsys_ring_view_pop(&f.ring, vsys_ring_view_peek(&f.ring));
	vsys_ring_view_pop(&f.ring, vsys_ring_view_peek(&f.ring));
	is_true(!vsys_ring_view_peek(&f.ring), "nothing past the snapshot");
	is_number(f.reader.pos, 0, "nothing is given back before release");
	vsys_ring_view_release(&f.ring);
	is_number(f.reader.pos, 104, "release gives back what was taken");
	f.ring.account.read = f.ring.account.next = 2;
	is_number(drain(&f), 1, "the next snapshot has the rest");
	vsys_ring_view_settle(&f.ring);
	is_number(reports, 0, "nothing to report");
	fakering_free(&f);
}

static void wrapping(void)
{
	unsigned int i, n = 0;
	struct fakering f;

	fakering_init(&f, 4096, 0, report);
	for (i = 0; i < 1000; i++) {
		fakering_event(&f, 40 + i % 50 * 8, i);
		n += drain(&f);
	}
	is_number(n, 1000, "records across the end of the ring");
	is_true(f.writer.pos > 10 * 4096, "many times");
	vsys_ring_view_settle(&f.ring);
	is_number(f.ring.account.missing + reports, 0, "all accounted for");
	fakering_free(&f);
}

static void losing(void)
{
	struct fakering f;
	unsigned int i;

	fakering_init(&f, 4096, 0, report);
	for (i = 0; i < 100; i++)
		fakering_event(&f, 64, i);
	is_number(drain(&f), 64, "a full ring is read whole");
	fakering_event(&f, 64, 100);
	is_number(drain(&f), 2, "a lost record comes before the next event");
	is_number(f.ring.account.lost, 36, "it owns up to all losses");
	is_number(f.ring.account.read, 65, "events read");
	for (i = 0; i < 70; i++)
		fakering_event(&f, 64, i);
	drain(&f);
	vsys_ring_view_settle(&f.ring);
	is_number(f.ring.tail.first, 165, "losses at the end: first");
	is_number(f.ring.tail.last, 170, "losses at the end: last");
	is_number(f.ring.account.read + f.ring.account.lost, f.writer.emitted,
		  "emitted == read + lost");
	is_number(f.ring.account.missing + reports, 0, "no bug");
	fakering_free(&f);
}

static void lying(void)
{
	struct fakering f;

	fakering_init(&f, 4096, 0, report);
	fakering_event(&f, 64, 1);
	f.writer.emitted = 5;
	drain(&f);
	vsys_ring_view_settle(&f.ring);
	is_number(f.ring.account.missing, 4, "a writer that counts more than it writes or loses");
	is_text(said, "vm 1 vcpu 0: BUG: 5 events emitted and 0 lost, says the writer; "
		"1 were read and 0 were told to be lost", "is reported");
	fakering_free(&f);
}

static void closing(void)
{
	struct fakering f;

	fakering_init(&f, 4096, 0, report);
	fakering_event(&f, 64, 1);
	drain(&f);
	is_true(!vsys_ring_view_gone(&f.ring), "an open ring is not gone");
	fakering_event(&f, 64, 2);
	f.writer.closed = 1;
	vsys_ring_view_snapshot(&f.ring);
	is_true(!vsys_ring_view_gone(&f.ring), "a closed ring with a record is not");
	drain(&f);
	is_true(vsys_ring_view_gone(&f.ring), "a closed ring without is");
	fakering_free(&f);
}

int main(void)
{
	ktap_plan(22);
	ordinary();
	wrapping();
	losing();
	lying();
	closing();
	return ktap_end();
}
