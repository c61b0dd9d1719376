// SPDX-License-Identifier: GPL-2.0
/* vsysread --to URL: events as messages to servers; sender.h has their kinds. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gap.h"
#include "hash.h"
#include "machine.h"
#include "options.h"
#include "sender.h"
#include "spool.h"
#include "trace.h"

enum {
	TOKEN = 64,		/* bytes of a part of a subject */
	LINGER = 5,		/* seconds at the end for what waits */
	HALT = 30000,		/* milliseconds without progress, then a file's events are dropped */
	NOBODY = 3000,		/* the same without a server */
};

/**
 * struct stream - the sink
 * @name: where to, for people
 * @number: of the session, 0 before the first event
 * @session: the same as text: what ids of messages begin with
 * @host: name of this host
 * @machines: their names
 * @id: of the message
 * @text: its text
 * @frame: the message
 * @gaps: dropped events that no gap tells yet
 * @stuck: there was no room for HALT milliseconds, when so many were sent
 * @is_stuck: that is so
 */
struct stream {
	const struct sink_env *env;
	struct outbox *outbox;
	struct sender *sender;
	const char *name;
	uint64_t number;
	char session[17];
	char host[TOKEN];
	struct machine_names machines;
	struct vsys_text id, text, frame;
	struct gaps gaps;
	uint64_t stuck;
	bool is_stuck;
};

/* ---- subjects and ids ---- */

/* Blanks, dots, "*" and ">" mean something in subjects. */
static void set_token(char *to, const char *from)
{
	size_t i;

	for (i = 0; from[i] && i < TOKEN - 1; i++)
		to[i] = isalnum((unsigned char)from[i]) || from[i] == '-' ? from[i] : '_';
	to[i] = '\0';
}

/* As a part of a subject; one without a name is its process id. */
static void set_machine(char *to, const char *name, uint32_t vm)
{
	char number[16];

	snprintf(number, sizeof(number), "%" PRIu32, vm);
	set_token(to, *name ? name : number);
}

static void boot_id(char *to, size_t n)
{
	char path[64];
	FILE *f = fopen(host_path("/proc/sys/kernel/random/boot_id", path, sizeof(path)), "re");

	if (!f || !fgets(to, (int)n, f))
		*to = '\0';
	if (f)
		fclose(f);
}

/*
 * Rings begin with a session, and so do their numbers.  A session of the device is known by the
 * host's boot, the time and the process, that of a file by its first record, so that each
 * reading of a file gives the same ids.
 */
static void set_session(struct stream *s, const struct vsys_record *r)
{
	char boot[64] = "", text[256];
	struct timespec t = { 0 };

	if (!s->env->notes) {
		boot_id(boot, sizeof(boot));
		clock_gettime(CLOCK_BOOTTIME, &t);
	}
	snprintf(text, sizeof(text), "%s %s %lld.%09ld %d %" PRIu64 " %" PRIu32 " %u", s->host, boot,
		 (long long)t.tv_sec, t.tv_nsec, s->env->notes ? 0 : (int)getpid(), (uint64_t)r->time,
		 r->vm, r->vcpu);
	s->number = hash_bytes(text, strlen(text));
	snprintf(s->session, sizeof(s->session), "%016" PRIx64, s->number);
}

/* ---- messages ---- */

/* Make the message @frame of @ev; @what and @suffix end its subject and its id of @session. */
static int make_message(struct stream *s, const char *session, const struct gap *one, const char *what,
			const char *suffix, struct stream_event *ev)
{
	char machine[TOKEN];

	vsys_text_reset(&s->id);
	event_id(&s->id, session, one);
	vsys_text_put(&s->id, suffix);
	ev->env = s->env;
	ev->id = s->id.len ? s->id.s : "";
	ev->machine = machine_name(&s->machines, s->env->notes, one->vm);
	ev->type = what;
	set_machine(machine, ev->machine, one->vm);
	vsys_text_reset(&s->text);
	sender_find(s->env->opt->to)->text(&s->text, ev);
	vsys_text_reset(&s->frame);
	vsys_text_printf(&s->frame, "vsys.%s.%s.%s", s->host, machine, what);
	vsys_text_char(&s->frame, '\0');
	vsys_text_put(&s->frame, ev->id);
	vsys_text_char(&s->frame, '\0');
	vsys_text_bytes(&s->frame, s->text.len ? s->text.s : "", s->text.len);
	return s->id.failed || s->text.failed || s->frame.failed ? -ENOMEM : 0;
}

