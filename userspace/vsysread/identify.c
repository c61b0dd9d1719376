// SPDX-License-Identifier: GPL-2.0
/* Find out what runs in machines while others are traced: a thread beside the trace. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "guests.h"
#include "identify.h"
#include "machines.h"
#include "options.h"
#include "sink.h"

enum {
	MACHINES = 4096,
	WAIT_MS = 1000,		/* for a vCPU; then the next machine gets its turn */
	SCAN_MS = 250,		/* between two looks for new machines, at least */
	SCAN_REST = 30,		/* times the time that such a look took: /proc may be large */
	TRIES = 3,		/* at a system that is not recognised: it may be booting */
	REST = 10,		/* times the time that a look took, before the next at a machine */
};

/**
 * struct machine_work - a machine to look at
 * @vm: process that runs it
 * @traced: by this program
 * @looked: it was looked at
 * @tries: looks at it that recognised nothing
 * @due: when to look, CLOCK_MONOTONIC
 */
struct machine_work {
	uint32_t vm;
	bool traced;
	bool looked;
	unsigned int tries;
	uint64_t due;
};

/**
 * struct identifier - machines, and the thread that looks at them
 * @o: the command line
 * @device: of the trace; only its descriptor is used, by both threads
 * @fd: an eventfd that tells of a look, or of the first scan
 * @thread: runs identifier_run()
 * @lock: for the members below
 * @more: signalled when they change
 * @end: the thread is to end
 * @watch: look for new machines
 * @scanned: @watch has looked once
 * @scan: when @watch looks again, CLOCK_MONOTONIC
 * @work: machines to look at, @nwork of them
 * @nwork: number of @work
 * @busy: machine that is looked at, 0 for none
 * @seen: machines that @watch has found, @nseen of them
 * @nseen: number of @seen
 * @found: what identifier_take() will return, @nfound of it
 * @nfound: number of @found
 */
