// SPDX-License-Identifier: GPL-2.0
/* vsysread -c and -C: a table of sums as strace -c has it, then histograms. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "sink.h"
#include "summary.h"

/**
 * struct table - the sums of -c
 * @env: see struct sink_env
 * @calls: the sums
 * @said: with -c the environment of @text, whose output is standard error
 * @text: with -c a sink for losses and other events, NULL with -C, which shows them
 *        among its lines
 */
struct table {
	const struct sink_env *env;
	struct summary *calls;
	struct sink_env said;
	void *text;
};

static void table_close(void *sink)
{
	struct table *s = sink;

	if (s->text)
		sink_text.close(s->text);
	summary_free(s->calls);
	free(s);
}

static void *table_open(const struct sink_env *env)
{
	struct table *s = calloc(1, sizeof(*s));
	bool alone = env->opt->mode == MODE_SUMMARY;

	if (!s)
		return NULL;
	s->env = env;
	s->calls = summary_new(env->opt, env->notes, env->opt->histogram);
	s->said = *env;
	s->said.file = stderr;
	s->text = alone ? sink_text.open(&s->said) : NULL;
	if (s->calls && (s->text || !alone))
		return s;
	table_close(s);
	errno = ENOMEM;
	return NULL;
}

static int table_call(void *sink, const struct vsys_call_event *ev)
{
	struct table *s = sink;
	const struct vsys_record *r = sink_call_record(ev);

	return summary_add(s->calls, vsys_profiles_table(s->env->profiles, r->profile), ev);
}

static int table_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct table *s = sink;

	return s->text ? sink_text.lost(s->text, lost) : 0;
}

static int table_event(void *sink, const struct vsys_record *rec)
{
	struct table *s = sink;

	return s->text ? sink_text.event(s->text, rec) : 0;
}

static void print_row(FILE *f, const struct summary_row *l, uint64_t all, const char *what)
{
	double percent = all ? 100.0 * (double)l->nsecs / (double)all : 0;
	char errors[24] = "";

	if (l->errors)
		snprintf(errors, sizeof(errors), "%" PRIu64, l->errors);
	fprintf(f, "%6.2f %11.6f %11" PRIu64 " %9" PRIu64 " %9s %s\n", percent,
		(double)l->nsecs / 1e9, l->timed ? l->nsecs / l->timed / 1000 : 0,
		l->calls, errors, what);
}

/* Print rows from 2^n to 2^(n+1) ns, in microseconds, without empty rows at the ends. */
static void print_histogram(FILE *f, const struct summary_row *row, const char *what)
{
	static const char bar[] = "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@";
	unsigned int first = 0, last = HISTOGRAM_ROWS - 1, i;
	uint64_t most = 0;

	if (!row->timed)
		return;
	while (!row->histogram[first])
		first++;
	while (!row->histogram[last])
		last--;
	for (i = first; i <= last; i++)
		if (row->histogram[i] > most)
			most = row->histogram[i];
	fprintf(f, "\n%s: %" PRIu64 " calls, p50 %.3f, p99 %.3f, max %.3f usecs\n", what,
		row->timed, (double)summary_percentile(row, 50) / 1e3,
		(double)summary_percentile(row, 99) / 1e3, (double)row->max / 1e3);
	for (i = first; i <= last; i++)
		fprintf(f, "%14.3f .. %-14.3f %9" PRIu64 " |%-40.*s|\n",
			i ? (double)(UINT64_C(1) << i) / 1e3 : 0.0,
			(double)(UINT64_C(1) << i) / 500, row->histogram[i],
			(int)((double)row->histogram[i] * 40 / (double)most), bar);
}

static struct summary_row sum_up(const struct summary *s, size_t n)
{
	struct summary_row total = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		total.calls += summary_row(s, i)->calls;
		total.errors += summary_row(s, i)->errors;
		total.timed += summary_row(s, i)->timed;
		total.nsecs += summary_row(s, i)->nsecs;
	}
	return total;
}

static int table_end(void *sink)
{
	static const char rule[] =
		"------ ----------- ----------- --------- --------- ----------------\n";
	struct table *s = sink;
	const struct options *o = s->env->opt;
	size_t n = summary_sort(s->calls, o->order), i;
	struct summary_row total = sum_up(s->calls, n);
	FILE *f = s->env->file;
	char what[SUMMARY_NAME];

	fprintf(f, "%% time     seconds  usecs/call     calls    errors %s\n%s", summary_heading(o), rule);
	for (i = 0; i < n; i++) {
		summary_name(s->calls, summary_row(s->calls, i), what, sizeof(what));
		print_row(f, summary_row(s->calls, i), total.nsecs, what);
	}
	fputs(rule, f);
	print_row(f, &total, total.nsecs, "total");
	for (i = 0; o->histogram && i < n; i++) {
		summary_name(s->calls, summary_row(s->calls, i), what, sizeof(what));
		print_histogram(f, summary_row(s->calls, i), what);
	}
	return ferror(f) ? -errno : 0;
}

const struct sink_ops sink_summary = {
	.name = "summary",
	.open = table_open,
	.call = table_call,
	.lost = table_lost,
	.event = table_event,
	.end = table_end,
	.close = table_close,
};
