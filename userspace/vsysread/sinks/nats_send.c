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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nats_url.h"
#include "options.h"
#include "window.h"

enum {
	CONNECT = 2000,		/* milliseconds, as all that follow */
	ACK = 5000,		/* without any acknowledgement: they are lost */
	SETTLE = 1000,		/* after a failure, for acknowledgements of the others */
	POLL = 50,
	TRIES = 4,		/* failures in a row before another server is tried */

	ERR_TOO_BIG = 10054,	/* of JetStream: more than the stream's max_msg_size */
};

/**
 * struct nats - the thread
 * @opt: the command line
 * @turn: number of the server to try next, modulo all
 * @nc: connection; NULL if there is none
 * @acks: subscription to @inbox.*, where acknowledgements go, named by the message's number
 * @w: messages
 * @top: one past the highest number that was stored
 * @most: at most so many are on the way
 * @failures: since nothing more was sent, 0 if all is well
 * @heard: time of the last acknowledgement, or of what was sent when none was due
 */
struct nats {
	struct sender s;
	const struct options *opt;
	struct nats_url url;
	unsigned int turn;
	natsConnection *nc;
	natsSubscription *acks;
	char inbox[64];
	struct window w;
	uint64_t top;
	unsigned int most, failures;
	int64_t heard;
};

static void disconnect(struct nats *s)
{
	natsSubscription_Destroy(s->acks);
	natsConnection_Destroy(s->nc);
	s->acks = NULL;
	s->nc = NULL;
	s->s.counts->connected = 0;
}

/* Nothing more is sent until pause_over(). */
static void fail(struct nats *s, const char *why)
{
	sender_trouble(&s->s, why);
	if (!s->failures)
		s->heard = sender_now();
	s->failures++;
}

/* The library compares the name of a certificate with one host alone. */
static natsStatus set_tls(natsOptions *opts, const char *server, const char *ca)
{
	const char *host = strstr(server, "://") + strlen("://");
	size_t n = *host == '[' ? strcspn(host, "]") - 1 : strcspn(host, ":");
	char name[NATS_URL];
	natsStatus st = natsOptions_SetSecure(opts, true);

	snprintf(name, sizeof(name), "%.*s", (int)n, host + (*host == '['));
	if (st == NATS_OK)
		st = natsOptions_LoadCATrustedCertificates(opts, ca);
	return st == NATS_OK ? natsOptions_SetExpectedHostname(opts, name) : st;
}

static natsStatus set_options(struct nats *s, natsOptions *opts, const char *server)
{
	natsStatus st = natsOptions_SetURL(opts, server);

	if (st == NATS_OK)
		st = natsOptions_SetAllowReconnect(opts, false);
	if (st == NATS_OK)
		st = natsOptions_SetTimeout(opts, CONNECT);
	if (st == NATS_OK)
		st = natsOptions_SetWriteDeadline(opts, ACK);
	if (st == NATS_OK)
		st = natsOptions_SetName(opts, "vsysread");
	if (st == NATS_OK && s->opt->tls_ca)
		st = set_tls(opts, server, s->opt->tls_ca);
	if (st == NATS_OK && s->opt->user)
		st = natsOptions_SetUserInfo(opts, s->opt->user, s->opt->password);
	if (st == NATS_OK && s->opt->creds)
		st = natsOptions_SetUserCredentialsFromFiles(opts, s->opt->creds, NULL);
	return st;
}

static natsStatus subscribe(struct nats *s)
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

static natsStatus connect_one(struct nats *s, const char *server)
{
	natsOptions *opts = NULL;
	natsStatus st = natsOptions_Create(&opts);

	if (st == NATS_OK)
		st = set_options(s, opts, server);
	if (st == NATS_OK)
		st = natsConnection_Connect(&s->nc, opts);
	if (st == NATS_OK)
		st = subscribe(s);
	natsOptions_Destroy(opts);
	if (st != NATS_OK)
		disconnect(s);
	return st;
}

static void connect_failed(struct nats *s, natsStatus st)
{
	const char *text = st == NATS_NO_SERVER ? "no server answers" : natsStatus_GetText(st), *more;
	char why[512];

	/* The status of a file with a damaged key tells nothing. */
	more = s->opt->creds && st == NATS_ERR ? nats_GetLastError(NULL) : NULL;
	if (more)
		snprintf(why, sizeof(why), "--creds %s: %s", s->opt->creds, more);
	sender_trouble(&s->s, more ? why : text);
}

/* Hosts and attempts begin with other servers. */
static bool connect_any(struct nats *s)
{
	natsStatus st = NATS_ERR;
	int i;

	for (i = 0; i < s->url.n && st != NATS_OK; i++)
		st = connect_one(s, s->url.servers[s->turn++ % (unsigned int)s->url.n]);
	s->s.counts->connected = st == NATS_OK;
	if (st != NATS_OK)
		connect_failed(s, st);
	return st == NATS_OK;
}

/* ---- messages ---- */

/* Drop the event, and send its gap if there is one. */
static void refuse(struct nats *s, uint64_t n, const char *why)
{
	struct flight *f = window_at(&s->w, n);

	f->stored = !sender_refuse(&s->s, f->m, why);
	window_release(&s->w, s->s.outbox);
}

