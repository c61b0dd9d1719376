// SPDX-License-Identifier: GPL-2.0
/*
 * The text output.  As with strace a call has one line if no other line comes between its
 * begin and its end, else one with <unfinished ...> and one with <... resumed>.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "options.h"
#include "sink.h"

enum { BUCKETS = 256 };		/* a power of two */

/* A call with an <unfinished ...> line. */
struct begun {
	struct begun *next;
	uint32_t vm;
	uint64_t call;
};

struct text {
	const struct sink_env *env;
	const struct options *opt;
	struct vsys_text line;
	bool colour;
	bool any;
	uint64_t last;				/* time of the line before, if @any */
	const struct vsys_rec_entry *held;	/* a call that began, and no line since */
	const struct vsys_task *held_by;
	bool open;				/* the line of @held has begun */
	bool blank;				/* and ends in one */
	struct begun *buckets[BUCKETS];
};

/* Parts of a line that have a colour. */
enum paint { DIM, NAME, ERROR, NOTE, PLAIN };

static void paint(struct text *l, enum paint p)
{
	static const char *const codes[] = {
		[DIM] = "\033[2m", [NAME] = "\033[1;36m", [ERROR] = "\033[31m",
		[NOTE] = "\033[33m", [PLAIN] = "\033[0m",
	};

	if (l->colour)
		vsys_text_put(&l->line, codes[p]);
}

static void painted(struct text *l, enum paint p, const char *s)
{
	paint(l, p);
	vsys_text_put(&l->line, s);
	paint(l, PLAIN);
}

static bool wants_color(const struct sink_env *env)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (env->opt->color != COLOR_AUTO)
		return env->opt->color == COLOR_ALWAYS;
	return isatty(fileno(env->file)) && !(no && *no) && term && strcmp(term, "dumb");
}

static void *text_open(const struct sink_env *env)
{
	struct text *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->env = env;
	l->opt = env->opt;
	l->colour = wants_color(env);
	return l;
}

static void text_close(void *sink)
{
	struct text *l = sink;
	struct begun *b;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++) {
		while ((b = l->buckets[i])) {
			l->buckets[i] = b->next;
			free(b);
		}
	}
	vsys_text_free(&l->line);
	free(l);
}

static struct begun **find_begun(struct text *l, const struct vsys_rec_entry *e)
{
	struct begun **b = &l->buckets[(e->call ^ e->r.vm) & (BUCKETS - 1)];

	while (*b && ((*b)->vm != e->r.vm || (*b)->call != e->call))
		b = &(*b)->next;
	return b;
}

static int add_begun(struct text *l, const struct vsys_rec_entry *e)
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

static bool take_begun(struct text *l, const struct vsys_rec_entry *e)
{
	struct begun **at = find_begun(l, e), *b = *at;

	if (!b)
		return false;
	*at = b->next;
	free(b);
	return true;
}

