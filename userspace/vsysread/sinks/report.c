// SPDX-License-Identifier: GPL-2.0
/* vsysread report: sums of a trace for a page; report_page.c writes it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static void *report_open(const struct sink_env *env)
{
	struct report *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->env = env;
	s->slice = 1024;
	s->random = UINT64_C(88172645463325252);
	return s;
}

static void report_close(void *sink)
{
	struct report *s = sink;
	size_t i;

	for (i = 0; i < s->nprocesses; i++)
		free(s->processes[i].name);
	for (i = 0; i < s->ncalls; i++)
		free(s->calls[i].name);
	for (i = 0; i < s->nerrors; i++)
		free(s->errors[i].name);
	for (i = 0; i < s->nobjects; i++)
		free(s->objects[i].name);
	for (i = 0; i < s->nsamples; i++)
		free(s->samples[i].text);
	free(s->processes);
	free(s->calls);
	free(s->errors);
	free(s->objects);
	free(s->samples);
	names_free(&s->process_names);
	names_free(&s->call_names);
	names_free(&s->error_names);
	names_free(&s->object_names);
	vsys_text_free(&s->key);
	vsys_text_free(&s->name);
	vsys_text_free(&s->text);
	free(s);
}

/* Append an element, zeroed, to an array that grows at powers of two; NULL: no memory. */
static void *append(void *array, size_t *n, size_t size)
{
	char **a = array, *more;

	if (!(*n & (*n - 1))) {
		more = realloc(*a, (*n ? 2 * *n : 1) * size);
		if (!more)
			return NULL;
		*a = more;
	}
	return memset(*a + (*n)++ * size, 0, size);
}

/* ---- processes and their time lines ---- */

static const char *process_name(const struct vsys_call_event *ev)
{
	const struct vsys_task *task = ev->task;

	return !task ? "" : task->program ? task->program : vsys_task_name(task);
}

static void process_key(struct report *s, const struct vsys_call_event *ev)
{
	const struct vsys_task *task = ev->task;

	vsys_text_reset(&s->key);
	if (vsys_task_knows(task, VSYS_TASK_PID))
		vsys_text_printf(&s->key, "%u %u %llu", task->vm, task->pid, (unsigned long long)task->start);
	else
		vsys_text_printf(&s->key, "%u space 0x%llx", sink_call_record(ev)->vm,
				 ev->entry ? (unsigned long long)ev->entry->space : 0);
}

/* Beyond the limit the last one stands for all others. */
static int process_find(struct report *s, const struct vsys_call_event *ev, size_t *at)
{
	const struct vsys_task *task = ev->task;
	struct report_process *p;
	uint64_t number;
	bool fresh;

	process_key(s, ev);
	number = s->key.failed ? 0 : names_limited(&s->process_names, s->key.s, REPORT_PROCESSES, &fresh);
	if (!number)
		return -ENOMEM;
	*at = number <= REPORT_PROCESSES ? number - 1 : REPORT_PROCESSES - 1;
	if (number > REPORT_PROCESSES)
		return 0;
	if (fresh) {
		p = append(&s->processes, &s->nprocesses, sizeof(*p));
		if (!p)
			return -ENOMEM;
		p->vm = sink_call_record(ev)->vm;
		p->known = vsys_task_knows(task, VSYS_TASK_PID);
		p->pid = p->known ? task->pid : 0;
		p->ppid = vsys_task_knows(task, VSYS_TASK_PPID) ? task->ppid : 0;
	}
	p = &s->processes[*at];
	/* The last program that it ran. */
	if (!p->name || (*process_name(ev) && strcmp(p->name, process_name(ev)))) {
		free(p->name);
		p->name = strdup(p->known ? process_name(ev) : strchr(s->key.s, ' ') + 1);
	}
	return p->name ? 0 : -ENOMEM;
}

/* Twice the time in as many slices. */
static void slices_fold(struct report *s)
{
	uint32_t *slices;
	size_t i;
	int n;

	for (i = 0; i < s->nprocesses; i++) {
		slices = s->processes[i].slices;
		for (n = 0; n < REPORT_SLICES / 2; n++)
			slices[n] = slices[2 * n] + slices[2 * n + 1];
		memset(slices + n, 0, (REPORT_SLICES - (size_t)n) * sizeof(*slices));
	}
	s->slice *= 2;
}

static void process_count(struct report *s, struct report_process *p, const struct vsys_decoded *c)
{
	uint64_t time = sink_call_record(&c->ev)->time;

	if (!s->total)
		s->begin = time;
	if (time < s->begin)
		time = s->begin;
	if (time > s->end)
		s->end = time;
	while ((time - s->begin) / s->slice >= REPORT_SLICES)
		slices_fold(s);
	p->slices[(time - s->begin) / s->slice]++;
	/* Calls come in the order in which they end. */
	if (!p->calls++ || time < p->first)
		p->first = time;
	if (time > p->last)
		p->last = time;
	p->errors += c->failed;
	if (c->ev.state == VSYS_STATE_RETURNED)
		p->ns += c->ev.ret->latency;
}

/* ---- calls, errors, objects, samples ---- */

static unsigned int power_of(uint64_t v)
{
	unsigned int n = v ? 63 - (unsigned int)__builtin_clzll(v) : 0;

	return n < REPORT_POWERS ? n : REPORT_POWERS - 1;
}

