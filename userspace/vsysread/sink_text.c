// SPDX-License-Identifier: GPL-2.0
/*
 * Calls as lines of text.  As with strace a call has one line if nothing else
 * is told between its begin and its end, else one with <unfinished ...> and one
 * with <... resumed>.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sink_text.h"

enum { BUCKETS = 256 };		/* a power of two */

/* A call whose begin has been told. */
struct begun {
	struct begun *next;
	uint32_t vm;
	uint64_t call;
};

struct lines {
	const struct options *opt;
	struct vsys_decoder *decoder;
	struct vsys_text *text;
	const struct vsys_profiles *profiles;
	const __s64 *since_1970;
	bool colour;
	bool any;
	uint64_t last;				/* time of the call shown before, if @any */
	const struct vsys_rec_entry *held;	/* nothing has come since */
	bool open;				/* its line has begun */
	struct begun *buckets[BUCKETS];
};

/* What is set off by colour. */
enum paint { DIM, NAME, ERROR, NOTE, PLAIN };

static void paint(struct lines *l, enum paint p)
{
	static const char *const codes[] = {
		[DIM] = "\033[2m", [NAME] = "\033[1;36m", [ERROR] = "\033[31m",
		[NOTE] = "\033[33m", [PLAIN] = "\033[0m",
	};

	if (l->colour)
		vsys_text_put(l->text, codes[p]);
}

static void painted(struct lines *l, enum paint p, const char *s)
{
	paint(l, p);
	vsys_text_put(l->text, s);
	paint(l, PLAIN);
}

struct lines *lines_new(const struct options *o, struct vsys_decoder *d, struct vsys_text *text,
			bool colour)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->opt = o;
	l->decoder = d;
	l->text = text;
	l->colour = colour;
	return l;
}

void lines_free(struct lines *l)
{
	struct begun *b;
	unsigned int i;

	for (i = 0; l && i < BUCKETS; i++) {
		while ((b = l->buckets[i])) {
			l->buckets[i] = b->next;
			free(b);
		}
	}
	free(l);
}

void lines_begin(struct lines *l, const struct vsys_profiles *profiles, const __s64 *since_1970)
{
	l->profiles = profiles;
	l->since_1970 = since_1970;
}

static struct begun **find_begun(struct lines *l, const struct vsys_rec_entry *e)
{
	struct begun **b = &l->buckets[(e->call ^ e->r.vm) & (BUCKETS - 1)];

	while (*b && ((*b)->vm != e->r.vm || (*b)->call != e->call))
		b = &(*b)->next;
	return b;
}

static int add_begun(struct lines *l, const struct vsys_rec_entry *e)
{
	struct begun **at = find_begun(l, e), *b;

	if (*at)
		return 0;
	b = calloc(1, sizeof(*b));
	if (!b)
		return -ENOMEM;
	b->vm = e->r.vm;
	b->call = e->call;
	*at = b;
	return 0;
}

static bool take_begun(struct lines *l, const struct vsys_rec_entry *e)
{
	struct begun **at = find_begun(l, e), *b = *at;

	if (!b)
		return false;
	*at = b->next;
	free(b);
	return true;
}

