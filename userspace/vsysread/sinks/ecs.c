// SPDX-License-Identifier: GPL-2.0
/*
 * vsysread convert --to ecs: documents of the Elastic Common Schema, one a line.  What
 * has no field there is below "vsyscalls".
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json_put.h"
#include "sink.h"

struct ecs {
	const struct sink_env *env;
	struct vsys_text line, object;
};

static void *ecs_open(const struct sink_env *env)
{
	struct ecs *s = calloc(1, sizeof(*s));

	if (s)
		s->env = env;
	return s;
}

static void put_time(struct ecs *s, const struct vsys_record *r)
{
	uint64_t ns = r->time + (uint64_t)*s->env->since_1970;
	time_t seconds = (time_t)(ns / 1000000000);
	char date[32] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	json_key(&s->line, "@timestamp");
	vsys_text_printf(&s->line, "\"%s.%09" PRIu64 "Z\"", date, ns % 1000000000);
}

/* Members of all documents; the machine is the host that was observed. */
static void put_head(struct ecs *s, const struct vsys_record *r)
{
	const struct vsys_note_machine *m = s->env->notes ? vsys_notes_machine(s->env->notes, r->vm)
							  : NULL;
	struct vsys_text *t = &s->line;
	const char *name;
	char id[16];

	vsys_text_char(t, '{');
	put_time(s, r);
	json_begin(t, "ecs");
	json_string(t, "version", "8.11.0");
	json_end(t);
	json_begin(t, "host");
	snprintf(id, sizeof(id), "%u", r->vm);
	json_string(t, "id", id);
	name = sink_escape(&s->object, m ? m->name : NULL);
	if (name)
		json_string(t, "name", name);
	json_end(t);
}

/* Category and type of event, by the first object that the call names. */
static const char *const kinds[VSYS_OBJECT_NR] = {
	[VSYS_OBJECT_NONE] = "\"category\":[\"process\"],\"type\":[\"info\"]",
	[VSYS_OBJECT_FILE] = "\"category\":[\"file\"],\"type\":[\"access\"]",
	[VSYS_OBJECT_KEY] = "\"category\":[\"registry\"],\"type\":[\"access\"]",
	[VSYS_OBJECT_SOCKET] = "\"category\":[\"network\"],\"type\":[\"info\"]",
	[VSYS_OBJECT_OTHER] = "\"category\":[\"process\"],\"type\":[\"info\"]",
};

static const char *outcome(const struct vsys_decoded *c)
{
	if (!c->ev.ret || sink_call_unknown(&c->ev))
		return "unknown";
	return c->failed ? "failure" : "success";
}

static void put_event(struct ecs *s, const struct vsys_decoded *c, enum vsys_object_kind kind)
{
	const struct vsys_record *r = sink_call_record(&c->ev);
	struct vsys_text *t = &s->line;

	json_begin(t, "event");
	vsys_text_put(t, "\"kind\":\"event\",");
	vsys_text_put(t, kinds[kind]);
	json_string(t, "module", "vsyscalls");
	json_string(t, "dataset", "vsyscalls.call");
	json_string(t, "action", sink_call_name(c));
	json_string(t, "outcome", outcome(c));
	if (c->ev.state == VSYS_STATE_RETURNED)
		json_number(t, "duration", c->ev.ret->latency);
	json_number(t, "sequence", r->seq);
	json_end(t);
	if (!c->error)
		return;
	json_begin(t, "error");
	json_string(t, "code", c->error);
	json_string(t, "message", c->result);
	json_end(t);
}

static void put_process(struct ecs *s, const struct vsys_task *task)
{
	struct vsys_text *t = &s->line;

	if (!task)
		return;
	json_begin(t, "process");
	json_string(t, "name", vsys_task_name(task));
	if (vsys_task_knows(task, VSYS_TASK_PID))
		json_number(t, "pid", task->pid);
	if (task->program)
		json_string(t, "executable", task->program);
	if (task->command)
		json_string(t, "command_line", task->command);
	if (vsys_task_knows(task, VSYS_TASK_TID)) {
		json_begin(t, "thread");
		json_number(t, "id", task->tid);
		json_string(t, "name", vsys_task_name(task));
		json_end(t);
	}
	if (vsys_task_knows(task, VSYS_TASK_PPID)) {
		json_begin(t, "parent");
		json_number(t, "pid", task->ppid);
		json_end(t);
	}
	json_end(t);
	if (vsys_task_knows(task, VSYS_TASK_UID)) {
		json_begin(t, "user");
		json_key(t, "id");
		vsys_text_printf(t, "\"%u\"", task->uid);
		json_end(t);
	}
	if (!task->container)
		return;
	json_begin(t, "container");
	json_string(t, "id", task->container);
	json_end(t);
}