static int put_gap(struct stream *s, const struct gap *gap)
{
	struct stream_event ev = { .gap = gap, .reason = "full" };
	int err = make_message(s, s->session, gap, "gap", "g", &ev);

	return err || outbox_put(s->outbox, s->frame.s, s->frame.len, true) ? err : -ENOSPC;
}

/* Returns -ENOSPC if a spool cannot be written: the other gaps stay. */
static int put_gaps(struct stream *s)
{
	struct gaps *g = &s->gaps;
	size_t i = 0;
	int err = 0;

	while (i < g->n && !(err = put_gap(s, &g->gaps[i])))
		i++;
	g->n -= i;
	if (i && g->n)
		memmove(g->gaps, g->gaps + i, g->n * sizeof(*g->gaps));
	return err;
}

/* A reader with the same spool was killed: what it had read after the last event is not there. */
static int put_ended(struct stream *s, uint64_t before)
{
	struct gap gap = { .count = spool_torn(s->env->opt->spool) };
	struct stream_event ev = { .gap = &gap, .reason = "ended" };
	char session[sizeof(s->session)];
	int err;

	snprintf(session, sizeof(session), "%016" PRIx64, before);
	err = make_message(s, session, &gap, "gap", "e", &ev);
	if (!err)
		outbox_put(s->outbox, s->frame.s, s->frame.len, true);
	return err;
}

static int begin_session(struct stream *s, const struct vsys_record *r)
{
	uint64_t before;

	if (s->number)
		return 0;
	set_session(s, r);
	before = s->env->opt->spool ? spool_begin(s->env->opt->spool, s->number) : 0;
	if (!before)
		return 0;
	s->env->counts->dropped += spool_torn(s->env->opt->spool);
	return put_ended(s, before);
}

/* A file can wait for room while something is sent; the rings of the device cannot. */
static bool have_room(struct stream *s)
{
	struct sink_counts *c = s->env->counts;
	unsigned int waited = 0;
	uint64_t sent = c->sent;

	if (outbox_room(s->outbox, 0))
		return true;
	if (!s->env->notes || (s->is_stuck && s->stuck == sent))
		return false;
	while (waited < (c->connected ? HALT : NOBODY) && !stop_signal) {
		if (outbox_room(s->outbox, 100))
			return true;
		waited = c->sent == sent ? waited + 100 : 0;
		sent = c->sent;
	}
	s->is_stuck = true;
	s->stuck = sent;
	return false;
}

/* Send the message of an event; @what is the last part of its subject. */
static int put_event(struct stream *s, struct stream_event *ev, uint64_t seq, const char *what,
		     const char *suffix)
{
	const struct vsys_record *r = ev->rec;
	struct gap one = { r->vm, r->vcpu, seq, seq, r->time, 1 };
	bool room = have_room(s);
	int err = begin_session(s, r);

	if (!err && room)
		err = put_gaps(s);
	room = room && err != -ENOSPC;
	if (!err || err == -ENOSPC)
		err = make_message(s, s->session, &one, what, suffix, ev);
	if (err)
		return err;
	/* The one that finds the queue full can wait, too. */
	if (room && (outbox_put(s->outbox, s->frame.s, s->frame.len, false) ||
		     (have_room(s) && outbox_put(s->outbox, s->frame.s, s->frame.len, false))))
		return 0;
	s->env->counts->dropped++;
	return gaps_add(&s->gaps, &one);
}

static int stream_call(void *sink, const struct vsys_call_event *ev)
{
	const struct vsys_record *r = sink_call_record(ev);
	struct stream *s = sink;
	struct vsys_decoded c;
	struct stream_event event = { .rec = r, .call = &c };
	int err = sink_decode(s->env, ev, &c);
	/* A guest can make calls of any number: subjects would be without number, too. */
	bool known = !sink_call_unknown(ev) &&
		     vsys_table_record(vsys_profiles_table(s->env->profiles, r->profile), r);

	return err ? err : put_event(s, &event, r->seq, known ? c.name : "unknown", "");
}