static void put_clock(struct lines *l, uint64_t time)
{
	uint64_t us = (time + (uint64_t)*l->since_1970) / 1000;
	time_t s = (time_t)(us / 1000000);
	char hms[16] = "?";
	struct tm tm;

	if (l->opt->timestamps > 2) {
		vsys_text_printf(l->text, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
		return;
	}
	if (localtime_r(&s, &tm))
		strftime(hms, sizeof(hms), "%H:%M:%S", &tm);
	vsys_text_put(l->text, hms);
	if (l->opt->timestamps > 1)
		vsys_text_printf(l->text, ".%06" PRIu64, us % 1000000);
}

static void put_relative(struct lines *l, uint64_t time)
{
	uint64_t us = l->any && time > l->last ? (time - l->last) / 1000 : 0;

	vsys_text_printf(l->text, l->opt->timestamps ? " (+%6" PRIu64 ".%06" PRIu64 ")" :
			 "%6" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
	l->last = time;
	l->any = true;
}

/* "[vm 1 vcpu 0] 12:00:00 "; -r counts from line to line. */
static void put_head(struct lines *l, const struct vsys_record *r, uint64_t time)
{
	paint(l, DIM);
	vsys_format_head(l->text, r);
	if (l->opt->timestamps)
		put_clock(l, time);
	if (l->opt->relative)
		put_relative(l, time);
	if (l->opt->timestamps || l->opt->relative)
		vsys_text_char(l->text, ' ');
	paint(l, PLAIN);
}

static void put_number(struct lines *l, const struct vsys_record *r)
{
	if (!l->opt->numbers || r->flags & VSYS_F_UNPAIRED)
		return;
	if (vsys_abi_os(r->abi) == VSYS_OS_WINDOWS)
		vsys_text_printf(l->text, "[0x%04x] ", r->nr);
	else
		vsys_text_printf(l->text, "[%4u] ", r->nr);
}

/* How many arguments are the same at the end of the call as they are at its begin. */
static unsigned int told_at_begin(const struct vsys_decoded *c)
{
	const struct vsys_param *p;
	struct vsys_cap cap;
	unsigned int i;

	for (i = 0; c->call && i < c->nargs; i++) {
		p = &c->call->params[i];
		if (p->dir & VSYS_DIR_OUT)
			break;
		if (vsys_record_capture(&c->ev.entry->r, p->slot, false, &cap) &&
		    cap.flags & VSYS_CAP_FAULT)
			break;
	}
	return c->call ? i : c->nargs;
}

static int decode(struct lines *l, const struct vsys_call_event *ev, struct vsys_decoded *c)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;

	return vsys_decoder_call(l->decoder, vsys_profiles_table(l->profiles, r->profile), ev, c);
}

static void put_begin(struct lines *l, const struct vsys_decoded *c, unsigned int n)
{
	const struct vsys_record *r = &c->ev.entry->r;

	put_head(l, r, r->time);
	put_number(l, r);
	painted(l, NAME, c->name);
	vsys_text_char(l->text, '(');
	vsys_format_args(l->text, c, 0, n);
	if (n && n < c->nargs)
		vsys_text_put(l->text, ", ");
}

/* The begin of the call that is held, without an end of the line. */
static int open_line(struct lines *l)
{
	struct vsys_call_event ev = { .state = VSYS_STATE_UNSEEN, .entry = l->held };
	struct vsys_decoded c;
	int err;

	if (!l->held || l->open)
		return 0;
	err = decode(l, &ev, &c);
	put_begin(l, &c, told_at_begin(&c));
	l->open = true;
	return err;
}

/* Something else is to be told. */
static int interrupt(struct lines *l)
{
	const struct vsys_rec_entry *e = l->held;
	int err = open_line(l);

	if (!e)
		return 0;
	painted(l, NOTE, " <unfinished ...>");
	vsys_text_char(l->text, '\n');
	l->held = NULL;
	l->open = false;
	return err ? err : add_begun(l, e);
}

void lines_entry(struct lines *l, const struct vsys_rec_entry *entry)
{
	interrupt(l);
	l->held = entry;
}

void lines_idle(struct lines *l)
{
	open_line(l);
}

static void put_resumed(struct lines *l, const struct vsys_record *r, const char *name)
{
	put_head(l, r, r->time);
	put_number(l, r);
	paint(l, NOTE);
	vsys_text_put(l->text, "<... ");
	vsys_text_put(l->text, name);
	vsys_text_put(l->text, " resumed>");
	paint(l, PLAIN);
}

static void put_end(struct lines *l, const struct vsys_decoded *c)
{
	uint64_t ns;

	vsys_text_put(l->text, ") = ");
	if (c->failed)
		paint(l, ERROR);
	vsys_text_put(l->text, c->result);
	if (c->failed)
		paint(l, PLAIN);
	if (l->opt->latency && c->ev.state == VSYS_STATE_RETURNED) {
		ns = c->ev.ret->latency;
		vsys_text_printf(l->text, " <%" PRIu64 ".%06" PRIu64 ">", ns / 1000000000,
				 ns % 1000000000 / 1000);
	}
	vsys_text_char(l->text, '\n');
}

/* The rest of a call whose begin was told, in this line if it still is the last. */
static void put_rest(struct lines *l, const struct vsys_decoded *c, bool same_line)
{
	unsigned int n = told_at_begin(c);

	if (!same_line)
		put_resumed(l, c->ev.ret ? &c->ev.ret->r : &c->ev.entry->r, c->name);
	vsys_format_args(l->text, c, n, c->nargs);
	put_end(l, c);
}

int lines_call(struct lines *l, const struct vsys_call_event *ev)
{
	bool is_held = ev->entry && ev->entry == l->held, same_line = is_held && l->open;
	struct vsys_decoded c;
	int err = 0;

	if (is_held) {
		l->held = NULL;
		l->open = false;
	} else {
		err = interrupt(l);
	}
	if (decode(l, ev, &c))
		err = -ENOMEM;
	if (ev->state == VSYS_STATE_ORPHAN) {
		put_resumed(l, &ev->ret->r, ev->ret->r.flags & VSYS_F_UNPAIRED ?
			    "call that was not seen" : c.name);
		put_end(l, &c);
	} else if (same_line || take_begun(l, ev->entry)) {
		put_rest(l, &c, same_line);
	} else {
		put_begin(l, &c, c.nargs);
		put_end(l, &c);
	}
	return err;
}

void lines_record(struct lines *l, const struct vsys_record *rec)
{
	interrupt(l);
	put_head(l, rec, rec->time);
	paint(l, NOTE);
	vsys_format_note(l->text, rec, l->profiles);
	paint(l, PLAIN);
	vsys_text_char(l->text, '\n');
}