struct identifier {
	const struct options *o;
	struct vsys_device *device;
	int fd;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	bool end, watch, scanned;
	uint64_t scan;
	struct machine_work work[MACHINES];
	unsigned int nwork;
	uint32_t busy;
	uint32_t seen[MACHINES];
	unsigned int nseen;
	struct identified *found;
	size_t nfound;
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static bool seen(struct identifier *id, uint32_t vm)
{
	unsigned int i;

	for (i = 0; i < id->nseen; i++)
		if (id->seen[i] == vm)
			return true;
	if (id->nseen < MACHINES)
		id->seen[id->nseen++] = vm;
	return false;
}

/* With the lock held.  What waits for its turn need not be added again. */
static void work_add(struct identifier *id, const struct machine_work *w)
{
	unsigned int i;

	for (i = 0; i < id->nwork; i++) {
		if (id->work[i].vm != w->vm)
			continue;
		id->work[i].traced |= w->traced;
		return;
	}
	if (id->nwork < MACHINES)
		id->work[id->nwork++] = *w;
	pthread_cond_signal(&id->more);
}

static void found_add(struct identifier *id, const struct identified *found)
{
	void *v = realloc(id->found, (id->nfound + 1) * sizeof(*id->found));

	if (!v)
		return;
	id->found = v;
	id->found[id->nfound++] = *found;
}

static void tell(struct identifier *id)
{
	uint64_t one = 1;

	if (write(id->fd, &one, sizeof(one)) < 0)
		return;	/* it is readable already */
}

/* A machine whose process has ended: another may get its id. */
static void forget_ended(struct identifier *id, const struct machine *m, int n)
{
	unsigned int i, kept = 0;
	int j;

	for (i = 0; i < id->nseen; i++) {
		for (j = 0; j < n && (uint32_t)m[j].pid != id->seen[i]; j++)
			;
		if (j < n)
			id->seen[kept++] = id->seen[i];
	}
	id->nseen = kept;
}

/* Without the lock: it may take long. */
static void scan(struct identifier *id)
{
	struct machine *m = NULL;
	uint64_t begin = now(), rest;
	int n, i;

	pthread_mutex_unlock(&id->lock);
	n = machines_find(&m);
	pthread_mutex_lock(&id->lock);
	rest = SCAN_REST * (now() - begin);
	id->scan = now() + (rest > SCAN_MS * UINT64_C(1000000) ? rest : SCAN_MS * UINT64_C(1000000));
	if (n >= 0)
		forget_ended(id, m, n);
	for (i = 0; i < n; i++)
		if (!seen(id, (uint32_t)m[i].pid))
			work_add(id, &(struct machine_work){ .vm = (uint32_t)m[i].pid });
	if (!id->scanned)
		tell(id);
	id->scanned = true;
	free(m);
}

/* Append a note to those of @arg, a text. */
static int note_handle(void *arg, const struct vsys_guest_handle *h)
{
	struct vsys_note_handle note = {
		.r = { .type = VSYS_NOTE_HANDLE }, .pid = h->pid, .bytes = (uint32_t)strlen(h->name),
		.value = (uint64_t)(h->fd < 0 ? 0 : h->fd),
		.flags = h->fd < 0 ? VSYS_HANDLE_CWD : h->cloexec ? VSYS_HANDLE_CLOEXEC : 0,
	};
	struct vsys_text *t = arg;
	size_t pad = -(size_t)note.bytes & 7;

	note.r.size = (uint32_t)(sizeof(note) + note.bytes + pad);
	vsys_text_bytes(t, (const char *)&note, sizeof(note));
	vsys_text_bytes(t, h->name, note.bytes);
	vsys_text_bytes(t, "\0\0\0\0\0\0\0", pad);
	return t->failed ? -ENOMEM : 0;
}

/* What was open before a machine was traced. */
static void look_handles(const struct identifier *id, struct vsys_guest *g, struct identified *found)
{
	struct vsys_text t = { 0 };

	if (!found->traced || !sink_objects(id->o))
		return;
	vsys_guest_handles(g, note_handle, &t);
	found->notes = t.s;
	found->bytes = t.len;
}

/* Look at a machine.  A trace of its own tells nothing: all calls are filtered out. */
static int look(const struct identifier *id, const struct machine_work *w, struct identified *found)
{
	struct vsys_recipe none = { .pid = (__s32)w->vm };
	struct vsys_device *d = id->device;
	struct vsys_guest *g;
	int err = w->traced ? 0 : guests_session(id->o->path, (pid_t)w->vm, &d);

	if (err)
		return err;
	err = vsys_guest_open(d, (pid_t)w->vm, WAIT_MS, &g);
	if (!err) {
		found->info = *vsys_guest_info(g);
		/* What is not found now may have been the recipe of another system. */
		if (w->traced && id->o->tasks && vsys_guest_install(g) == -ENODATA)
			vsys_device_recipe(d, &none);
		look_handles(id, g, found);
		vsys_guest_close(g);
	}
	if (!w->traced)
		vsys_device_close(d);
	return err;
}

/* Did no vCPU leave user mode, or does the guest still boot?  Then look again. */
static bool work_later(struct machine_work *w, const struct identified *found)
{
	if (found->err == -ETIMEDOUT || found->err == -ENOENT || found->err == -EINTR)
		return true;
	if (found->err || found->info.os)
		return false;
	return ++w->tries < TRIES;
}

static void work_do(struct identifier *id, struct machine_work *w)
{
	struct identified found = { .vm = w->vm, .traced = w->traced };
	uint64_t begin;

	id->busy = w->vm;
	pthread_mutex_unlock(&id->lock);
	begin = now();
	found.err = look(id, w, &found);
	pthread_mutex_lock(&id->lock);
	id->busy = 0;
	w->looked = true;
	w->due = now() + (found.err ? SCAN_MS * UINT64_C(1000000) : REST * (now() - begin));
	if (work_later(w, &found))
		work_add(id, w);
	else
		found_add(id, &found);
	tell(id);
}

/* Take a machine that is due; returns false after a wait. */
static bool work_take(struct identifier *id, struct machine_work *w)
{
	uint64_t due = id->watch ? id->scan : UINT64_MAX;
	struct timespec ts;
	unsigned int i;

	for (i = 0; i < id->nwork; i++) {
		if (id->work[i].due <= now()) {
			*w = id->work[i];
			memmove(&id->work[i], &id->work[i + 1], (--id->nwork - i) * sizeof(*w));
			return true;
		}
		if (id->work[i].due < due)
			due = id->work[i].due;
	}
	ts = (struct timespec){ (time_t)(due / 1000000000), (long)(due % 1000000000) };
	if (due == UINT64_MAX)
		pthread_cond_wait(&id->more, &id->lock);
	else
		pthread_cond_timedwait(&id->more, &id->lock, &ts);
	return false;
}

static void *identifier_run(void *arg)
{
	struct identifier *id = arg;
	struct machine_work w;

	pthread_mutex_lock(&id->lock);
	while (!id->end) {
		if (id->watch && id->scan <= now())
			scan(id);
		if (!id->end && work_take(id, &w))
			work_do(id, &w);
	}
	pthread_mutex_unlock(&id->lock);
	return NULL;
}

static int thread_start(struct identifier *id)
{
	pthread_condattr_t monotonic;
	sigset_t all, before;
	int err;

	pthread_mutex_init(&id->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&id->more, &monotonic);
	pthread_condattr_destroy(&monotonic);
	/* Signals are for the thread that reads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&id->thread, NULL, identifier_run, id);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

struct identifier *identifier_new(const struct options *o, struct vsys_device *d)
{
	struct identifier *id = calloc(1, sizeof(*id));
	int err;

	if (!id)
		return NULL;
	id->o = o;
	id->device = d;
	id->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = id->fd < 0 ? errno : thread_start(id);
	if (!err)
		return id;
	fprintf(stderr, "vsysread: cannot find out what runs in machines: %s\n", strerror(err));
	if (id->fd >= 0)
		close(id->fd);
	free(id);
	return NULL;
}

void identifier_find(struct identifier *id, pid_t pid)
{
	pthread_mutex_lock(&id->lock);
	work_add(id, &(struct machine_work){ .vm = (uint32_t)pid });
	pthread_mutex_unlock(&id->lock);
}

void identifier_watch(struct identifier *id)
{
	pthread_mutex_lock(&id->lock);
	id->watch = true;
	pthread_cond_signal(&id->more);
	pthread_mutex_unlock(&id->lock);
}

void identifier_add(struct identifier *id, uint32_t vm)
{
	struct machine_work w = { .vm = vm, .traced = true };

	pthread_mutex_lock(&id->lock);
	work_add(id, &w);
	pthread_mutex_unlock(&id->lock);
}

int identifier_fd(const struct identifier *id)
{
	return id->fd;
}

bool identifier_take(struct identifier *id, struct identified *found)
{
	uint64_t n;
	bool any;

	pthread_mutex_lock(&id->lock);
	any = id->nfound;
	if (any) {
		*found = id->found[0];
		memmove(id->found, id->found + 1, --id->nfound * sizeof(*found));
	}
	if (!any && read(id->fd, &n, sizeof(n)) < 0 && errno != EAGAIN)
		fprintf(stderr, "vsysread: eventfd: %s\n", strerror(errno));
	pthread_mutex_unlock(&id->lock);
	return any;
}

bool identifier_settled(struct identifier *id)
{
	unsigned int i;
	bool settled;

	pthread_mutex_lock(&id->lock);
	settled = (id->scanned || !id->watch) && !id->busy && !id->nfound;
	for (i = 0; i < id->nwork; i++)
		settled &= id->work[i].looked;
	pthread_mutex_unlock(&id->lock);
	return settled;
}

void identifier_free(struct identifier *id)
{
	if (!id)
		return;
	pthread_mutex_lock(&id->lock);
	id->end = true;
	pthread_cond_signal(&id->more);
	pthread_mutex_unlock(&id->lock);
	pthread_join(id->thread, NULL);
	pthread_mutex_destroy(&id->lock);
	pthread_cond_destroy(&id->more);
	close(id->fd);
	while (id->nfound)
		free(id->found[--id->nfound].notes);
	free(id->found);
	free(id);
}
