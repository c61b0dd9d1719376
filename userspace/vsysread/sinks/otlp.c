// SPDX-License-Identifier: GPL-2.0
/*
 * Events as logs of OpenTelemetry.  Field numbers are those of opentelemetry-proto, names of
 * attributes those of the semantic conventions; ours begin with "vsyscalls.".
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "gap.h"
#include "machine.h"
#include "otlp.h"
#include "protobuf.h"

#define SCHEMA "https://opentelemetry.io/schemas/1.37.0"

enum {
	REQUEST_LOGS = 1,

	LOGS_RESOURCE = 1,
	LOGS_SCOPE = 2,
	LOGS_SCHEMA = 3,
	RESOURCE_ATTRIBUTES = 1,

	SCOPE_SCOPE = 1,
	SCOPE_RECORDS = 2,
	SCOPE_SCHEMA = 3,
	SCOPE_NAME = 1,
	SCOPE_VERSION = 2,

	RECORD_TIME = 1,
	RECORD_SEVERITY = 2,
	RECORD_SEVERITY_TEXT = 3,
	RECORD_BODY = 5,
	RECORD_ATTRIBUTES = 6,
	RECORD_OBSERVED = 11,
	RECORD_EVENT = 12,
	SEVERITY_INFO = 9,
	SEVERITY_WARN = 13,

	KEY = 1,
	VALUE = 2,
	VALUE_STRING = 1,
	VALUE_INT = 3,
	VALUE_LIST = 6,
	LIST_VALUES = 1,

	RESPONSE_PARTIAL = 1,
	PARTIAL_REJECTED = 1,
	PARTIAL_WHY = 2,
};

/* ---- write ---- */

static void put_fixed64(struct vsys_text *t, unsigned int field, uint64_t v)
{
	unsigned int i;

	put_varint(t, field << 3 | 1);
	for (i = 0; i < 64; i += 8)
		vsys_text_char(t, (char)(v >> i));
}

/* Add a pair to @field; @value is emptied. */
static void put_pair(struct vsys_text *t, unsigned int field, const char *key, struct vsys_text *value)
{
	struct vsys_text pair = { 0 };

	put_string(&pair, KEY, key);
	put_message(&pair, VALUE, value);
	put_message(t, field, &pair);
	vsys_text_free(&pair);
}

static void put_text(struct vsys_text *t, unsigned int field, const char *key, const char *s)
{
	struct vsys_text value = { 0 };

	put_string(&value, VALUE_STRING, s);
	put_pair(t, field, key, &value);
	vsys_text_free(&value);
}

static void put_number(struct vsys_text *t, unsigned int field, const char *key, uint64_t v)
{
	struct vsys_text value = { 0 };

	put_uint(&value, VALUE_INT, v);
	put_pair(t, field, key, &value);
	vsys_text_free(&value);
}

static void attribute(struct vsys_text *t, const char *key, const char *s)
{
	if (s && *s)
		put_text(t, RECORD_ATTRIBUTES, key, s);
}

static void attribute_number(struct vsys_text *t, const char *key, uint64_t v)
{
	put_number(t, RECORD_ATTRIBUTES, key, v);
}

/* Set the id that the host keeps, 32 hex digits. */
static void find_host_id(char *id, size_t n)
{
	char path[4096];
	FILE *f = fopen(host_path("/etc/machine-id", path, sizeof(path)), "re");

	if (!f || !fgets(id, (int)n, f) || strspn(id, "0123456789abcdef") != n - 1)
		*id = '\0';
	if (f)
		fclose(f);
}

/* The host, and the machine on it.  Only the thread of the sink comes here. */
static void put_resource(struct vsys_text *t, uint32_t vm, const char *machine)
{
	static char host[256], id[33];
	struct vsys_text resource = { 0 }, escaped = { 0 };

	if (!*host) {
		gethostname(host, sizeof(host) - 1);
		find_host_id(id, sizeof(id));
	}
	put_text(&resource, RESOURCE_ATTRIBUTES, "service.name", "vsyscalls");
	put_text(&resource, RESOURCE_ATTRIBUTES, "host.name", host);
	if (*id)
		put_text(&resource, RESOURCE_ATTRIBUTES, "host.id", id);
	put_number(&resource, RESOURCE_ATTRIBUTES, "vsyscalls.machine.pid", vm);
	if (sink_escape(&escaped, machine))
		put_text(&resource, RESOURCE_ATTRIBUTES, "vsyscalls.machine.name", escaped.s + 1);
	put_message(t, LOGS_RESOURCE, &resource);
	vsys_text_free(&escaped);
	vsys_text_free(&resource);
}