/* The type that a record has in JSON. */
static void type_token(struct stream *s, const struct vsys_record *rec, char *to)
{
	char type[TOKEN] = "event";

	vsys_text_reset(&s->text);
	vsys_format_record_json(&s->text, rec, s->env->profiles);
	if (s->text.len)
		sscanf(s->text.s, "{\"type\":\"%63[a-z_]", type);
	set_token(to, type);
}

static int stream_event(void *sink, const struct vsys_record *rec)
{
	struct stream_event ev = { .rec = rec };
	struct stream *s = sink;
	char type[TOKEN];

	if (rec->type == VSYS_REC_ATTACH)
		machine_forget(&s->machines, rec->vm);
	type_token(s, rec, type);
	return put_event(s, &ev, rec->seq, type, "");
}

/* Events that are on disk survive this process. */
static int stream_idle(void *sink)
{
	outbox_flush(((struct stream *)sink)->outbox);
	return 0;
}

static int stream_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct stream_event ev = { .rec = &lost->r };

	/* The number of its record is that of the next event. */
	return put_event(sink, &ev, lost->first, "gap", "l");
}

/* ---- begin and end ---- */

static void stream_close(void *sink)
{
	struct stream *s = sink;

	if (s->sender)
		sender_end(s->sender, 0);
	outbox_free(s->outbox);
	gaps_free(&s->gaps);
	vsys_text_free(&s->id);
	vsys_text_free(&s->text);
	vsys_text_free(&s->frame);
	free(s);
}

static void report_found(const struct stream *s)
{
	const struct spool *spool = s->env->opt->spool;

	if (!spool || (!spool_found(spool) && !spool_torn(spool)))
		return;
	fprintf(stderr, "vsysread: --spool %s: %" PRIu64 " events of an earlier vsysread", s->env->opt->spool_dir,
		spool_found(spool));
	if (spool_torn(spool))
		fprintf(stderr, ", %" PRIu64 " torn", spool_torn(spool));
	fputc('\n', stderr);
}

static void *stream_open(const struct sink_env *env)
{
	struct stream *s = calloc(1, sizeof(*s));
	char host[256] = "";

	if (!s)
		return NULL;
	s->env = env;
	gethostname(host, sizeof(host) - 1);
	set_token(s->host, *host ? host : "host");
	s->outbox = outbox_new(env->opt->spool, env->counts);
	if (s->outbox)
		s->sender = sender_start(env->opt, s->outbox, env->counts);
	if (s->sender) {
		s->name = s->sender->name;
		report_found(s);
		return s;
	}
	stream_close(s);
	errno = ENOMEM;
	return NULL;
}

static void report_counts(const struct stream *s)
{
	const struct sink_counts *c = s->env->counts;

	if (s->env->opt->quiet && !c->dropped && !c->waiting)
		return;
	fprintf(stderr, "vsysread: %s: %" PRIu64 " events stored, %" PRIu64 " dropped", s->name,
		c->sent, c->dropped);
	if (c->waiting)
		fprintf(stderr, ", %" PRIu64 " wait in the spool", c->waiting);
	if (c->reordered)
		fprintf(stderr, ", %" PRIu64 " after later ones", c->reordered);
	fputc('\n', stderr);
}

static int stream_end(void *sink)
{
	struct stream *s = sink;
	struct sink_counts *c = s->env->counts;
	static const struct vsys_record none;
	struct spool *spool = s->env->opt->spool;
	int err = begin_session(s, &none);
	uint64_t failed;

	if (!err)
		err = put_gaps(s);
	/* Their events are counted. */
	if (err == -ENOSPC)
		err = 0;
	/* What the device told waits in the spool as well. */
	sender_end(s->sender, spool && !s->env->notes ? LINGER : 0);
	s->sender = NULL;
	failed = spool ? outbox_flush(s->outbox) : c->waiting;
	c->waiting -= failed;
	c->dropped += failed;
	if (spool && !failed)
		spool_end(spool);
	report_counts(s);
	return err;
}

const struct sink_ops sink_stream = {
	.name = "stream",
	.own_files = true,
	.open = stream_open,
	.call = stream_call,
	.lost = stream_lost,
	.event = stream_event,
	.idle = stream_idle,
	.end = stream_end,
	.close = stream_close,
};
