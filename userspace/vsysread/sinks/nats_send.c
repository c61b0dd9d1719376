// SPDX-License-Identifier: GPL-2.0
/*
 * Send to JetStream, with an acknowledgement for each message, in order.
 *
 * A window of messages is on the way.  When one fails, nothing more is sent until the others
 * are settled; then all that were not stored are sent again with their ids, from the oldest on,
 * the first one alone.  Connections are not mended but made anew: the library would send in between
 * what it has buffered.
 */
#include <errno.h>
#include <nats/nats.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gap.h"
#include "nats_send.h"

enum {
	WINDOW = 1024,		/* messages on the way */
	WINDOW_BYTES = 4 << 20,
	CONNECT = 2000,		/* milliseconds, as all that follow */
	ACK = 5000,		/* without any acknowledgement: they are lost */
	SETTLE = 1000,		/* after a failure, for acknowledgements of the others */
	PAUSE = 100,		/* before the next attempt; doubled up to LONGEST */
	LONGEST = 2000,
	STALL = 20000,		/* at the end, without progress: a leader is elected */
	NOBODY = 3000,		/* at the end, without progress and without a server */
	POLL = 50,
	TRIES = 4,		/* failures in a row before another server is tried */

	ERR_TOO_BIG = 10054,	/* of JetStream: more than the stream's max_msg_size */
};

/**
 * struct flight - a message that is on the way, or waits to be sent again
 * @m: the message
 * @stored: it was acknowledged
 * @again: it was sent more than once
 */
struct flight {
	struct message *m;
	bool stored, again;
};

/**
 * struct sender - the thread
 * @nc: connection; NULL if there is none
 * @acks: subscription to @inbox.*, where acknowledgements go, named by the message's number
 * @flights: those from @first to @taken by number, modulo WINDOW
 * @first: number of the oldest message that is not stored
 * @next: number of the message to send next
 * @taken: one past the newest number
 * @top: one past the highest number that was stored
 * @bytes: of all @flights
 * @window: at most so many are on the way
 * @bad: failures since the last message was stored
 * @failures: since nothing more was sent, 0 if all is well
 * @heard: time of the last acknowledgement, or of what was sent when none was due
 * @said: the present trouble was reported
 * @refused: it was reported that an event is refused
 * @ending: 0; 1: all shall be sent; 2: it is over
 */
struct sender {
	const struct nats_url *url;
	struct outbox *outbox;
	struct sink_counts *counts;
	pthread_t thread;
	natsConnection *nc;
	natsSubscription *acks;
	char inbox[64];
	struct flight flights[WINDOW];
	uint64_t first, next, taken, top;
	size_t bytes;
	unsigned int window, bad, failures;
	int64_t heard;
	bool said, refused;
	_Atomic int ending;
};

