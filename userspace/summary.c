// SPDX-License-Identifier: GPL-2.0
/* The table of vsysread -c: how often, how long, how often in vain. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"

struct line {
	const struct vsys_table *table;
	const struct vsys_proto *call;	/* NULL when unknown */
	uint32_t nr;
	uint8_t abi;
	bool used;
	bool unpaired;			/* returns of calls that were not seen */
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

static bool same_call(const struct line *a, const struct line *b)
{
	return a->nr == b->nr && a->abi == b->abi && a->call == b->call &&
	       a->table == b->table && a->unpaired == b->unpaired;
}

static struct line *slot(struct line *lines, size_t cap, const struct line *like)
{
	size_t i = (like->nr * UINT32_C(2654435761) + like->abi) & (cap - 1);

	while (lines[i].used && !same_call(&lines[i], like))
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
			*slot(lines, cap, &s->lines[i]) = s->lines[i];
	free(s->lines);
	s->lines = lines;
	s->cap = cap;
	return 0;
}

int summary_add(struct summary *s, const struct vsys_table *table,
		const struct vsys_call_event *ev)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	struct line like = {
		.table = table,
		.call = vsys_table_record(table, r),
		.nr = r->nr,
		.abi = r->abi,
		.used = true,
		.unpaired = r->flags & VSYS_F_UNPAIRED,
	};
	struct line *l;

	if (2 * s->n >= s->cap && grow(s))
		return -ENOMEM;
	l = slot(s->lines, s->cap, &like);
	if (!l->used) {
		*l = like;
		s->n++;
	}
	l->calls++;
	if (!ev->ret)
		return 0;
	if (vsys_result_failed(like.call, r->abi, ev->ret->result))
		l->errors++;
	if (ev->entry) {
		l->timed++;
		l->nsecs += ev->ret->latency;
	}
	return 0;
}

/* What lines differ in besides their names. */
struct kinds {
	bool tables, abis;
};

static struct kinds count_kinds(const struct summary *s)
{
	struct kinds k = { 0 };
	size_t i;

	for (i = 1; i < s->n; i++) {
		k.tables |= s->lines[i].table != s->lines[0].table;
		k.abis |= s->lines[i].abi != s->lines[0].abi;
	}
	return k;
}

/* "read", and of which of several profiles and ABIs: "read (linux_x86_64 linux_i386)" */
static void name(const struct line *l, struct kinds k, char *buf, size_t n)
{
	const char *table = !k.tables ? "" : l->table ? l->table->name : "unknown";
	const char *abi = k.abis ? vsys_abi_name(l->abi) : "";
	char number[24] = "?";

	if (!l->unpaired)
		snprintf(number, sizeof(number), "syscall_0x%x", l->nr);
	snprintf(buf, n, "%s%s%s%s%s%s", l->call ? l->call->name : number,
		 k.tables || k.abis ? " (" : "", table, k.tables && k.abis ? " " : "", abi,
		 k.tables || k.abis ? ")" : "");
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
	struct kinds kinds;
	char what[192];
	size_t i;

	if (s->cap)
		qsort(s->lines, s->cap, sizeof(*s->lines), order);
	kinds = count_kinds(s);
	for (i = 0; i < s->n; i++) {
		total.calls += s->lines[i].calls;
		total.errors += s->lines[i].errors;
		total.timed += s->lines[i].timed;
		total.nsecs += s->lines[i].nsecs;
	}
	fputs("% time     seconds  usecs/call     calls    errors syscall\n", f);
	fputs(rule, f);
	for (i = 0; i < s->n; i++) {
		name(&s->lines[i], kinds, what, sizeof(what));
		print_line(f, &s->lines[i], total.nsecs, what);
	}
	fputs(rule, f);
	print_line(f, &total, total.nsecs, "total");
}
