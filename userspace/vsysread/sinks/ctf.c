// SPDX-License-Identifier: GPL-2.0
/*
 * vsysread convert --to ctf: a folder with a stream for each vCPU, as the Common
 * Trace Format 1.8 has it, and the metadata (ctf_meta.c), written last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ctf.h"
#include "options.h"

enum {
	PACKET = 1 << 16,	/* bytes after which a packet is written */
	STREAMS = 4096,
};

/* Header and context of a packet, in front of its events.  Sizes are in bits. */
struct packet {
	uint32_t magic, stream;
	uint64_t begin, end, content, size, lost;
	uint32_t vm, vcpu;
};

_Static_assert(sizeof(struct packet) == 56, "no holes, as the metadata say");

struct stream {
	uint32_t vm;
	uint16_t vcpu;
	uint64_t begin, end, lost;
	struct vsys_text events;
};

struct ctf {
	const struct sink_env *env;
	struct ctf_classes classes;
	unsigned int n;
	struct stream streams[STREAMS];
	struct vsys_text text;
};

static void *ctf_open(const struct sink_env *env)
{
	struct ctf *s;

	/* A new folder: readers would take streams of another trace for parts of this one. */
	if (mkdir(env->path, 0700))
		return NULL;
	errno = ENOMEM;
	s = calloc(1, sizeof(*s));
	if (s)
		s->env = env;
	return s;
}

static int write_file(const struct ctf *s, const char *name, bool more, const struct vsys_text *t)
{
	char path[4096];
	FILE *f;
	int err = 0;

	if (t->failed)
		return -ENOMEM;
	snprintf(path, sizeof(path), "%s/%s", s->env->path, name);
	f = fopen(path, more ? "ae" : "we");
	if (!f)
		return -errno;
	if (fwrite(t->s, 1, t->len, f) != t->len)
		err = -errno;
	return fclose(f) && !err ? -errno : err;
}

/* Fill in the header, for which begin_event() left room, and write the packet. */
static int end_packet(struct ctf *s, struct stream *st)
{
	struct packet p = {
		.magic = 0xc1fc1fc1,
		.begin = st->begin,
		.end = st->end,
		.content = st->events.len * 8,
		.size = st->events.len * 8,
		.lost = st->lost,
		.vm = st->vm,
		.vcpu = st->vcpu,
	};
	char name[64];
	int err;

	if (!st->events.len)
		return 0;
	if (st->events.failed)
		return -ENOMEM;
	memcpy(st->events.s, &p, sizeof(p));
	snprintf(name, sizeof(name), "vm_%u_vcpu_%u", st->vm, st->vcpu);
	err = write_file(s, name, true, &st->events);
	vsys_text_reset(&st->events);
	return err;
}

static struct stream *find(struct ctf *s, const struct vsys_record *r, int *err)
{
	struct stream *st = s->streams;

	*err = 0;
	for (; st < s->streams + s->n; st++)
		if (st->vm == r->vm && st->vcpu == r->vcpu)
			return st;
	*err = -EMFILE;
	if (s->n == STREAMS)
		return NULL;
	st = &s->streams[s->n++];
	st->vm = r->vm;
	st->vcpu = r->vcpu;
	*err = 0;
	return st;
}

/*
 * Add an event's head to its stream.  Time must not go back in a stream: records of a
 * ring are in order, unless the file is hostile.
 */
static int begin_event(struct ctf *s, const struct vsys_record *r, uint32_t id,
		       struct vsys_text **t)
{
	struct packet none = { 0 };
	struct stream *st;
	int err;

	st = find(s, r, &err);
	if (!err && st->events.len > PACKET)
		err = end_packet(s, st);
	if (err)
		return err;
	if (r->time > st->end)
		st->end = r->time;
	*t = &st->events;
	if (!st->events.len) {
		st->begin = st->end;
		vsys_text_bytes(*t, (char *)&none, sizeof(none));
	}
	vsys_text_bytes(*t, (char *)&id, sizeof(id));
	vsys_text_bytes(*t, (char *)&st->end, sizeof(st->end));
	return 0;
}

static void put64(struct vsys_text *t, uint64_t v)
{
	vsys_text_bytes(t, (char *)&v, sizeof(v));
}

static void put_string(struct vsys_text *t, const char *s)
{
	vsys_text_bytes(t, s, strlen(s) + 1);
}

