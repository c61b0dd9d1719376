// SPDX-License-Identifier: GPL-2.0
/* Check that every event of a ring was read or reported as lost. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <vsyscalls/vsyscalls.h>

__attribute__((format(printf, 4, 5)))
static void report_line(vsys_report_fn report, void *arg, const struct vsys_record *rec,
			const char *fmt, ...)
{
	char what[256];
	va_list ap;
	int n;

	if (!report)
		return;
	n = snprintf(what, sizeof(what), "vm %u vcpu %u: ", rec->vm, rec->vcpu);
	va_start(ap, fmt);
	vsnprintf(what + n, sizeof(what) - (size_t)n, fmt, ap);
	va_end(ap);
	report(arg, what);
}

/* Event @seq arrived: check that it is @a->next. */
static void expect_event(struct vsys_account *a, uint64_t seq, const struct vsys_record *rec,
			 vsys_report_fn report, void *arg)
{
	if (seq == a->next)
		return;
	if (seq > a->next) {
		a->missing += seq - a->next;
		report_line(report, arg, rec, "BUG: events %" PRIu64 " to %" PRIu64
			    " are missing and no lost record explains it", a->next, seq - 1);
	} else {
		a->missing++;
		report_line(report, arg, rec, "BUG: event %" PRIu64 " where %" PRIu64 " was next",
			    seq, a->next);
	}
}

bool vsys_account_record(struct vsys_account *a, const struct vsys_record *rec,
			 vsys_report_fn report, void *arg)
{
	const char *wrong = vsys_record_check(rec);

	if (rec->type == VSYS_REC_LOST) {
		const struct vsys_rec_lost *l = (const void *)rec;

		if (wrong) {
			a->malformed++;
			report_line(report, arg, rec, "BUG: %s", wrong);
			return false;
		}
		expect_event(a, l->first, rec, report, arg);
		a->lost += l->count;
		a->next = l->last + 1;
		return true;
	}
	expect_event(a, rec->seq, rec, report, arg);
	a->next = rec->seq + 1;
	a->read++;
	if (wrong) {
		a->malformed++;
		report_line(report, arg, rec, "BUG: event %" PRIu64 " is %s", (uint64_t)rec->seq,
			    wrong);
		return false;
	}
	if (!vsys_record_known(rec)) {
		/* One line is enough: a newer module may send many. */
		if (!a->unknown++)
			report_line(report, arg, rec, "events of type %u are unknown here: skipped",
				    rec->type);
		return false;
	}
	return true;
}

void vsys_account_add(struct vsys_account *sum, const struct vsys_account *a)
{
	sum->read += a->read;
	sum->lost += a->lost;
	sum->missing += a->missing;
	sum->malformed += a->malformed;
	sum->unknown += a->unknown;
}