/* The guest's process and thread. */
static void put_task(struct vsys_text *t, const struct vsys_task *task)
{
	const char *base;

	if (!task)
		return;
	if (vsys_task_knows(task, VSYS_TASK_PID))
		attribute_number(t, "process.pid", task->pid);
	if (vsys_task_knows(task, VSYS_TASK_PPID))
		attribute_number(t, "process.parent_pid", task->ppid);
	if (vsys_task_knows(task, VSYS_TASK_UID))
		attribute_number(t, "process.user.id", task->uid);
	if (task->program) {
		base = strrchr(task->program, '/') ? strrchr(task->program, '/') : strrchr(task->program, '\\');
		attribute(t, "process.executable.path", task->program);
		attribute(t, "process.executable.name", base ? base + 1 : task->program);
	}
	if (vsys_task_knows(task, VSYS_TASK_TID))
		attribute_number(t, "thread.id", task->tid);
	attribute(t, "thread.name", task->name);
	attribute(t, "container.id", task->container);
}

static void put_args(struct vsys_text *t, const struct vsys_decoded *c)
{
	struct vsys_text list = { 0 }, value = { 0 };
	unsigned int i;

	for (i = 0; i < c->nargs; i++)
		put_text(&list, LIST_VALUES, c->args[i].name, c->args[i].text);
	if (c->nargs) {
		put_message(&value, VALUE_LIST, &list);
		put_pair(t, RECORD_ATTRIBUTES, "vsyscalls.args", &value);
	}
	vsys_text_free(&value);
	vsys_text_free(&list);
}

static void put_call(struct vsys_text *t, const struct stream_event *ev)
{
	const struct vsys_decoded *c = ev->call;
	struct vsys_text caller = { 0 };

	put_task(t, c->ev.task);
	if (c->failed)
		attribute(t, "error.type", c->error);
	attribute(t, "vsyscalls.call", sink_call_name(c));
	if (!sink_call_unknown(&c->ev))
		attribute_number(t, "vsyscalls.nr", ev->rec->nr);
	attribute(t, "vsyscalls.abi", vsys_abi_name(ev->rec->abi));
	attribute(t, "vsyscalls.profile", vsys_profiles_name(ev->env->profiles, ev->rec->profile));
	if (c->ev.ret)
		attribute(t, "vsyscalls.result", c->result);
	if (c->ev.state == VSYS_STATE_RETURNED)
		attribute_number(t, "vsyscalls.latency", c->ev.ret->latency);
	if (c->caller)
		attribute(t, "vsyscalls.caller", sink_caller(&caller, c));
	vsys_text_free(&caller);
	put_args(t, c);
}

/* Events that are missing in a stream, or that the module could not keep. */
static void put_missing(struct vsys_text *t, uint64_t first, uint64_t last, uint64_t count)
{
	attribute_number(t, "vsyscalls.missing.first", first);
	attribute_number(t, "vsyscalls.missing.last", last);
	attribute_number(t, "vsyscalls.missing.count", count);
}

static void put_gap(struct vsys_text *t, const struct gap *gap, const char *reason)
{
	attribute_number(t, "vsyscalls.vcpu", gap->vcpu);
	attribute(t, "vsyscalls.missing.reason", reason);
	put_missing(t, gap->first, gap->last, gap->count);
}

static void put_event(struct vsys_text *t, const struct stream_event *ev)
{
	const struct vsys_rec_lost *lost = (const void *)ev->rec;

	attribute_number(t, "vsyscalls.vcpu", ev->rec->vcpu);
	attribute_number(t, "vsyscalls.seq", ev->rec->seq);
	if (ev->call)
		put_call(t, ev);
	else if (lost->r.type == VSYS_REC_LOST)
		put_missing(t, lost->first, lost->last, lost->count);
}

/* A line for people. */
static void put_body(struct vsys_text *t, const struct stream_event *ev)
{
	struct vsys_text line = { 0 }, more = { 0 }, value = { 0 };

	if (ev->gap) {
		vsys_text_dec(&line, ev->gap->count);
		vsys_text_put(&line, " events are missing");
	} else if (ev->call) {
		vsys_text_put(&line, sink_call_name(ev->call));
		vsys_text_printf(&line, "(%s) = ", sink_args(&more, ev->call));
		vsys_text_put(&line, ev->call->ev.ret ? ev->call->result : "?");
	} else {
		vsys_text_put(&line, sink_event_text(ev->env, &more, ev->rec));
	}
	t->failed |= line.failed || more.failed;
	put_string(&value, VALUE_STRING, line.len ? line.s : "");
	put_message(t, RECORD_BODY, &value);
	vsys_text_free(&value);
	vsys_text_free(&more);
	vsys_text_free(&line);
}

