// SPDX-License-Identifier: GPL-2.0
/* The queue of events that wait to be sent. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "outbox.h"
#include "spool.h"

enum {
	MEMORY = 64 << 20,	/* bytes of messages that are kept without a spool */
};

/**
 * struct outbox - the queue
 * @spool: where messages are, or NULL
 * @used: without, bytes of all messages that have not been released
 * @full: a message was refused, and there is little room since
 * @ended: no messages will come
 */
struct outbox {
	pthread_mutex_t lock;
	pthread_cond_t more, less;
	struct spool *spool;
	struct message *first, **last;
	size_t used;
	bool full, ended;
	struct sink_counts *counts;
};

static void cond_init(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
}

struct outbox *outbox_new(struct spool *spool, struct sink_counts *counts)
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	pthread_mutex_init(&o->lock, NULL);
	cond_init(&o->more);
	cond_init(&o->less);
	o->last = &o->first;
	o->spool = spool;
	o->counts = counts;
	if (spool) {
		counts->waiting = spool_found(spool);
		counts->spool_bytes = spool_used(spool);
	}
	return o;
}

void outbox_free(struct outbox *o)
{
	struct message *m;

	if (!o)
		return;
	while ((m = o->first)) {
		o->first = m->next;
		free(m);
	}
	pthread_cond_destroy(&o->more);
	pthread_cond_destroy(&o->less);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

static struct timespec after(unsigned int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* With the lock, after each change. */
static void update(struct outbox *o)
{
	uint64_t limit = o->spool ? spool_limit(o->spool) : MEMORY;
	uint64_t used = o->spool ? spool_used(o->spool) : o->used;

	if (o->spool)
		o->counts->spool_bytes = used;
	if (o->full && used <= limit - limit / 8) {
		o->full = false;
		pthread_cond_signal(&o->less);
	}
}

static bool append(struct outbox *o, const char *bytes, size_t size, bool always)
{
	struct message *m;

	if (o->spool)
		return spool_append(o->spool, bytes, size, always);
	if (!always && o->used + size > MEMORY)
		return false;
	m = malloc(sizeof(*m) + size);
	if (!m)
		return false;
	m->next = NULL;
	m->size = m->len = size;
	memcpy(m->bytes, bytes, size);
	*o->last = m;
	o->last = &m->next;
	o->used += size;
	return true;
}

bool outbox_put(struct outbox *o, const char *bytes, size_t size, bool always)
{
	bool done;

	pthread_mutex_lock(&o->lock);
	done = append(o, bytes, size, always);
	if (done) {
		o->counts->waiting++;
		pthread_cond_signal(&o->more);
	} else {
		o->full = true;
	}
	update(o);
	pthread_mutex_unlock(&o->lock);
	return done;
}

bool outbox_room(struct outbox *o, unsigned int ms)
{
	struct timespec t = after(ms);
	bool room;

	pthread_mutex_lock(&o->lock);
	while (o->full && ms && !pthread_cond_timedwait(&o->less, &o->lock, &t))
		;
	room = !o->full;
	pthread_mutex_unlock(&o->lock);
	return room;
}

static struct message *next(struct outbox *o)
{
	struct message *m = o->spool ? spool_next(o->spool) : o->first;

	if (m && !o->spool) {
		o->first = m->next;
		if (!o->first)
			o->last = &o->first;
	}
	return m;
}

struct message *outbox_take(struct outbox *o, unsigned int ms)
{
	struct timespec t = after(ms);
	struct message *m;

	pthread_mutex_lock(&o->lock);
	m = next(o);
	while (!m && !o->ended && ms && !pthread_cond_timedwait(&o->more, &o->lock, &t))
		m = next(o);
	pthread_mutex_unlock(&o->lock);
	return m;
}

void outbox_release(struct outbox *o, struct message *m)
{
	pthread_mutex_lock(&o->lock);
	if (o->spool)
		spool_release(o->spool, m);
	else
		o->used -= m->size;
	o->counts->waiting--;
	update(o);
	pthread_mutex_unlock(&o->lock);
	free(m);
}

uint64_t outbox_flush(struct outbox *o)
{
	uint64_t failed;

	pthread_mutex_lock(&o->lock);
	failed = o->spool ? spool_flush(o->spool) : 0;
	pthread_mutex_unlock(&o->lock);
	return failed;
}

void outbox_end(struct outbox *o)
{
	pthread_mutex_lock(&o->lock);
	o->ended = true;
	pthread_cond_signal(&o->more);
	pthread_mutex_unlock(&o->lock);
}