static struct flight *flight(struct sender *s, uint64_t n)
{
	return &s->flights[n % WINDOW];
}

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void nap(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static void disconnect(struct sender *s)
{
	natsSubscription_Destroy(s->acks);
	natsConnection_Destroy(s->nc);
	s->acks = NULL;
	s->nc = NULL;
	s->counts->connected = 0;
}

/* Once for each trouble. */
static void report(struct sender *s, const char *why)
{
	if (!s->said)
		fprintf(stderr, "vsysread: %s: %s; events wait\n", s->url->stream, why);
	s->said = true;
}

/* Nothing more is sent until pause_over(). */
static void fail(struct sender *s, const char *why)
{
	report(s, why);
	if (!s->failures)
		s->heard = now();
	s->failures++;
}

static natsStatus set_options(struct sender *s, natsOptions *opts)
{
	natsStatus st = natsOptions_SetServers(opts, (const char **)s->url->servers, s->url->n);

	if (st == NATS_OK)
		st = natsOptions_SetAllowReconnect(opts, false);
	if (st == NATS_OK)
		st = natsOptions_SetTimeout(opts, CONNECT);
	if (st == NATS_OK)
		st = natsOptions_SetWriteDeadline(opts, ACK);
	if (st == NATS_OK)
		st = natsOptions_SetName(opts, "vsysread");
	return st;
}

static natsStatus subscribe(struct sender *s)
{
	natsInbox *inbox = NULL;
	natsStatus st = natsInbox_Create(&inbox);
	char all[sizeof(s->inbox) + 2];

	if (st != NATS_OK)
		return st;
	snprintf(s->inbox, sizeof(s->inbox), "%s", inbox);
	snprintf(all, sizeof(all), "%s.*", s->inbox);
	natsInbox_Destroy(inbox);
	return natsConnection_SubscribeSync(&s->acks, s->nc, all);
}

static bool connect_any(struct sender *s)
{
	natsOptions *opts = NULL;
	natsStatus st = natsOptions_Create(&opts);

	if (st == NATS_OK)
		st = set_options(s, opts);
	if (st == NATS_OK)
		st = natsConnection_Connect(&s->nc, opts);
	if (st == NATS_OK)
		st = subscribe(s);
	natsOptions_Destroy(opts);
	if (st == NATS_OK) {
		s->counts->connected = 1;
		return true;
	}
	report(s, st == NATS_NO_SERVER ? "no server answers" : natsStatus_GetText(st));
	disconnect(s);
	return false;
}

/* ---- messages ---- */

/* Forget those that are stored, in order. */
static void release(struct sender *s)
{
	struct flight *f;

	while (s->first < s->taken && (f = flight(s, s->first))->stored) {
		s->bytes -= f->m->size;
		outbox_release(s->outbox, f->m);
		f->m = NULL;
		s->first++;
	}
	if (s->next < s->first)
		s->next = s->first;
}

static const char *id_of(const struct message *m)
{
	return m->bytes + strlen(m->bytes) + 1;
}

/* Make the message of an event one that names it as missing, which is shorter. */
static bool become_gap(struct message *m)
{
	const char *id = id_of(m), *dot = strrchr(m->bytes, '.');
	struct vsys_text t = { 0 };
	struct gap gap;
	bool done = false;

	if (dot && strcmp(dot, ".gap") && gap_of_id(&gap, id)) {
		vsys_text_bytes(&t, m->bytes, (size_t)(dot - m->bytes));
		vsys_text_bytes(&t, ".gap", sizeof(".gap"));
		vsys_text_put(&t, id);
		vsys_text_bytes(&t, "g", sizeof("g"));
		gap_json(&t, &gap, "refused");
		done = !t.failed && t.len <= m->size;
	}
	if (done) {
		memcpy(m->bytes, t.s, t.len);
		m->len = t.len;
	}
	vsys_text_free(&t);
	return done;
}

/* A server takes no such message, now or later: drop the event, and send its gap if there is one. */
static void refuse(struct sender *s, uint64_t n, const char *why)
{
	struct flight *f = flight(s, n);

	if (!s->refused)
		fprintf(stderr, "vsysread: %s: an event of %zu bytes is dropped: %s\n", s->url->stream,
			f->m->len, why);
	s->refused = true;
	/* That of an event counted it. */
	if (!strchr(id_of(f->m), 'g'))
		s->counts->dropped++;
	f->stored = !become_gap(f->m);
	release(s);
}

static natsStatus publish(struct sender *s, uint64_t n)
{
	const struct message *m = flight(s, n)->m;
	const char *id = id_of(m), *text = id + strlen(id) + 1;
	char reply[sizeof(s->inbox) + 24];
	natsMsg *msg = NULL;
	natsStatus st;

	snprintf(reply, sizeof(reply), "%s.%llu", s->inbox, (unsigned long long)n);
	st = natsMsg_Create(&msg, m->bytes, reply, text, (int)(m->bytes + m->len - text));
	if (st == NATS_OK)
		st = natsMsgHeader_Set(msg, "Nats-Msg-Id", id);
	if (st == NATS_OK)
		st = natsMsgHeader_Set(msg, "Nats-Expected-Stream", s->url->stream);
	if (st == NATS_OK)
		st = natsConnection_PublishMsg(s->nc, msg);
	natsMsg_Destroy(msg);
	return st;
}

/* Send the message with number @next. */
static void send_next(struct sender *s)
{
	struct flight *f = flight(s, s->next);
	natsStatus st = f->stored ? NATS_OK : publish(s, s->next);

	if (st == NATS_MAX_PAYLOAD) {
		refuse(s, s->next, "it is too long for the server");
		return;
	}
	if (st != NATS_OK) {
		fail(s, natsStatus_GetText(st));
		return;
	}
	if (s->next == s->first)
		s->heard = now();
	s->next++;
}

/* Fill the window.  Wait for messages only if none is on the way. */
static void fill(struct sender *s)
{
	struct message *m;

	while (!s->failures && s->next - s->first < s->window && s->bytes < WINDOW_BYTES) {
		if (s->next == s->taken) {
			m = outbox_take(s->outbox, s->first == s->taken ? POLL : 0);
			if (!m)
				return;
			s->bytes += m->size;
			*flight(s, s->taken++) = (struct flight){ .m = m };
		}
		send_next(s);
	}
}

/* ---- acknowledgements ---- */

static void stored(struct sender *s, uint64_t n, bool duplicate)
{
	struct flight *f = flight(s, n);

	if (f->stored)
		return;
	f->stored = true;
	s->counts->sent++;
	/* A younger one was stored before: the consumer sees it by the numbers. */
	if (f->again && !duplicate && s->top > n)
		s->counts->reordered++;
	if (s->top <= n)
		s->top = n + 1;
	s->bad = 0;
	if (s->window < WINDOW)
		s->window *= 2;
	if (s->said)
		fprintf(stderr, "vsysread: %s: events are stored again\n", s->url->stream);
	s->said = false;
}

/* "description":"..." of an error, or all of the answer. */
static void error_text(const char *answer, char *to, size_t n)
{
	const char *s = strstr(answer, "\"description\":\"");

	s = s ? s + strlen("\"description\":\"") : answer;
	snprintf(to, n, "%.*s", (int)strcspn(s, "\"\n"), s);
}

static void take_ack(struct sender *s, natsMsg *msg)
{
	const char *number = natsMsg_GetSubject(msg) + strlen(s->inbox) + 1, *code;
	uint64_t n = strtoull(number, NULL, 10);
	char answer[1024], why[256];

	snprintf(answer, sizeof(answer), "%.*s", natsMsg_GetDataLength(msg), natsMsg_GetData(msg));
	if (n < s->first || n >= s->taken)
		return;
	s->heard = now();
	if (!strstr(answer, "\"error\"") && strstr(answer, "\"seq\":")) {
		stored(s, n, strstr(answer, "\"duplicate\""));
		release(s);
		return;
	}
	error_text(answer, why, sizeof(why));
	code = strstr(answer, "\"err_code\":");
	if (code && strtol(code + strlen("\"err_code\":"), NULL, 10) == ERR_TOO_BIG) {
		refuse(s, n, why);
		s->failures++;
	} else {
		fail(s, why);
	}
}

/* Take the acknowledgements that are there; wait for one. */
static void take_acks(struct sender *s)
{
	int64_t wait = s->next > s->first ? POLL : 0;
	natsMsg *msg = NULL;
	natsStatus st;

	while ((st = natsSubscription_NextMsg(&msg, s->acks, wait)) == NATS_OK) {
		take_ack(s, msg);
		natsMsg_Destroy(msg);
		wait = 0;
	}
	if (st == NATS_NO_RESPONDERS) {
		fail(s, "no stream takes them, or it has no leader");
	} else if (st != NATS_TIMEOUT) {
		fail(s, natsStatus_GetText(st));
		disconnect(s);
	} else if (s->next > s->first && now() - s->heard > ACK) {
		fail(s, "no acknowledgement");
		disconnect(s);
	}
}

/* After a failure: are the others settled? */
static bool settled(const struct sender *s)
{
	return s->failures >= s->next - s->first || now() - s->heard > SETTLE;
}

/* Send again, from the oldest on, the first one alone. */
static void start_over(struct sender *s)
{
	int64_t pause = PAUSE;
	uint64_t n;

	s->bad++;
	for (n = 1; n < s->bad && pause < LONGEST; n++)
		pause *= 2;
	nap(pause < LONGEST ? pause : LONGEST);
	for (n = s->first; n < s->next; n++)
		flight(s, n)->again = true;
	s->next = s->first;
	s->window = 1;
	s->failures = 0;
	if (s->bad % TRIES == 0 && s->nc)
		disconnect(s);
}

static bool over(struct sender *s)
{
	return s->ending == 2 || (s->ending && !s->counts->waiting);
}

static void *run(void *arg)
{
	struct sender *s = arg;

	while (!over(s)) {
		if (!s->nc && !connect_any(s)) {
			s->failures = 1;
			start_over(s);
			continue;
		}
		fill(s);
		take_acks(s);
		if (s->failures && (!s->nc || settled(s)))
			start_over(s);
	}
	disconnect(s);
	return NULL;
}

struct sender *sender_start(const struct nats_url *url, struct outbox *outbox,
			    struct sink_counts *counts)
{
	struct sender *s = calloc(1, sizeof(*s));
	sigset_t all, before;
	int err;

	if (!s)
		return NULL;
	s->url = url;
	s->outbox = outbox;
	s->counts = counts;
	s->window = 1;
	/* Signals are for the thread that reads; those of the library inherit this. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = nats_Open(-1) == NATS_OK ? pthread_create(&s->thread, NULL, run, s) : ENOMEM;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!err)
		return s;
	free(s);
	errno = err;
	return NULL;
}

static void await(struct sender *s, int64_t ms)
{
	int64_t t = now(), end = ms ? t + ms : INT64_MAX, progress = t, server = t;
	uint64_t sent = s->counts->sent;

	while (s->counts->waiting && t < end && t - progress < STALL && t - server < NOBODY) {
		nap(10);
		t = now();
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
	for (; s->first < s->taken; s->first++)
		free(flight(s, s->first)->m);
	free(s);
	nats_CloseAndWait(CONNECT);
}
