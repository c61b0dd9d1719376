// SPDX-License-Identifier: GPL-2.0
/* Common parts of the watchers: arguments, signals, objects by handle. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "watch.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = number;
}

static void report(void *arg, const char *what)
{
	(void)arg;
	fprintf(stderr, "%s\n", what);
}

/* Report lost events: the output may be incomplete. */
static void on_lost(struct vsys_trace *v, void *user, const struct vsys_record *rec)
{
	(void)v, (void)user;
	printf("vm %u: %" PRIu64 " events were lost\n", rec->vm,
	       (uint64_t)((const struct vsys_rec_lost *)rec)->count);
}

bool watch_for(int err)
{
	if (err && err != -ENOENT)
		fprintf(stderr, "%s\n", vsys_error());
	return !err || err == -ENOENT;
}

void watch_who(const struct vsys_syscall *c)
{
	printf("vm %u 0x%" PRIx64 ": ", c->r->vm, (uint64_t)c->ev.entry->space);
}

static int run(struct vsys_trace *v)
{
	bool stopped = false;
	int n;

	do {
		if (stop && !stopped) {
			stopped = true;
			vsys_trace_stop(v);
		}
		n = vsys_trace_run(v, 200);
		fflush(stdout);
	} while (n > 0 || n == -EINTR);
	return n;
}

int watch(int argc, char **argv, const char *usage, bool (*prepare)(struct vsys_trace *v))
{
	struct sigaction action = { .sa_handler = on_signal };
	const char *profile = argc > 2 ? argv[2] : NULL;
	pid_t pid = argc > 3 ? atoi(argv[3]) : 0;
	struct vsys_trace *v;
	bool ok;

	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: %sSOURCE [PROFILE [PID]]\n", usage);
		return 2;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (vsys_trace_open(argv[1], &v)) {
		fprintf(stderr, "%s\n", vsys_error());
		return 1;
	}
	ok = prepare(v) && watch_for(vsys_trace_on_record(v, VSYS_REC_LOST, on_lost));
	if (ok && (vsys_trace_device(v) || profile || pid) && vsys_trace_attach(v, pid, profile, 0)) {
		fprintf(stderr, "%s\n", vsys_error());
		ok = false;
	}
	if (ok && vsys_trace_device(v))
		fputs("watching, until a signal\n", stderr);
	vsys_trace_report(v, report, NULL);
	if (ok && run(v)) {
		fprintf(stderr, "%s\n", vsys_error());
		ok = false;
	}
	object_end();
	vsys_trace_close(v);
	return !ok;
}

/* ---- objects ---- */

enum { BUCKETS = 4096 };

struct handle {
	struct handle *next;
	uint32_t vm;
	uint64_t space, handle;
	struct object *object;
};

static struct handle *handles[BUCKETS];
static struct vsys_text path;

void (*object_gone)(const struct object *o);

void *watch_need(void *p)
{
	if (p)
		return p;
	fputs("out of memory\n", stderr);
	exit(1);
}

static struct handle **place(uint32_t vm, uint64_t space, uint64_t handle)
{
	uint64_t hash = (handle ^ space >> 8 ^ (uint64_t)vm << 20) * UINT64_C(0x9e3779b97f4a7c15);
	struct handle **at = &handles[hash >> 52 & (BUCKETS - 1)];

	while (*at && ((*at)->vm != vm || (*at)->space != space || (*at)->handle != handle))
		at = &(*at)->next;
	return at;
}

static struct handle **place_of(const struct vsys_syscall *c, uint64_t handle)
{
	return place(c->r->vm, c->ev.entry->space, handle);
}

void object_get(struct object *o)
{
	o->refs++;
}

void object_put(struct object *o)
{
	if (--o->refs)
		return;
	if (object_gone)
		object_gone(o);
	free(o->name);
	free(o);
}

struct object *object_find(const struct vsys_syscall *c, uint64_t handle)
{
	struct handle *h = *place_of(c, handle);

	return h ? h->object : NULL;
}

static void set_object(const struct vsys_syscall *c, uint64_t handle, struct object *o)
{
	struct handle **at, *h;

	/* A handle that is returned again was closed before, even if that was not seen. */
	object_close(c, handle);
	at = place_of(c, handle);
	h = watch_need(calloc(1, sizeof(*h)));
	h->vm = c->r->vm;
	h->space = c->ev.entry->space;
	h->handle = handle;
	h->object = o;
	object_get(o);
	*at = h;
}

struct object *object_new(const struct vsys_syscall *c, uint64_t handle, const char *name)
{
	struct object *o = watch_need(calloc(1, sizeof(*o)));

	o->name = watch_need(strdup(name ? name : "?"));
	o->vm = c->r->vm;
	o->space = c->ev.entry->space;
	o->handle = handle;
	set_object(c, handle, o);
	return o;
}

void object_dup(const struct vsys_syscall *c, uint64_t from, uint64_t to)
{
	struct object *o = object_find(c, from);

	if (o && from != to)
		set_object(c, to, o);
}

void object_close(const struct vsys_syscall *c, uint64_t handle)
{
	struct handle **at = place_of(c, handle), *h = *at;

	if (!h)
		return;
	*at = h->next;
	object_put(h->object);
	free(h);
}

const char *object_path(const struct vsys_syscall *c)
{
	struct object *root;
	uint64_t handle;

	vsys_text_reset(&path);
	if (vsys_syscall_number(c, VSYS_ENTER, "ObjectAttributes.RootDirectory", &handle) && handle) {
		root = object_find(c, handle);
		vsys_text_put(&path, root ? root->name : "?");
		vsys_text_char(&path, '\\');
	}
	return vsys_syscall_string(c, VSYS_ENTER, "ObjectAttributes", &path) ? path.s : NULL;
}

struct object *object_opened(const struct vsys_syscall *c, const char *param)
{
	uint64_t handle;

	if (c->failed || !vsys_syscall_number(c, VSYS_RETURN, param, &handle))
		return NULL;
	return object_new(c, handle, object_path(c));
}

void object_end(void)
{
	struct handle *h;
	unsigned int i;

	transfers_end();
	for (i = 0; i < BUCKETS; i++)
		while ((h = handles[i])) {
			handles[i] = h->next;
			object_put(h->object);
			free(h);
		}
	vsys_text_free(&path);
}