/* A guest can make calls of any number: later ones are one row. */
static int call_count(struct report *s, const struct vsys_decoded *c, size_t *at)
{
	const char *name = sink_call_name(c);
	struct report_call *call;
	bool fresh;

	*at = names_limited(&s->call_names, name, REPORT_CALLS, &fresh);
	if (*at > REPORT_CALLS) {
		name = "other calls";
		*at = names_number(&s->call_names, name, &fresh);
	}
	if (!(*at)--)
		return -ENOMEM;
	if (fresh) {
		call = append(&s->calls, &s->ncalls, sizeof(*call));
		if (!call)
			return -ENOMEM;
		call->name = strdup(name);
	}
	call = &s->calls[*at];
	call->calls++;
	call->errors += c->failed;
	if (c->ev.state == VSYS_STATE_RETURNED) {
		call->timed++;
		call->ns += c->ev.ret->latency;
		call->powers[power_of(c->ev.ret->latency)]++;
		if (c->ev.ret->latency > call->max)
			call->max = c->ev.ret->latency;
	}
	return call->name ? 0 : -ENOMEM;
}

static int error_count(struct report *s, const struct vsys_decoded *c, size_t call)
{
	struct report_error *e;
	uint64_t number;
	bool fresh;

	if (!c->error)
		return 0;
	vsys_text_reset(&s->key);
	vsys_text_printf(&s->key, "%zu %s", call, c->error);
	number = s->key.failed ? 0 : names_limited(&s->error_names, s->key.s, REPORT_ERRORS, &fresh);
	if (!number)
		return -ENOMEM;
	if (number > REPORT_ERRORS) {
		s->unnamed++;
		return 0;
	}
	if (fresh) {
		e = append(&s->errors, &s->nerrors, sizeof(*e));
		if (!e)
			return -ENOMEM;
		e->call = call;
		e->name = strdup(c->error);
	}
	e = &s->errors[number - 1];
	e->count++;
	return e->name ? 0 : -ENOMEM;
}

static int object_count(struct report *s, const struct vsys_decoded *c, unsigned int i, size_t process)
{
	enum vsys_object_kind kind;
	struct report_object *o;
	uint64_t number;
	bool fresh;

	vsys_text_reset(&s->text);
	kind = vsys_decoder_object(s->env->decoder, c, i, &s->text);
	if (!kind)
		return s->text.failed ? -ENOMEM : 0;
	vsys_text_reset(&s->key);
	vsys_text_printf(&s->key, "%zu %d %s", process, kind, s->text.s);
	number = s->key.failed ? 0 : names_limited(&s->object_names, s->key.s, REPORT_OBJECTS, &fresh);
	if (!number)
		return -ENOMEM;
	/* A hostile guest has names without end. */
	if (number > REPORT_OBJECTS) {
		s->left++;
		return 0;
	}
	if (fresh) {
		o = append(&s->objects, &s->nobjects, sizeof(*o));
		if (!o)
			return -ENOMEM;
		o->process = process;
		o->kind = kind;
		o->name = strdup(s->text.s);
	}
	o = &s->objects[number - 1];
	o->count++;
	return o->name ? 0 : -ENOMEM;
}

static uint64_t next_random(struct report *s)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return s->random;
}

/* Each call is among the samples with the same probability; all are as long as there is room. */
static int sample_take(struct report *s, const struct vsys_decoded *c, size_t process)
{
	struct report_sample *sample;
	uint64_t at;

	if (s->nsamples < REPORT_SAMPLES) {
		sample = append(&s->samples, &s->nsamples, sizeof(*sample));
		if (!sample)
			return -ENOMEM;
	} else {
		at = next_random(s) % (s->total + 1);
		if (at >= REPORT_SAMPLES)
			return 0;
		sample = &s->samples[at];
	}
	sink_args(&s->text, c);
	vsys_text_reset(&s->key);
	/* A long call is cut. */
	if (c->caller) {
		vsys_format_caller(&s->key, c->caller);
		vsys_text_put(&s->key, ": ");
	}
	vsys_text_printf(&s->key, "%s(%s) = %s", sink_call_name(c), s->text.len ? s->text.s : "", c->result);
	free(sample->text);
	sample->text = s->key.failed ? NULL : strndup(s->key.s, 512);
	sample->process = process;
	sample->time = sink_call_record(&c->ev)->time;
	sample->latency = c->ev.state == VSYS_STATE_RETURNED ? c->ev.ret->latency : 0;
	return sample->text ? 0 : -ENOMEM;
}

static int report_call(void *sink, const struct vsys_call_event *ev)
{
	struct report *s = sink;
	struct vsys_decoded c;
	size_t process, call;
	unsigned int i;
	int err;

	err = sink_decode(s->env, ev, &c);
	if (!err)
		err = process_find(s, ev, &process);
	if (err)
		return err;
	process_count(s, &s->processes[process], &c);
	err = call_count(s, &c, &call);
	if (!err)
		err = error_count(s, &c, call);
	for (i = 0; !err && i < c.nargs; i++)
		err = object_count(s, &c, i, process);
	if (!err)
		err = sample_take(s, &c, process);
	s->total++;
	return err;
}

static int report_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct report *s = sink;

	s->lost += lost->count;
	return 0;
}

static int report_end(void *sink)
{
	return report_write(sink);
}

const struct sink_ops sink_report = {
	.name = "report",
	.whole = true,
	.objects = true,
	.open = report_open,
	.call = report_call,
	.lost = report_lost,
	.end = report_end,
	.close = report_close,
};