static void put_times(struct vsys_text *t, const struct stream_event *ev)
{
	uint64_t offset = ev->env ? (uint64_t)*ev->env->since_1970 : 0;
	uint64_t time = ev->rec ? ev->rec->time : ev->gap->time;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (offset && time)
		put_fixed64(t, RECORD_TIME, time + offset);
	put_fixed64(t, RECORD_OBSERVED, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

static void put_record(struct vsys_text *t, const struct stream_event *ev)
{
	bool lost = !ev->gap && ev->rec->type == VSYS_REC_LOST, missing = ev->gap || lost;
	const char *type = lost ? "lost" : ev->call ? "call" : ev->type;
	char name[80];

	put_times(t, ev);
	put_uint(t, RECORD_SEVERITY, missing ? SEVERITY_WARN : SEVERITY_INFO);
	put_string(t, RECORD_SEVERITY_TEXT, missing ? "WARN" : "INFO");
	put_body(t, ev);
	attribute(t, "log.record.uid", ev->id);
	if (ev->gap)
		put_gap(t, ev->gap, ev->reason);
	else
		put_event(t, ev);
	snprintf(name, sizeof(name), "vsyscalls.%s", ev->gap ? "gap" : type);
	put_string(t, RECORD_EVENT, name);
}

/* ---- read ---- */

/**
 * struct field - a field that was read
 * @number: its number
 * @value: if it is a number
 * @bytes: if it is a string or a message, @n bytes, else NULL
 */
struct field {
	uint64_t number, value;
	const char *bytes;
	size_t n;
};

static bool read_varint(const char **p, const char *end, uint64_t *v)
{
	unsigned int shift;

	*v = 0;
	for (shift = 0; shift < 64 && *p < end; shift += 7) {
		*v |= (uint64_t)(**p & 0x7f) << shift;
		if (!(*(*p)++ & 0x80))
			return true;
	}
	return false;
}

/* The next field before @end; false: there is none, or it is broken or of another type. */
static bool read_field(const char **p, const char *end, struct field *f)
{
	uint64_t tag;

	if (!read_varint(p, end, &tag) || !read_varint(p, end, &f->value))
		return false;
	f->number = tag >> 3;
	f->bytes = NULL;
	if (!(tag & 7))
		return true;
	if ((tag & 7) != 2 || f->value > (uint64_t)(end - *p))
		return false;
	f->bytes = *p;
	f->n = (size_t)f->value;
	*p += f->n;
	return true;
}

/* Set @resource and @record to the two fields of a message, with their tags. */
static bool split(const struct message *m, struct field *resource, struct field *record)
{
	size_t n;
	const char *text = message_text(m, &n), *p = text, *end = text + n, *middle;

	if (!read_field(&p, end, resource) || resource->number != LOGS_RESOURCE || !resource->bytes)
		return false;
	middle = p;
	if (!read_field(&p, end, record) || record->number != SCOPE_RECORDS || !record->bytes || p != end)
		return false;
	resource->bytes = text;
	resource->n = (size_t)(middle - text);
	record->bytes = middle;
	record->n = (size_t)(end - middle);
	return true;
}

void otlp_text(struct vsys_text *t, const struct stream_event *ev)
{
	struct vsys_text record = { 0 };
	struct field resource, old;

	if (!ev->instead)
		put_resource(t, ev->gap ? ev->gap->vm : ev->rec->vm, ev->machine);
	else if (split(ev->instead, &resource, &old))
		vsys_text_bytes(t, resource.bytes, resource.n);
	put_record(&record, ev);
	put_message(t, SCOPE_RECORDS, &record);
	vsys_text_free(&record);
}

/* Add the logs of a resource. */
static void put_logs(struct vsys_text *t, const struct field *resource, struct vsys_text *records)
{
	struct vsys_text logs = { 0 }, scope = { 0 }, name = { 0 };

	put_string(&name, SCOPE_NAME, "vsysread");
	put_string(&name, SCOPE_VERSION, VSYS_VERSION);
	put_message(&scope, SCOPE_SCOPE, &name);
	vsys_text_bytes(&scope, records->s, records->len);
	put_string(&scope, SCOPE_SCHEMA, SCHEMA);
	vsys_text_bytes(&logs, resource->bytes, resource->n);
	put_message(&logs, LOGS_SCOPE, &scope);
	put_string(&logs, LOGS_SCHEMA, SCHEMA);
	t->failed |= records->failed;
	put_message(t, REQUEST_LOGS, &logs);
	vsys_text_reset(records);
	vsys_text_free(&name);
	vsys_text_free(&scope);
	vsys_text_free(&logs);
}

size_t otlp_request(struct vsys_text *t, struct message *const *messages, size_t n)
{
	struct field resource, record, before = { 0 };
	struct vsys_text records = { 0 };
	size_t i, count = 0;

	for (i = 0; i < n; i++) {
		if (!split(messages[i], &resource, &record))
			continue;
		if (records.len && (before.n != resource.n || memcmp(before.bytes, resource.bytes, before.n)))
			put_logs(t, &before, &records);
		vsys_text_bytes(&records, record.bytes, record.n);
		before = resource;
		count++;
	}
	if (records.len)
		put_logs(t, &before, &records);
	vsys_text_free(&records);
	return count;
}

uint64_t otlp_rejected(const char *bytes, size_t n, struct vsys_text *why)
{
	const char *p = bytes, *end = bytes + n;
	struct field f = { 0 };
	uint64_t rejected = 0;

	while (f.number != RESPONSE_PARTIAL || !f.bytes)
		if (!read_field(&p, end, &f))
			return 0;
	p = f.bytes;
	end = f.bytes + f.n;
	while (read_field(&p, end, &f)) {
		if (f.number == PARTIAL_REJECTED && !f.bytes)
			rejected = f.value;
		else if (f.number == PARTIAL_WHY && f.bytes)
			vsys_text_quote(why, f.bytes, f.n);
	}
	return rejected;
}