static natsStatus publish(struct nats *s, uint64_t n)
{
	const struct message *m = window_at(&s->w, n)->m;
	size_t len;
	const char *text = message_text(m, &len);
	char reply[sizeof(s->inbox) + 24];
	natsMsg *msg = NULL;
	natsStatus st;

	snprintf(reply, sizeof(reply), "%s.%llu", s->inbox, (unsigned long long)n);
	st = natsMsg_Create(&msg, m->bytes, reply, text, (int)len);
	if (st == NATS_OK)
		st = natsMsgHeader_Set(msg, "Nats-Msg-Id", message_id(m));
	if (st == NATS_OK)
		st = natsMsgHeader_Set(msg, "Nats-Expected-Stream", s->url.stream);
	if (st == NATS_OK)
		st = natsConnection_PublishMsg(s->nc, msg);
	natsMsg_Destroy(msg);
	return st;
}

/* Send the message with number @next. */
static void send_next(struct nats *s)
{
	struct flight *f = window_at(&s->w, s->w.next);
	natsStatus st = f->stored ? NATS_OK : publish(s, s->w.next);

	if (st == NATS_MAX_PAYLOAD) {
		refuse(s, s->w.next, "it is too long for the server");
		return;
	}
	if (st != NATS_OK) {
		fail(s, natsStatus_GetText(st));
		return;
	}
	if (s->w.next == s->w.first)
		s->heard = sender_now();
	s->w.next++;
}

/* Fill the window.  Wait for messages only if none is on the way. */
static void fill(struct nats *s)
{
	while (!s->failures && window_ready(&s->w, s->s.outbox, s->most, POLL))
		send_next(s);
}

/* ---- acknowledgements ---- */

static void stored(struct nats *s, uint64_t n, bool duplicate)
{
	struct flight *f = window_at(&s->w, n);

	if (f->stored)
		return;
	f->stored = true;
	/* A younger one was stored before: the consumer sees it by the numbers. */
	if (f->again && !duplicate && s->top > n)
		s->s.counts->reordered++;
	if (s->top <= n)
		s->top = n + 1;
	if (s->most < WINDOW_ACKS)
		s->most *= 2;
	sender_stored(&s->s, 1);
}

/* "description":"..." of an error, or all of the answer. */
static void error_text(const char *answer, char *to, size_t n)
{
	const char *s = strstr(answer, "\"description\":\"");

	s = s ? s + strlen("\"description\":\"") : answer;
	snprintf(to, n, "%.*s", (int)strcspn(s, "\"\n"), s);
}

static void take_ack(struct nats *s, natsMsg *msg)
{
	const char *number = natsMsg_GetSubject(msg) + strlen(s->inbox) + 1, *code;
	uint64_t n = strtoull(number, NULL, 10);
	char answer[1024], why[256];

	snprintf(answer, sizeof(answer), "%.*s", natsMsg_GetDataLength(msg), natsMsg_GetData(msg));
	if (n < s->w.first || n >= s->w.taken)
		return;
	s->heard = sender_now();
	if (!strstr(answer, "\"error\"") && strstr(answer, "\"seq\":")) {
		stored(s, n, strstr(answer, "\"duplicate\""));
		window_release(&s->w, s->s.outbox);
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
static void take_acks(struct nats *s)
{
	int64_t wait = s->w.next > s->w.first ? POLL : 0;
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
	} else if (s->w.next > s->w.first && sender_now() - s->heard > ACK) {
		fail(s, "no acknowledgement");
		disconnect(s);
	}
}

/* After a failure: are the others settled? */
static bool settled(const struct nats *s)
{
	return s->failures >= s->w.next - s->w.first || sender_now() - s->heard > SETTLE;
}

/* Send again, from the oldest on, the first one alone. */
static void start_over(struct nats *s)
{
	sender_pause(&s->s, 0);
	window_again(&s->w);
	s->most = 1;
	s->failures = 0;
	if (s->s.pauses % TRIES == 0 && s->nc)
		disconnect(s);
}

static void nats_run(struct sender *sender)
{
	struct nats *s = (struct nats *)sender;

	while (!sender_over(sender)) {
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
}

static struct sender *nats_open(const struct options *o)
{
	struct nats *s = nats_Open(-1) == NATS_OK ? calloc(1, sizeof(*s)) : NULL;

	if (!s)
		return NULL;
	s->opt = o;
	s->turn = (unsigned int)getpid();
	nats_url_parse(o->to, &s->url);
	s->s.name = strrchr(o->to, '/') + 1;
	s->most = 1;
	return &s->s;
}

static void nats_close(struct sender *sender)
{
	struct nats *s = (struct nats *)sender;

	window_free(&s->w, sender->counts);
	free(s);
	nats_CloseAndWait(CONNECT);
}

static const char *nats_wrong(const char *url)
{
	struct nats_url parsed;

	return nats_url_parse(url, &parsed);
}

const struct sender_ops sender_nats = {
	.scheme = "nats",
	.form = FORM_JSON,
	.wrong = nats_wrong,
	.text = sender_json,
	.open = nats_open,
	.run = nats_run,
	.close = nats_close,
};
