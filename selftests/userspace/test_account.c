// SPDX-License-Identifier: GPL-2.0
/* Every event is read or counted as lost; a difference is reported. */
#include "ktap.h"
#include "records.h"

static char said[512];
static unsigned int reports;

static void report(void *arg, const char *what)
{
	(void)arg;
	reports++;
	snprintf(said, sizeof(said), "%s", what);
}

static struct rec r;

static bool event(struct vsys_account *a, unsigned int type, uint64_t seq)
{
	rec_event(&r, type);
	rec_head(&r)->seq = seq;
	return vsys_account_record(a, rec_head(&r), report, NULL);
}

static bool lost(struct vsys_account *a, uint64_t first, uint64_t last)
{
	rec_lost(&r, first, last);
	return vsys_account_record(a, rec_head(&r), report, NULL);
}

static void explained(void)
{
	struct vsys_account a = { 0 };

	event(&a, VSYS_REC_ATTACH, 0);
	event(&a, VSYS_REC_DETACH, 1);
	is_true(lost(&a, 2, 18), "a lost record is used");
	event(&a, VSYS_REC_DETACH, 19);
	is_number(a.read, 3, "events read");
	is_number(a.lost, 17, "events lost");
	is_number(a.missing, 0, "none missing");
	is_number(a.next, a.read + a.lost, "emitted == read + lost");
	is_number(reports, 0, "nothing to report");
}

static void unexplained(void)
{
	struct vsys_account a = { 0 };

	event(&a, VSYS_REC_ATTACH, 0);
	event(&a, VSYS_REC_ATTACH, 5);
	is_number(a.missing, 4, "a gap is missing events");
	is_text(said, "vm 1 vcpu 0: BUG: events 1 to 4 are missing and no lost record explains it",
		"and is said");
	event(&a, VSYS_REC_ATTACH, 5);
	is_number(a.missing, 5, "a number twice is a bug too");
	is_text(said, "vm 1 vcpu 0: BUG: event 5 where 6 was next", "and is said");
	lost(&a, 8, 9);
	is_number(a.missing, 7, "a lost record that begins too late");
	is_number(a.lost, 2, "counts what it tells of");
}

static void wrong(void)
{
	struct vsys_account a = { 0 };
	unsigned int before;

	rec_lost(&r, 0, 4);
	((struct vsys_rec_lost *)r.b)->count = 4;
	is_true(!vsys_account_record(&a, rec_head(&r), report, NULL), "a count that is not its range");
	is_number(a.malformed, 1, "is malformed");
	rec_event(&r, VSYS_REC_REFUSED);
	rec_head(&r)->size = sizeof(struct vsys_record);
	is_true(!vsys_account_record(&a, rec_head(&r), report, NULL), "a record that is too short");
	is_number(a.read, 1, "is an event all the same");
	before = reports;
	is_true(!event(&a, 77, 1), "an unknown type is not used");
	is_true(!event(&a, 77, 2), "nor the next");
	is_number(a.unknown, 2, "but counted");
	is_number(reports, before + 1, "and said once");
}

int main(void)
{
	ktap_plan(20);
	explained();
	unexplained();
	wrong();
	return ktap_end();
}
