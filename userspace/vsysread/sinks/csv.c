// SPDX-License-Identifier: GPL-2.0
/* vsysread convert --to csv: a line for each call and each loss, as RFC 4180 has it. */
#include <stdlib.h>

#include "options.h"
#include "sink.h"

struct csv {
	const struct sink_env *env;
	struct vsys_text line, args;
};

static void *csv_open(const struct sink_env *env)
{
	struct csv *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->env = env;
	vsys_text_put(&s->line, "time,vm,vcpu,profile,abi,space,nr,name,args,result,text,error,"
				"latency_ns,pid,tid,comm");
	vsys_text_put(&s->line, env->opt->modules ? ",caller\r\n" : "\r\n");
	return s;
}

static void put_field(struct vsys_text *t, const char *s)
{
	vsys_text_put(t, ",\"");
	for (; *s; s++) {
		if (*s == '"')
			vsys_text_char(t, '"');
		vsys_text_char(t, *s);
	}
	vsys_text_char(t, '"');
}

static void put_result(struct vsys_text *t, const struct vsys_decoded *c)
{
	vsys_text_char(t, ',');
	if (c->ev.ret)
		vsys_text_hex(t, c->ev.ret->result);
	put_field(t, c->result);
	vsys_text_char(t, ',');
	if (c->error)
		vsys_text_put(t, c->error);
	vsys_text_char(t, ',');
	if (c->ev.state == VSYS_STATE_RETURNED)
		vsys_text_dec(t, c->ev.ret->latency);
}

static void put_task(struct vsys_text *t, const struct vsys_task *task)
{
	vsys_text_char(t, ',');
	if (vsys_task_knows(task, VSYS_TASK_PID))
		vsys_text_dec(t, task->pid);
	vsys_text_char(t, ',');
	if (vsys_task_knows(task, VSYS_TASK_TID))
		vsys_text_dec(t, task->tid);
	put_field(t, task ? vsys_task_name(task) : "");
}

/* The columns that calls and losses share, and the comma behind them. */
static void put_head(const struct csv *s, struct vsys_text *t, const struct vsys_record *r)
{
	vsys_text_dec(t, r->time);
	vsys_text_char(t, ',');
	vsys_text_dec(t, r->vm);
	vsys_text_char(t, ',');
	vsys_text_dec(t, r->vcpu);
	vsys_text_char(t, ',');
	vsys_text_put(t, vsys_profiles_name(s->env->profiles, r->profile));
	vsys_text_char(t, ',');
}

static int csv_call(void *sink, const struct vsys_call_event *ev)
{
	struct csv *s = sink;
	const struct vsys_record *r = sink_call_record(ev);
	struct vsys_text *t = &s->line;
	struct vsys_decoded c;
	int err = sink_decode(s->env, ev, &c);

	if (err)
		return err;
	put_head(s, t, r);
	vsys_text_put(t, vsys_abi_name(r->abi));
	vsys_text_char(t, ',');
	if (ev->entry)
		vsys_text_hex(t, ev->entry->space);
	vsys_text_char(t, ',');
	if (!sink_call_unknown(ev))
		vsys_text_dec(t, r->nr);
	vsys_text_char(t, ',');
	if (!sink_call_unknown(ev))
		vsys_text_put(t, c.name);
	put_field(t, sink_args(&s->args, &c));
	put_result(t, &c);
	put_task(t, ev->task);
	if (s->env->opt->modules)
		put_field(t, sink_caller(&s->args, &c));
	vsys_text_put(t, "\r\n");
	return sink_write(s->env, t);
}

/* A loss is a row, or the calls would look complete. */
static int csv_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct csv *s = sink;
	struct vsys_text *t = &s->line;

	put_head(s, t, &lost->r);
	vsys_text_put(t, ",,,<lost>,,");
	vsys_text_reset(&s->args);
	vsys_format_note(&s->args, &lost->r, s->env->profiles);
	put_field(t, s->args.len ? s->args.s : "");
	vsys_text_put(t, s->env->opt->modules ? ",,,,,,\r\n" : ",,,,,\r\n");
	return sink_write(s->env, t);
}

/* Without calls the heading is still to be written. */
static int csv_end(void *sink)
{
	struct csv *s = sink;

	return sink_write(s->env, &s->line);
}

static void csv_close(void *sink)
{
	struct csv *s = sink;

	vsys_text_free(&s->line);
	vsys_text_free(&s->args);
	free(s);
}

const struct sink_ops sink_csv = {
	.name = "csv",
	.open = csv_open,
	.call = csv_call,
	.lost = csv_lost,
	.end = csv_end,
	.close = csv_close,
};
