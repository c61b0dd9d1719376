// SPDX-License-Identifier: GPL-2.0
/* The table of vsysread -c: how often, how long, how often in vain. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"

struct line {
	const struct vsys_table *table;
	uint32_t nr;
	bool used;
	uint64_t calls, errors, timed, nsecs;
};

/* Open addressing; @cap is a power of two and more than half is free. */
struct summary {
	struct line *lines;
	size_t cap, n;
};

struct summary *summary_new(void)
{
	return calloc(1, sizeof(struct summary));
}

void summary_free(struct summary *s)
{
	if (s)
		free(s->lines);
	free(s);
}

static struct line *slot(struct line *lines, size_t cap, const struct vsys_table *table,
			 uint32_t nr)
{
	size_t i = (nr * UINT32_C(2654435761)) & (cap - 1);

	while (lines[i].used && (lines[i].nr != nr || lines[i].table != table))
		i = (i + 1) & (cap - 1);
	return &lines[i];
}

static int grow(struct summary *s)
{
	size_t cap = s->cap ? 2 * s->cap : 1024, i;
	struct line *lines = calloc(cap, sizeof(*lines));

	if (!lines)
		return -ENOMEM;
	for (i = 0; i < s->cap; i++)
		if (s->lines[i].used)
			*slot(lines, cap, s->lines[i].table, s->lines[i].nr) = s->lines[i];
	free(s->lines);
	s->lines = lines;
	s->cap = cap;
	return 0;
}

int summary_add(struct summary *s, const struct vsys_table *table,
		const struct vsys_call_event *ev)
{
	uint32_t nr = ev->entry ? ev->entry->r.nr : ev->ret->r.nr;
	struct line *l;

	if (2 * s->n >= s->cap && grow(s))
		return -ENOMEM;
	l = slot(s->lines, s->cap, table, nr);
	if (!l->used) {
		l->used = true;
		l->table = table;
		l->nr = nr;
		s->n++;
	}
	l->calls++;
	if (!ev->ret)
		return 0;
	/* -4095 to -1, as a distance from zero. */
	if (-ev->ret->result - 1 < 4095)
		l->errors++;
	if (ev->entry) {
		l->timed++;
		l->nsecs += ev->ret->latency;
	}
	return 0;
}

static void name(const struct line *l, char *buf, size_t n)
{
	const struct vsys_call *call = vsys_table_call(l->table, l->nr);

	if (call)
		snprintf(buf, n, "%s", call->name);
	else
		snprintf(buf, n, "syscall_%#x", l->nr);
}

/* Unused lines last, then the most time, the most calls, the lowest number. */
static int order(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->used != y->used)
		return x->used ? -1 : 1;
	if (x->nsecs != y->nsecs)
		return x->nsecs > y->nsecs ? -1 : 1;
	if (x->calls != y->calls)
		return x->calls > y->calls ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

static void print_line(FILE *f, const struct line *l, uint64_t all, const char *what)
{
	double percent = all ? 100.0 * (double)l->nsecs / (double)all : 0;
	char errors[24] = "";

	if (l->errors)
		snprintf(errors, sizeof(errors), "%" PRIu64, l->errors);
	fprintf(f, "%6.2f %11.6f %11" PRIu64 " %9" PRIu64 " %9s %s\n", percent,
		(double)l->nsecs / 1e9, l->timed ? l->nsecs / l->timed / 1000 : 0,
		l->calls, errors, what);
}

/**
 * summary_print - the table, as strace -c has it
 * @s: the sums; it can take no more calls afterwards
 * @f: where to
 */
void summary_print(struct summary *s, FILE *f)
{
	static const char rule[] =
		"------ ----------- ----------- --------- --------- ----------------\n";
	struct line total = { 0 };
	char what[64];
	size_t i;

	if (s->cap)
		qsort(s->lines, s->cap, sizeof(*s->lines), order);
	for (i = 0; i < s->n; i++) {
		total.calls += s->lines[i].calls;
		total.errors += s->lines[i].errors;
		total.timed += s->lines[i].timed;
		total.nsecs += s->lines[i].nsecs;
	}
	fputs("% time     seconds  usecs/call     calls    errors syscall\n", f);
	fputs(rule, f);
	for (i = 0; i < s->n; i++) {
		name(&s->lines[i], what, sizeof(what));
		print_line(f, &s->lines[i], total.nsecs, what);
	}
	fputs(rule, f);
	print_line(f, &total, total.nsecs, "total");
}
