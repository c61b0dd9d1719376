// SPDX-License-Identifier: GPL-2.0
/* The thread that sends a stream's messages: what all kinds of servers have in common. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gap.h"
#include "options.h"
#include "sender.h"

enum {
	PAUSE = 100,		/* milliseconds before the next attempt; doubled up to LONGEST */
	LONGEST = 2000,
	STALL = 20000,		/* at the end, without progress: a leader is elected */
	NOBODY = 3000,		/* at the end, without progress and without a server */
	SLICE = 10,
};

const struct sender_ops *sender_find(const char *url)
{
	static const struct sender_ops *const kinds[] = {
#ifdef HAVE_NATS
		&sender_nats,
#endif
#if defined(HAVE_CURL) && defined(HAVE_ZLIB)
		&sender_otlp,
#endif
#ifdef HAVE_KAFKA
		&sender_kafka,
#endif
		NULL,
	};
	const struct sender_ops *const *ops;
	size_t n = strcspn(url, ":");

	for (ops = kinds; *ops; ops++)
		if (strlen((*ops)->scheme) == n && !strncmp((*ops)->scheme, url, n))
			break;
	return *ops;
}

const char *sender_wrong_host(const char *s, size_t n)
{
	const char *end = s + n, *colon, *after;
	size_t host = *s == '[' ? strcspn(s, "]") + 1 : strcspn(s, ":,/");
	uint64_t port;

	if (!n || !host || host > n)
		return "a host is missing";
	if (strcspn(s, "@ \t\"'<>") < n)
		return "not the name or address of a host";
	colon = s + host;
	if (colon == end)
		return NULL;
	if (*colon != ':' || !vsys_number_parse(colon + 1, &port, &after) || after != end || !port ||
	    port > 65535)
		return "not a port number";
	return NULL;
}

const char *sender_wrong_hosts(const char *url, const char *usage)
{
	const char *s = strstr(url, "://") + strlen("://"), *slash = strchr(s, '/'), *wrong;

	if (!slash)
		return usage;
	for (;; s += strcspn(s, ",/") + 1) {
		wrong = sender_wrong_host(s, strcspn(s, ",/"));
		if (wrong || s + strcspn(s, ",/") == slash)
			return wrong;
	}
}

int64_t sender_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void nap(void)
{
	struct timespec t = { 0, SLICE * 1000000 };

	nanosleep(&t, NULL);
}

/* ---- begin and end ---- */

static void *run(void *arg)
{
	struct sender *s = arg;

	s->ops->run(s);
	return NULL;
}

struct sender *sender_start(const struct options *o, struct outbox *outbox, struct sink_counts *counts)
{
	const struct sender_ops *ops = sender_find(o->to);
	sigset_t all, before;
	struct sender *s;
	int err = ENOMEM;

	/* Signals are for the thread that reads; those of libraries inherit this, too. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s = ops->open(o);
	if (s) {
		s->ops = ops;
		s->outbox = outbox;
		s->counts = counts;
		err = pthread_create(&s->thread, NULL, run, s);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!err)
		return s;
	if (s)
		ops->close(s);
	errno = err;
	return NULL;
}

static void await(struct sender *s, int64_t ms)
{
	int64_t t = sender_now(), end = ms ? t + ms : INT64_MAX, progress = t, server = t;
	uint64_t sent = s->counts->sent;

	while (s->counts->waiting && t < end && t - progress < STALL && t - server < NOBODY) {
		nap();
		t = sender_now();
		if (s->counts->connected)
			server = t;
		if (s->counts->sent != sent)
			progress = t;
		sent = s->counts->sent;
	}
}

void sender_end(struct sender *s, unsigned int seconds)
{
	s->ending = 1;
	outbox_end(s->outbox);
	await(s, (int64_t)seconds * 1000);
	s->ending = 2;
	pthread_join(s->thread, NULL);
	s->ops->close(s);
}

bool sender_over(const struct sender *s)
{
	return s->ending == 2 || (s->ending && !s->counts->waiting);
}

/* ---- trouble ---- */

void sender_trouble(struct sender *s, const char *why)
{
	if (!s->said)
		fprintf(stderr, "vsysread: %s: %s; events wait\n", s->name, why);
	s->said = true;
}

void sender_stored(struct sender *s, uint64_t n)
{
	s->counts->sent += n;
	s->pauses = 0;
	if (s->said)
		fprintf(stderr, "vsysread: %s: events are stored again\n", s->name);
	s->said = false;
}

void sender_pause(struct sender *s, int64_t ms)
{
	int64_t pause = PAUSE, end;
	unsigned int n;

	for (n = 0; n < s->pauses && pause < LONGEST; n++)
		pause *= 2;
	if (pause > LONGEST)
		pause = LONGEST;
	s->pauses++;
	for (end = sender_now() + (ms ? ms : pause); sender_now() < end && s->ending != 2;)
		nap();
}

/* ---- messages ---- */

void sender_json(struct vsys_text *t, const struct stream_event *ev)
{
	if (ev->gap)
		gap_json(t, ev->gap, ev->reason);
	else if (ev->call)
		vsys_format_call_json(t, ev->call, ev->env->profiles);
	else
		vsys_format_record_json(t, ev->rec, ev->env->profiles);
}

/* Make the message of an event one that names it as missing, which is shorter. */
static bool become_gap(const struct sender_ops *ops, struct message *m)
{
	const char *id = message_id(m), *dot = strrchr(m->bytes, '.');
	struct vsys_text t = { 0 }, text = { 0 };
	struct gap gap;
	struct stream_event ev = { .id = id, .gap = &gap, .reason = "refused", .instead = m };
	bool done = false;

	if (dot && strcmp(dot, ".gap") && gap_of_id(&gap, id)) {
		vsys_text_bytes(&t, m->bytes, (size_t)(dot - m->bytes));
		vsys_text_bytes(&t, ".gap", sizeof(".gap"));
		vsys_text_put(&t, id);
		vsys_text_bytes(&t, "g", sizeof("g"));
		ev.id = t.s ? t.s + strlen(t.s) + 1 : id;
		ops->text(&text, &ev);
		vsys_text_bytes(&t, text.s ? text.s : "", text.len);
		done = !text.failed && !t.failed && t.len <= m->size;
	}
	if (done) {
		memcpy(m->bytes, t.s, t.len);
		m->len = t.len;
	}
	vsys_text_free(&text);
	vsys_text_free(&t);
	return done;
}

bool sender_refuse(struct sender *s, struct message *m, const char *why)
{
	if (!s->refused)
		fprintf(stderr, "vsysread: %s: an event of %zu bytes is dropped: %s\n", s->name, m->len, why);
	s->refused = true;
	/* That of an event counted it. */
	if (!strchr(message_id(m), 'g'))
		s->counts->dropped++;
	return become_gap(s->ops, m);
}