static void put_clock(struct text *l, uint64_t time)
{
	uint64_t us = (time + (uint64_t)*l->env->since_1970) / 1000;
	time_t s = (time_t)(us / 1000000);
	char hms[16] = "?";
	struct tm tm;

	if (l->opt->timestamps > 2) {
		vsys_text_printf(&l->line, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
		return;
	}
	if (localtime_r(&s, &tm))
		strftime(hms, sizeof(hms), "%H:%M:%S", &tm);
	vsys_text_put(&l->line, hms);
	if (l->opt->timestamps > 1)
		vsys_text_printf(&l->line, ".%06" PRIu64, us % 1000000);
}

static void put_relative(struct text *l, uint64_t time)
{
	uint64_t us = l->any && time > l->last ? (time - l->last) / 1000 : 0;

	vsys_text_printf(&l->line, l->opt->timestamps ? " (+%6" PRIu64 ".%06" PRIu64 ")" :
			 "%6" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
	l->last = time;
	l->any = true;
}

static void show_number(struct text *l, const struct vsys_task *k, unsigned int bit,
			enum vsys_task_kind kind, const char *name, uint64_t v)
{
	if (l->opt->show & bit && vsys_task_knows(k, kind))
		vsys_text_printf(&l->line, " %s %" PRIu64, name, v);
}

static void show_text(struct text *l, unsigned int bit, const char *name, const char *s)
{
	if (l->opt->show & bit && s)
		vsys_text_printf(&l->line, " %s %s", name, s);
}

/* What --show adds to the head of a line, inside of its brackets. */
static void put_shown(struct text *l, const struct vsys_record *r, const struct vsys_task *k)
{
	/* "] " is there already. */
	l->line.len -= 2;
	if (l->opt->show & SHOW_VCPU)
		vsys_text_printf(&l->line, " vcpu %u", r->vcpu);
	show_number(l, k, SHOW_PPID, VSYS_TASK_PPID, "ppid", k->ppid);
	show_number(l, k, SHOW_UID, VSYS_TASK_UID, "uid", k->uid);
	show_number(l, k, SHOW_SESSION, VSYS_TASK_SESSION, "session", k->session);
	show_number(l, k, SHOW_CGROUP, VSYS_TASK_CGROUP, "cgroup", k->cgroup);
	show_number(l, k, SHOW_START, VSYS_TASK_START, "start", k->start);
	show_text(l, SHOW_CONTAINER, "container", k->container);
	show_text(l, SHOW_PROGRAM, "program", k->program);
	vsys_text_put(&l->line, "] ");
}

/* "[vm 1 87/88 worker-thr] 12:00:00 "; -r counts from the line before. */
static void put_head(struct text *l, const struct vsys_record *r, uint64_t time,
		     const struct vsys_task *task)
{
	paint(l, DIM);
	vsys_format_head(&l->line, r, task);
	if (task && l->opt->show && !l->line.failed)
		put_shown(l, r, task);
	if (l->opt->timestamps)
		put_clock(l, time);
	if (l->opt->relative)
		put_relative(l, time);
	if (l->opt->timestamps || l->opt->relative)
		vsys_text_char(&l->line, ' ');
	paint(l, PLAIN);
}

static void put_number(struct text *l, const struct vsys_record *r)
{
	if (!l->opt->numbers || r->flags & VSYS_F_UNPAIRED)
		return;
	if (vsys_abi_os(r->abi) == VSYS_OS_WINDOWS)
		vsys_text_printf(&l->line, "[0x%04x] ", r->nr);
	else
		vsys_text_printf(&l->line, "[%4u] ", r->nr);
}

static void put_pc(struct text *l, const struct vsys_rec_entry *e)
{
	unsigned int digits = e ? vsys_abi_bits(e->r.abi) / 4 : 16;

	if (!l->opt->pc)
		return;
	if (e)
		vsys_text_printf(&l->line, "[%0*" PRIx64 "] ", (int)digits, (uint64_t)e->pc);
	else
		vsys_text_put(&l->line, "[????????????????] ");
}

/* The number of leading arguments that the return cannot change. */
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

static void put_begin(struct text *l, const struct vsys_decoded *c, unsigned int n)
{
	const struct vsys_record *r = &c->ev.entry->r;

	put_head(l, r, r->time, c->ev.task);
	put_number(l, r);
	put_pc(l, c->ev.entry);
	painted(l, NAME, c->name);
	vsys_text_char(&l->line, '(');
	vsys_format_args(&l->line, c, 0, n);
	l->blank = n && n < c->nargs;
	if (l->blank)
		vsys_text_put(&l->line, ", ");
}

/* Begin the line of the call that is held. */
static int open_line(struct text *l)
{
	struct vsys_call_event ev = {
		.state = VSYS_STATE_UNSEEN, .entry = l->held, .task = l->held_by,
	};
	struct vsys_decoded c;
	int err;

	if (!l->held || l->open)
		return 0;
	err = sink_decode(l->env, &ev, &c);
	put_begin(l, &c, told_at_begin(&c));
	l->open = true;
	return err;
}

/* End the line of the call that is held: another line follows. */
static int interrupt(struct text *l)
{
	const struct vsys_rec_entry *e = l->held;
	int err = open_line(l);

	if (!e)
		return 0;
	painted(l, NOTE, &" <unfinished ...>"[l->blank]);
	vsys_text_char(&l->line, '\n');
	l->held = NULL;
	l->open = false;
	return err ? err : add_begun(l, e);
}

/* With -e status= wait for the result. */
static int text_begin(void *sink, const struct vsys_rec_entry *entry,
		      const struct vsys_task *task)
{
	struct text *l = sink;
	int err;

	if (l->opt->whole || l->opt->status)
		return 0;
	err = interrupt(l);
	l->held = entry;
	l->held_by = task;
	return err ? err : sink_write(l->env, &l->line);
}

static int text_idle(void *sink)
{
	struct text *l = sink;
	int err = open_line(l);

	return err ? err : sink_write(l->env, &l->line);
}

static void put_resumed(struct text *l, const struct vsys_call_event *ev, const char *name)
{
	const struct vsys_record *r = ev->ret ? &ev->ret->r : &ev->entry->r;

	put_head(l, r, r->time, ev->task);
	put_number(l, r);
	put_pc(l, ev->entry);
	paint(l, NOTE);
	vsys_text_put(&l->line, "<... ");
	vsys_text_put(&l->line, name);
	vsys_text_put(&l->line, " resumed>");
	paint(l, PLAIN);
}

static void put_end(struct text *l, const struct vsys_decoded *c)
{
	uint64_t ns;

	vsys_text_put(&l->line, ") = ");
	if (c->failed)
		paint(l, ERROR);
	vsys_text_put(&l->line, c->result);
	if (c->failed)
		paint(l, PLAIN);
	if (l->opt->latency && c->ev.state == VSYS_STATE_RETURNED) {
		ns = c->ev.ret->latency;
		vsys_text_printf(&l->line, " <%" PRIu64 ".%06" PRIu64 ">", ns / 1000000000,
				 ns % 1000000000 / 1000);
	}
	vsys_text_char(&l->line, '\n');
	dump_call(&l->line, l->opt, c);
	if (!c->caller)
		return;
	vsys_text_put(&l->line, " > ");
	vsys_format_caller(&l->line, c->caller);
	vsys_text_char(&l->line, '\n');
}

/* The rest of a call whose line has begun, on that line if it still is the last. */
static void put_rest(struct text *l, const struct vsys_decoded *c, bool same_line)
{
	unsigned int n = told_at_begin(c);

	if (!same_line)
		put_resumed(l, &c->ev, c->name);
	vsys_format_args(&l->line, c, n, c->nargs);
	put_end(l, c);
}

static int text_call(void *sink, const struct vsys_call_event *ev)
{
	struct text *l = sink;
	bool is_held = ev->entry && ev->entry == l->held, same_line = is_held && l->open;
	struct vsys_decoded c;
	int err = 0;

	if (is_held) {
		l->held = NULL;
		l->open = false;
	} else {
		err = interrupt(l);
	}
	if (!err)
		err = sink_decode(l->env, ev, &c);
	if (err)
		return err;
	if (ev->state == VSYS_STATE_ORPHAN) {
		put_resumed(l, ev, sink_call_name(&c));
		put_end(l, &c);
	} else if (same_line || take_begun(l, ev->entry)) {
		put_rest(l, &c, same_line);
	} else {
		put_begin(l, &c, c.nargs);
		put_end(l, &c);
	}
	return sink_write(l->env, &l->line);
}

static int put_event(struct text *l, const struct vsys_record *rec)
{
	int err = interrupt(l);

	if (err)
		return err;
	put_head(l, rec, rec->time, l->env->caller);
	paint(l, NOTE);
	vsys_format_note(&l->line, rec, l->env->profiles);
	paint(l, PLAIN);
	vsys_text_char(&l->line, '\n');
	return sink_write(l->env, &l->line);
}

static int text_lost(void *sink, const struct vsys_rec_lost *lost)
{
	return put_event(sink, &lost->r);
}

/* Events that -v shows: each vCPU has them, whatever its guest does. */
static bool is_detail(const struct vsys_record *rec)
{
	return rec->type == VSYS_REC_ATTACH || rec->type == VSYS_REC_DETACH ||
	       rec->type == VSYS_REC_HOLD || sink_door_refused(rec);
}

static int text_event(void *sink, const struct vsys_record *rec)
{
	struct text *l = sink;

	if (is_detail(rec) && !(l->opt->verbose && l->opt->mode == MODE_TEXT))
		return 0;
	if (rec->type == VSYS_REC_ENTRY_REG && l->opt->quiet)
		return 0;
	return put_event(l, rec);
}

const struct sink_ops sink_text = {
	.name = "text",
	.open = text_open,
	.begin = text_begin,
	.call = text_call,
	.lost = text_lost,
	.event = text_event,
	.idle = text_idle,
	.close = text_close,
};
