// SPDX-License-Identifier: GPL-2.0
/* Sums of calls: their number, time and errors, by call, machine or address space. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "sink.h"
#include "summary.h"

/* A hash table with open addressing: @cap is a power of two, at most half is used. */
struct summary {
	const struct options *opt;
	const struct vsys_notes *notes;
	struct machine_names machines;
	bool histogram;
	struct summary_row *rows;
	size_t cap, n;
	bool tables, abis;	/* rows have more than one of these */
};

struct summary *summary_new(const struct options *o, const struct vsys_notes *notes, bool histogram)
{
	struct summary *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->opt = o;
	s->notes = notes;
	s->histogram = histogram;
	return s;
}

void summary_reset(struct summary *s)
{
	size_t i;

	for (i = 0; i < s->cap; i++)
		free(s->rows[i].histogram);
	free(s->rows);
	s->rows = NULL;
	s->cap = 0;
	s->n = 0;
	memset(&s->machines, 0, sizeof(s->machines));
}

void summary_free(struct summary *s)
{
	if (s)
		summary_reset(s);
	free(s);
}

static bool same_row(const struct summary_row *a, const struct summary_row *b)
{
	return a->nr == b->nr && a->vm == b->vm && a->space == b->space &&
	       a->pid == b->pid && a->abi == b->abi &&
	       a->proto == b->proto && a->table == b->table && a->unpaired == b->unpaired;
}

static struct summary_row *slot(struct summary_row *rows, size_t cap,
				const struct summary_row *like)
{
	uint64_t h = (like->nr ^ (uint64_t)like->abi << 16 ^ (uint64_t)like->vm << 32 ^
		      (uint64_t)like->pid << 24 ^ like->space) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (h >> 32) & (cap - 1);

	while (rows[i].used && !same_row(&rows[i], like))
		i = (i + 1) & (cap - 1);
	return &rows[i];
}

static int grow(struct summary *s)
{
	size_t cap = s->cap ? 2 * s->cap : 1024, i;
	struct summary_row *rows = calloc(cap, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	for (i = 0; i < s->cap; i++)
		if (s->rows[i].used)
			*slot(rows, cap, &s->rows[i]) = s->rows[i];
	free(s->rows);
	s->rows = rows;
	s->cap = cap;
	return 0;
}

/* The members of a row that --by keeps apart. */
static struct summary_row key(const struct summary *s, const struct vsys_table *table,
			      const struct vsys_call_event *ev)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct summary_row like = { .used = true };

	if (s->opt->by & BY_CALL) {
		like.table = table;
		like.proto = vsys_table_record(table, r);
		like.nr = r->nr;
		like.abi = r->abi;
		like.unpaired = r->flags & VSYS_F_UNPAIRED;
	}
	if (s->opt->by & (BY_VM | BY_SPACE | BY_PROCESS))
		like.vm = r->vm;
	if (s->opt->by & BY_SPACE)
		like.space = ev->entry ? ev->entry->space : UINT64_MAX;
	if (s->opt->by & BY_PROCESS && vsys_task_knows(ev->task, VSYS_TASK_PID)) {
		like.pid = ev->task->pid;
		snprintf(like.process, sizeof(like.process), "%s", vsys_task_name(ev->task));
	}
	return like;
}

static struct summary_row *find(struct summary *s, const struct summary_row *like)
{
	struct summary_row *row;

	if (2 * s->n >= s->cap && grow(s))
		return NULL;
	row = slot(s->rows, s->cap, like);
	if (row->used)
		return row;
	*row = *like;
	/* At the end of the trace it may be gone. */
	if (row->vm)
		machine_name(&s->machines, s->notes, row->vm);
	row->order = s->n++;
	if (s->histogram)
		row->histogram = calloc(HISTOGRAM_ROWS, sizeof(*row->histogram));
	return !s->histogram || row->histogram ? row : NULL;
}

static void add_time(struct summary_row *row, uint64_t ns)
{
	row->timed++;
	row->nsecs += ns;
	if (ns > row->max)
		row->max = ns;
	if (row->histogram)
		row->histogram[63 - __builtin_clzll(ns | 1)]++;
}

int summary_add(struct summary *s, const struct vsys_table *table,
		const struct vsys_call_event *ev)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct summary_row like = key(s, table, ev);
	struct summary_row *row = find(s, &like);

	if (!row)
		return -ENOMEM;
	row->calls++;
	if (!ev->ret)
		return 0;
	if (vsys_result_failed(vsys_table_record(table, r), r->abi, ev->ret->result))
		row->errors++;
	if (ev->entry)
		add_time(row, ev->ret->latency);
	return 0;
}

