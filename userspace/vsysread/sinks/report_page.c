// SPDX-License-Identifier: GPL-2.0
/*
 * The page of vsysread report: the file report.html, with the sums as JSON in its middle.
 * What the guest wrote is in JSON strings alone, where no "<" is: nothing there ends the
 * element that it is in.  The page's script makes text nodes of it, and no HTML.
 */
#include "generated/report_html.h"
#include "json_put.h"
#include "report.h"

/* A JSON string without what HTML would read. */
static void put_string(struct report *s, const char *text)
{
	struct vsys_text *t = &s->text;
	const char *p;

	vsys_text_reset(&s->key);
	vsys_text_json(&s->key, text);
	for (p = s->key.s; p && *p; p++) {
		if (*p == '<' || *p == '>' || *p == '&')
			vsys_text_printf(t, "\\u%04x", (unsigned int)*p);
		else
			vsys_text_char(t, *p);
	}
	t->failed |= s->key.failed;
}

static void put_item(struct report *s, uint64_t v)
{
	vsys_text_char(&s->text, ',');
	vsys_text_dec(&s->text, v);
}

static void put_name(struct report *s, const char *text)
{
	vsys_text_char(&s->text, ',');
	put_string(s, text);
}

/* [vm, pid, ppid, known, name, calls, errors, ns, first, last, [slice...]] */
static void put_process(struct report *s, const struct report_process *p)
{
	unsigned int i;

	vsys_text_char(&s->text, '[');
	vsys_text_dec(&s->text, p->vm);
	put_item(s, p->pid);
	put_item(s, p->ppid);
	put_item(s, p->known);
	put_name(s, p->name);
	put_item(s, p->calls);
	put_item(s, p->errors);
	put_item(s, p->ns);
	put_item(s, p->first - s->begin);
	put_item(s, p->last - s->begin);
	vsys_text_put(&s->text, ",[");
	for (i = 0; i < REPORT_SLICES; i++) {
		if (i)
			vsys_text_char(&s->text, ',');
		vsys_text_dec(&s->text, p->slices[i]);
	}
	vsys_text_put(&s->text, "]]");
}

/* [name, calls, errors, timed, ns, max, [power...]] */
static void put_call(struct report *s, const struct report_call *c)
{
	unsigned int i;

	vsys_text_char(&s->text, '[');
	put_string(s, c->name);
	put_item(s, c->calls);
	put_item(s, c->errors);
	put_item(s, c->timed);
	put_item(s, c->ns);
	put_item(s, c->max);
	vsys_text_put(&s->text, ",[");
	for (i = 0; i < REPORT_POWERS; i++) {
		if (i)
			vsys_text_char(&s->text, ',');
		vsys_text_dec(&s->text, c->powers[i]);
	}
	vsys_text_put(&s->text, "]]");
}

static void put_error(struct report *s, const struct report_error *e)
{
	vsys_text_char(&s->text, '[');
	vsys_text_dec(&s->text, e->call);
	put_name(s, e->name);
	put_item(s, e->count);
	vsys_text_char(&s->text, ']');
}

static void put_object(struct report *s, const struct report_object *o)
{
	vsys_text_char(&s->text, '[');
	vsys_text_dec(&s->text, o->process);
	put_name(s, vsys_object_kind_name(o->kind));
	put_name(s, o->name);
	put_item(s, o->count);
	vsys_text_char(&s->text, ']');
}

static void put_sample(struct report *s, const struct report_sample *c)
{
	vsys_text_char(&s->text, '[');
	vsys_text_dec(&s->text, c->process);
	put_item(s, c->time > s->begin ? c->time - s->begin : 0);
	put_item(s, c->latency);
	put_name(s, c->text);
	vsys_text_char(&s->text, ']');
}

#define PUT_ALL(s, key, put, array, n)				\
	do {							\
		size_t at_ = 0;					\
		json_key(&(s)->text, key);			\
		vsys_text_char(&(s)->text, '[');		\
		for (; at_ < (n); at_++) {			\
			if (at_)				\
				vsys_text_put(&(s)->text, ","); \
			put(s, &(array)[at_]);			\
		}						\
		vsys_text_char(&(s)->text, ']');		\
	} while (0)

static void put_machines(struct report *s)
{
	const struct vsys_notes *notes = s->env->notes;
	unsigned int i;
	const char *name;

	json_begin(&s->text, "machines");
	for (i = 0; notes && i < notes->n; i++) {
		name = sink_escape(&s->key, notes->machines[i].name);
		if (!name)
			continue;
		if (s->text.s[s->text.len - 1] != '{')
			vsys_text_char(&s->text, ',');
		vsys_text_printf(&s->text, "\"%u\":", notes->machines[i].r.vm);
		vsys_text_reset(&s->name);
		vsys_text_put(&s->name, name);
		put_string(s, s->name.s ? s->name.s : "");
	}
	json_end(&s->text);
}

static void put_data(struct report *s)
{
	vsys_text_char(&s->text, '{');
	json_number(&s->text, "total", s->total);
	json_number(&s->text, "lost", s->lost);
	json_number(&s->text, "left", s->left);
	json_number(&s->text, "unnamed", s->unnamed);
	json_number(&s->text, "slice", s->slice);
	json_number(&s->text, "span", s->end - s->begin);
	json_number(&s->text, "limit", REPORT_PROCESSES);
	put_machines(s);
	PUT_ALL(s, "processes", put_process, s->processes, s->nprocesses);
	PUT_ALL(s, "calls", put_call, s->calls, s->ncalls);
	PUT_ALL(s, "errors", put_error, s->errors, s->nerrors);
	PUT_ALL(s, "objects", put_object, s->objects, s->nobjects);
	PUT_ALL(s, "samples", put_sample, s->samples, s->nsamples);
	json_end(&s->text);
}

int report_write(struct report *s)
{
	vsys_text_reset(&s->text);
	vsys_text_put(&s->text, report_html_head);
	put_data(s);
	vsys_text_put(&s->text, report_html_tail);
	return sink_write(s->env, &s->text);
}
