// SPDX-License-Identifier: GPL-2.0
/* The queue of events that wait to be sent. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "outbox.h"

enum {
	MEMORY = 64 << 20,	/* bytes of messages that are kept without a spool */
};

/**
 * struct outbox - the queue
 * @used: bytes of all messages that have not been released
 * @full: a message was refused, and there is little room since
 * @ended: no messages will come
 */
struct outbox {
	pthread_mutex_t lock;
	pthread_cond_t more, less;
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

struct outbox *outbox_new(struct sink_counts *counts)
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	pthread_mutex_init(&o->lock, NULL);
	cond_init(&o->more);
	cond_init(&o->less);
	o->last = &o->first;
	o->counts = counts;
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

static bool append(struct outbox *o, const char *bytes, size_t size, bool always)
{
	struct message *m;

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

struct message *outbox_take(struct outbox *o, unsigned int ms)
{
	struct timespec t = after(ms);
	struct message *m;

	pthread_mutex_lock(&o->lock);
	while (!o->first && !o->ended && ms && !pthread_cond_timedwait(&o->more, &o->lock, &t))
		;
	m = o->first;
	if (m) {
		o->first = m->next;
		if (!o->first)
			o->last = &o->first;
	}
	pthread_mutex_unlock(&o->lock);
	return m;
}

void outbox_release(struct outbox *o, struct message *m)
{
	pthread_mutex_lock(&o->lock);
	o->used -= m->size;
	o->counts->waiting--;
	if (o->full && o->used <= MEMORY - MEMORY / 8) {
		o->full = false;
		pthread_cond_signal(&o->less);
	}
	pthread_mutex_unlock(&o->lock);
	free(m);
}

void outbox_end(struct outbox *o)
{
	pthread_mutex_lock(&o->lock);
	o->ended = true;
	pthread_cond_signal(&o->more);
	pthread_mutex_unlock(&o->lock);
}