static void put_args(struct ctf *s, struct vsys_text *t, const struct vsys_decoded *c)
{
	put_string(t, sink_args(&s->text, c));
}

static void put_head(struct vsys_text *t, const struct vsys_record *r, uint64_t call)
{
	vsys_text_char(t, (char)r->abi);
	vsys_text_bytes(t, (const char *)&r->nr, sizeof(r->nr));
	put64(t, call);
}

/* 0 and "" stand for what is not known. */
static void put_task(struct vsys_text *t, const struct vsys_task *task)
{
	const uint32_t ids[] = { task ? task->pid : 0, task ? task->tid : 0 };

	vsys_text_bytes(t, (const char *)ids, sizeof(ids));
	put_string(t, task ? vsys_task_name(task) : "");
}

static int ctf_begin(void *sink, const struct vsys_rec_entry *e, const struct vsys_task *task)
{
	struct vsys_call_event ev = { .state = VSYS_STATE_UNSEEN, .entry = e };
	struct ctf *s = sink;
	struct vsys_decoded c;
	struct vsys_text *t;
	unsigned int i;
	uint32_t id;
	int err;

	err = sink_decode(s->env, &ev, &c);
	if (!err)
		err = ctf_class(&s->classes, &c, CTF_ENTRY, &id);
	if (!err)
		err = begin_event(s, &e->r, id, &t);
	if (err)
		return err;
	put_head(t, &e->r, e->call);
	put64(t, e->pc);
	put64(t, e->sp);
	put64(t, e->space);
	put_task(t, task);
	for (i = 0; i < ctf_class_args(&c); i++)
		put64(t, i < c.nargs ? c.args[i].value : 0);
	put_args(s, t, &c);
	return t->failed ? -ENOMEM : 0;
}

/* A call without a return has no exit event. */
static int ctf_call(void *sink, const struct vsys_call_event *ev)
{
	const struct vsys_rec_return *r = ev->ret;
	struct ctf *s = sink;
	struct vsys_decoded c;
	struct vsys_text *t;
	uint32_t id;
	int err;

	if (!r)
		return 0;
	err = sink_decode(s->env, ev, &c);
	if (!err)
		err = ctf_class(&s->classes, &c, CTF_EXIT, &id);
	if (!err)
		err = begin_event(s, &r->r, id, &t);
	if (err)
		return err;
	put_head(t, &r->r, r->call);
	put64(t, r->result);
	put64(t, r->latency);
	put_string(t, c.error ? c.error : "");
	put_args(s, t, &c);
	put_string(t, c.result);
	if (s->env->opt->modules)
		put_string(t, sink_caller(&s->text, &c));
	return t->failed ? -ENOMEM : 0;
}

static int ctf_event(void *sink, const struct vsys_record *rec)
{
	struct ctf *s = sink;
	struct vsys_text *t;
	int err;

	err = begin_event(s, rec, CTF_RECORD_ID, &t);
	if (err)
		return err;
	put_string(t, sink_event_text(s->env, &s->text, rec));
	return t->failed ? -ENOMEM : 0;
}

/* CTF counts losses by packet: end this one. */
static int ctf_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct ctf *s = sink;
	struct stream *st;
	int err;

	st = find(s, &lost->r, &err);
	if (err)
		return err;
	err = end_packet(s, st);
	st->lost += lost->count;
	return err ? err : ctf_event(s, &lost->r);
}

static int ctf_end(void *sink)
{
	struct ctf *s = sink;
	unsigned int i;
	int err = 0, more;

	for (i = 0; i < s->n; i++) {
		more = end_packet(s, &s->streams[i]);
		err = err ? err : more;
	}
	vsys_text_reset(&s->text);
	ctf_metadata(&s->text, &s->classes, s->env);
	more = write_file(s, "metadata", false, &s->text);
	return err ? err : more;
}

static void ctf_close(void *sink)
{
	struct ctf *s = sink;
	unsigned int i;

	for (i = 0; i < s->n; i++)
		vsys_text_free(&s->streams[i].events);
	ctf_classes_free(&s->classes);
	vsys_text_free(&s->text);
	free(s);
}

const struct sink_ops sink_ctf = {
	.name = "ctf",
	.own_files = true,
	.named = true,
	.whole = true,
	.open = ctf_open,
	.begin = ctf_begin,
	.call = ctf_call,
	.lost = ctf_lost,
	.event = ctf_event,
	.end = ctf_end,
	.close = ctf_close,
};