uint64_t summary_percentile(const struct summary_row *row, unsigned int percent)
{
	uint64_t below = 0, end;
	unsigned int i;

	for (i = 0; row->timed && i < HISTOGRAM_ROWS; i++) {
		below += row->histogram[i];
		if ((double)below * 100 < (double)row->timed * percent)
			continue;
		end = i < 63 ? UINT64_C(2) << i : UINT64_MAX;
		return end < row->max ? end : row->max;
	}
	return row->max;
}

/* "vm 7 web " */
static void put_machine(struct summary *s, uint32_t vm, char *buf, size_t n)
{
	struct vsys_text escaped = { 0 };
	const char *name = sink_escape(&escaped, machine_name(&s->machines, s->notes, vm));

	snprintf(buf, n, "vm %u %s%s", vm, name ? name : "", name ? " " : "");
	vsys_text_free(&escaped);
}

void summary_name(struct summary *s, const struct summary_row *row, char *buf, size_t n)
{
	const char *table = !s->tables ? "" : row->table ? row->table->name : "unknown";
	const char *abi = s->abis ? vsys_abi_name(row->abi) : "";
	char vm[24 + 4 * VSYS_MACHINE_NAME] = "", space[40] = "", process[80] = "", number[24] = "call that was not seen", of[96] = "";

	if (row->vm)
		put_machine(s, row->vm, vm, sizeof(vm));
	if (s->opt->by & BY_SPACE && row->space == UINT64_MAX)
		snprintf(space, sizeof(space), "space ? ");
	else if (s->opt->by & BY_SPACE)
		snprintf(space, sizeof(space), "space 0x%" PRIx64 " ", row->space);
	if (row->pid)
		snprintf(process, sizeof(process), "%u %s ", row->pid, row->process);
	else if (s->opt->by & BY_PROCESS)
		snprintf(process, sizeof(process), "process ? ");
	if (!row->unpaired)
		snprintf(number, sizeof(number), "syscall_0x%x", row->nr);
	if (s->tables || s->abis)
		snprintf(of, sizeof(of), " (%s%s%s)", table, s->tables && s->abis ? " " : "", abi);
	snprintf(buf, n, "%s%s%s%s%s", vm, space, process, !(s->opt->by & BY_CALL) ? "" :
		 row->proto ? row->proto->name : number, of);
}

const char *summary_heading(const struct options *o)
{
	return o->by & BY_CALL ? "syscall" : o->by & BY_PROCESS ? "process" :
	       o->by & BY_SPACE ? "address space" : "machine";
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static const char *row_word(const struct summary_row *row)
{
	return row->proto ? row->proto->name : "";
}

static int by_column(const struct summary_row *x, const struct summary_row *y, enum order order)
{
	switch (order) {
	case ORDER_CALLS:
		return compare_u64(y->calls, x->calls);
	case ORDER_ERRORS:
		return compare_u64(y->errors, x->errors);
	case ORDER_MAX:
		return compare_u64(y->max, x->max);
	case ORDER_NAME:
		return strcmp(row_word(x), row_word(y));
	case ORDER_NONE:
		return compare_u64(x->order, y->order);
	default:
		return compare_u64(y->nsecs, x->nsecs);
	}
}

/* Order rows by the column, then by calls, then by number; unused rows come last. */
static int compare(const void *a, const void *b, void *order)
{
	const struct summary_row *x = a, *y = b;
	int diff;

	if (x->used != y->used)
		return x->used ? -1 : 1;
	diff = by_column(x, y, *(const enum order *)order);
	if (!diff)
		diff = compare_u64(y->calls, x->calls);
	if (!diff)
		diff = compare_u64(x->nr, y->nr);
	return diff ? diff : compare_u64(x->order, y->order);
}

size_t summary_sort(struct summary *s, enum order order)
{
	size_t i;

	s->tables = false;
	s->abis = false;
	if (!s->n)
		return 0;
	qsort_r(s->rows, s->cap, sizeof(*s->rows), compare, &order);
	for (i = 1; i < s->n; i++) {
		s->tables |= s->rows[i].table != s->rows[0].table;
		s->abis |= s->rows[i].abi != s->rows[0].abi;
	}
	return s->n;
}

const struct summary_row *summary_row(const struct summary *s, size_t i)
{
	return &s->rows[i];
}
