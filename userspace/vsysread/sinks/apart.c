// SPDX-License-Identifier: GPL-2.0
/*
 * -ff: a file for each thread, FILE.VM.TID.  Each has a text output of its own; FILE has
 * what belongs to no call.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "sink.h"

enum {
	BUCKETS = 256,	/* a power of two */
	OPEN_MAX_FILES = 64,
};

/**
 * struct part - the output of a thread
 * @next: of its bucket
 * @vm: its machine
 * @tid: its number; with @vcpu that of a vCPU, whose threads are not known
 * @vcpu: see @tid
 * @env: of its text output; the file is NULL while it is not open
 * @path: the file
 * @sink: the text output
 */
struct part {
	struct part *next;
	uint32_t vm;
	uint64_t tid;
	bool vcpu;
	struct sink_env env;
	char *path;
	void *sink;
};

struct apart {
	const struct sink_env *env;
	void *rest;				/* the text output of FILE */
	unsigned int nopen;
	struct part *buckets[BUCKETS];
};

static void *apart_open(const struct sink_env *env)
{
	struct apart *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->env = env;
	a->rest = sink_text.open(env);
	if (a->rest)
		return a;
	free(a);
	return NULL;
}

/* Returns 0 or a negative errno. */
static int close_part(struct apart *a, struct part *p)
{
	FILE *file = p->env.file;

	if (!file)
		return 0;
	p->env.file = NULL;
	a->nopen--;
	return fclose(file) ? -errno : 0;
}

static int for_all(struct apart *a, int (*what)(struct apart *a, struct part *p))
{
	int err = 0, e;
	struct part *p;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++) {
		for (p = a->buckets[i]; p; p = p->next) {
			e = what(a, p);
			err = err ? err : e;
		}
	}
	return err;
}

/* A guest may have more threads than we may have files: close all, and begin again. */
static int open_part(struct apart *a, struct part *p, bool append)
{
	int err = 0;

	if (p->env.file)
		return 0;
	if (a->nopen >= OPEN_MAX_FILES)
		err = for_all(a, close_part);
	p->env.file = fopen(p->path, append ? "ae" : "we");
	if (!p->env.file)
		return -errno;
	a->nopen++;
	return err;
}

static void free_part(struct part *p)
{
	if (p->sink)
		sink_text.close(p->sink);
	free(p->path);
	free(p);
}

/* A new thread: its file is made, or added to with -A. */
static int new_part(struct apart *a, struct part *p)
{
	int err;

	p->env = *a->env;
	p->env.file = NULL;
	if (asprintf(&p->path, "%s.%" PRIu32 ".%s%" PRIu64, a->env->path, p->vm,
		     p->vcpu ? "vcpu" : "", p->tid) < 0) {
		p->path = NULL;
		return -ENOMEM;
	}
	err = open_part(a, p, a->env->opt->append);
	if (err)
		return err;
	p->sink = sink_text.open(&p->env);
	return p->sink ? 0 : -ENOMEM;
}

static int find_part(struct apart *a, const struct vsys_record *r, const struct vsys_task *task,
		     struct part **out)
{
	struct part key = { .vm = r->vm, .tid = task ? task->tid : r->vcpu, .vcpu = !task }, *p;
	struct part **bucket = &a->buckets[(key.tid ^ key.vm) & (BUCKETS - 1)];
	int err;

	for (p = *bucket; p; p = p->next) {
		if (p->vm != key.vm || p->tid != key.tid || p->vcpu != key.vcpu)
			continue;
		*out = p;
		return open_part(a, p, true);
	}
	p = malloc(sizeof(*p));
	if (!p)
		return -ENOMEM;
	*p = key;
	err = new_part(a, p);
	if (err) {
		close_part(a, p);
		free_part(p);
		return err;
	}
	p->next = *bucket;
	*bucket = p;
	*out = p;
	return 0;
}

static int apart_begin(void *sink, const struct vsys_rec_entry *entry,
		       const struct vsys_task *task)
{
	struct part *p;
	int err = find_part(sink, &entry->r, task, &p);

	return err ? err : sink_text.begin(p->sink, entry, task);
}

static int apart_call(void *sink, const struct vsys_call_event *ev)
{
	struct part *p;
	int err = find_part(sink, sink_call_record(ev), ev->task, &p);

	return err ? err : sink_text.call(p->sink, ev);
}

static int apart_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct apart *a = sink;

	return sink_text.lost(a->rest, lost);
}

static int apart_event(void *sink, const struct vsys_record *rec)
{
	struct apart *a = sink;

	return sink_text.event(a->rest, rec);
}

/* What was read so far is in the files, and so is the call that a thread waits in. */
static int idle_part(struct apart *a, struct part *p)
{
	int err;

	(void)a;
	if (!p->env.file)
		return 0;
	err = sink_text.idle(p->sink);
	return err ? err : fflush(p->env.file) ? -errno : 0;
}

static int apart_idle(void *sink)
{
	return for_all(sink, idle_part);
}

static int apart_end(void *sink)
{
	return for_all(sink, close_part);
}

static void apart_close(void *sink)
{
	struct apart *a = sink;
	struct part *p;
	unsigned int i;

	for_all(a, close_part);
	for (i = 0; i < BUCKETS; i++) {
		while ((p = a->buckets[i])) {
			a->buckets[i] = p->next;
			free_part(p);
		}
	}
	sink_text.close(a->rest);
	free(a);
}

const struct sink_ops sink_apart = {
	.name = "text",
	.open = apart_open,
	.begin = apart_begin,
	.call = apart_call,
	.lost = apart_lost,
	.event = apart_event,
	.idle = apart_idle,
	.end = apart_end,
	.close = apart_close,
};