/* The peer of "TCP:[10.0.0.2:41234->93.184.216.34:443]". */
static void put_peer(struct ecs *s)
{
	char *peer = strstr(s->object.s, "->"), *port;

	if (!peer)
		return;
	peer += 2;
	port = strrchr(peer, ':');
	if (*peer == '"' || !port)
		return;
	json_begin(&s->line, "destination");
	json_number(&s->line, "port", strtoul(port + 1, NULL, 10));
	*port = '\0';
	if (*peer == '[' && port > peer + 1) {
		port[-1] = '\0';
		peer++;
	}
	json_string(&s->line, "ip", peer);
	json_end(&s->line);
}

/* The object that the call names, which is in s->object. */
static void put_object(struct ecs *s, enum vsys_object_kind kind)
{
	if (kind == VSYS_OBJECT_FILE) {
		json_begin(&s->line, "file");
		json_string(&s->line, "path", s->object.s);
		json_end(&s->line);
	} else if (kind == VSYS_OBJECT_KEY) {
		json_begin(&s->line, "registry");
		json_string(&s->line, "path", s->object.s);
		json_end(&s->line);
	} else if (kind == VSYS_OBJECT_SOCKET) {
		put_peer(s);
	}
}

static enum vsys_object_kind find_object(struct ecs *s, const struct vsys_decoded *c)
{
	enum vsys_object_kind kind = VSYS_OBJECT_NONE;
	unsigned int i;

	for (i = 0; i < c->nargs && !kind; i++) {
		vsys_text_reset(&s->object);
		kind = vsys_decoder_object(s->env->decoder, c, i, &s->object);
	}
	return kind;
}

static void put_call(struct ecs *s, const struct vsys_decoded *c)
{
	const struct vsys_record *r = sink_call_record(&c->ev);
	struct vsys_text *t = &s->line;
	unsigned int i;

	json_begin(t, "vsyscalls");
	json_string(t, "profile", vsys_profiles_name(s->env->profiles, r->profile));
	json_string(t, "abi", vsys_abi_name(r->abi));
	json_number(t, "vcpu", r->vcpu);
	if (!sink_call_unknown(&c->ev))
		json_number(t, "nr", r->nr);
	if (c->ev.ret)
		json_string(t, "result", c->result);
	if (c->nargs)
		json_begin(t, "args");
	for (i = 0; i < c->nargs; i++)
		json_string(t, c->args[i].name, c->args[i].text);
	if (c->nargs)
		json_end(t);
	json_end(t);
}

static int ecs_call(void *sink, const struct vsys_call_event *ev)
{
	struct ecs *s = sink;
	enum vsys_object_kind kind;
	struct vsys_decoded c;
	int err;

	err = sink_decode(s->env, ev, &c);
	if (err)
		return err;
	put_head(s, sink_call_record(ev));
	kind = find_object(s, &c);
	put_event(s, &c, kind);
	put_process(s, ev->task);
	put_object(s, kind);
	put_call(s, &c);
	vsys_text_put(&s->line, "}\n");
	return s->object.failed ? -ENOMEM : sink_write(s->env, &s->line);
}

static int ecs_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct ecs *s = sink;
	struct vsys_text *t = &s->line;

	put_head(s, &lost->r);
	json_begin(t, "event");
	json_string(t, "kind", "pipeline_error");
	json_string(t, "module", "vsyscalls");
	json_string(t, "dataset", "vsyscalls.lost");
	json_string(t, "action", "lost");
	json_end(t);
	json_begin(t, "vsyscalls");
	json_number(t, "vcpu", lost->r.vcpu);
	json_number(t, "lost", lost->count);
	json_end(t);
	vsys_text_put(t, "}\n");
	return sink_write(s->env, t);
}

static void ecs_close(void *sink)
{
	struct ecs *s = sink;

	vsys_text_free(&s->line);
	vsys_text_free(&s->object);
	free(s);
}

const struct sink_ops sink_ecs = {
	.name = "ecs",
	.objects = true,
	.open = ecs_open,
	.call = ecs_call,
	.lost = ecs_lost,
	.close = ecs_close,
};
