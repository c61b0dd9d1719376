// SPDX-License-Identifier: GPL-2.0
/*
 * Send to a receiver of OpenTelemetry by HTTP, some requests at a time.
 *
 * A vCPU belongs to a lane, of which one request at a time is on the way.  What is not stored is sent
 * again with the same ids before anything younger of the lane, so that the order of a vCPU stays.
 * When one request fails, nothing more is sent until the others are settled.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "gap.h"
#include "options.h"
#include "otlp.h"
#include "window.h"

enum {
	LANES = 4,		/* requests on the way */
	BATCH = 512,		/* messages of a request */
	BATCH_BYTES = 1 << 20,
	ANSWER_BYTES = 64 << 10,
	CONNECT = 2000,		/* milliseconds, as all that follow */
	ANSWER = 10000,
	RETRY = 600000,		/* longest pause that a receiver can ask for */
	POLL = 50,
	URL = 512,
	GZIP = 16,		/* of zlib: a header of gzip, added to MAX_WBITS */
	MEMORY = 8,		/* of zlib: its default */
};

/**
 * struct request - that of a lane
 * @curl: the connection
 * @numbers: @n messages of the window that it sends
 * @batch: at most so many
 * @records: so many are in @body
 * @flies: it has no answer yet
 * @packed: @body, compressed
 * @answer: what came back
 */
struct request {
	CURL *curl;
	uint64_t numbers[BATCH];
	size_t n, batch, records;
	bool flies;
	struct vsys_text body, packed, answer;
};

/**
 * struct otlp - the thread
 * @multi: runs the requests
 * @headers: of requests
 * @http: the URL
 * @w: messages
 * @flying: number of @requests without an answer
 * @together: the one that flies has messages of all lanes
 * @failed: one failed: no further one begins before the pause, of @pause ms if that is not 0
 * @z: compresses, if @gzip
 */
struct otlp {
	struct sender s;
	CURLM *multi;
	struct curl_slist *headers;
	char http[URL];
	struct window w;
	struct request requests[LANES];
	unsigned int flying;
	bool together, failed, gzip;
	int64_t pause;
	z_stream z;
};

/* What becomes of a batch */
enum outcome {
	STORED,
	REFUSED,
	LATER,
};

static size_t take_answer(char *bytes, size_t size, size_t n, void *arg)
{
	struct request *r = arg;

	if (r->answer.len + n <= ANSWER_BYTES)
		vsys_text_bytes(&r->answer, bytes, n);
	return size * n;
}

/* An answer that is not about these events, but about access or the path, can change later. */
static enum outcome judge(long status)
{
	if (status / 100 == 2)
		return STORED;
	if (status == 401 || status == 403 || status == 404 || status == 408 || status == 429)
		return LATER;
	return status / 100 == 4 ? REFUSED : LATER;
}

/* ---- what becomes of a request ---- */

static void later(struct otlp *s, const char *why)
{
	sender_trouble(&s->s, why);
	s->failed = true;
}

/* The receiver may have stored the batch in part; which part it does not tell. */
static void batch_stored(struct otlp *s, struct request *r)
{
	struct vsys_text why = { 0 };
	uint64_t rejected = otlp_rejected(r->answer.len ? r->answer.s : "", r->answer.len, &why);
	struct flight *f;
	size_t i, stored;

	if (rejected > r->records)
		rejected = r->records;
	if (rejected && !s->s.refused) {
		fprintf(stderr, "vsysread: %s: %zu of %zu events are rejected: %s\n", s->s.name,
			(size_t)rejected, r->records, why.len ? why.s : "it does not tell why");
		s->s.refused = true;
	}
	stored = r->records - rejected;
	for (i = 0; i < r->n; i++) {
		f = window_at(&s->w, r->numbers[i]);
		f->stored = true;
		f->rejected = i >= stored;
	}
	s->s.counts->dropped += r->n - stored;
	sender_stored(&s->s, stored);
	r->batch = r->batch < BATCH / 2 ? 2 * r->batch : BATCH;
	vsys_text_free(&why);
}

/* One event of the batch is at fault: find it. */
static void batch_refused(struct otlp *s, struct request *r, const char *why)
{
	struct flight *f = window_at(&s->w, r->numbers[0]);

	r->batch = (r->n + 1) / 2;
	if (r->n == 1 && !sender_refuse(&s->s, f->m, why))
		f->stored = f->rejected = true;
}

static void answered(struct otlp *s, struct request *r)
{
	curl_off_t seconds = 0;
	long status = 0;
	char why[32];

	curl_easy_getinfo(r->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(r->curl, CURLINFO_RETRY_AFTER, &seconds);
	snprintf(why, sizeof(why), "HTTP %ld", status);
	switch (judge(status)) {
	case STORED:
		batch_stored(s, r);
		break;
	case REFUSED:
		batch_refused(s, r, why);
		break;
	case LATER:
		seconds = seconds < RETRY / 1000 ? seconds * 1000 : RETRY;
		if (s->pause < seconds)
			s->pause = seconds;
		later(s, why);
	}
}

static void finished(struct otlp *s, CURL *curl, CURLcode err)
{
	struct request *r = s->requests;

	while (r->curl != curl)
		r++;
	curl_multi_remove_handle(s->multi, curl);
	r->flies = false;
	s->flying--;
	s->s.counts->connected = !err;
	if (err)
		later(s, curl_easy_strerror(err));
	else
		answered(s, r);
	window_release(&s->w, s->s.outbox);
}

/* ---- begin a request ---- */

static bool pack(struct otlp *s, struct request *r)
{
	unsigned char out[16 << 10];
	int state;

	vsys_text_reset(&r->packed);
	deflateReset(&s->z);
	s->z.next_in = (unsigned char *)r->body.s;
	s->z.avail_in = (unsigned int)r->body.len;
	do {
		s->z.next_out = out;
		s->z.avail_out = sizeof(out);
		state = deflate(&s->z, Z_FINISH);
		vsys_text_bytes(&r->packed, (char *)out, sizeof(out) - s->z.avail_out);
	} while (state == Z_OK);
	return state == Z_STREAM_END && !r->packed.failed;
}

/* Choose the oldest messages of the lane, or of @all. */
static void choose(struct otlp *s, struct request *r, bool all)
{
	struct message *messages[BATCH];
	size_t bytes = 0;
	struct flight *f;
	uint64_t n;

	r->n = 0;
	for (n = s->w.first; n < s->w.taken && r->n < r->batch && bytes < BATCH_BYTES; n++) {
		f = window_at(&s->w, n);
		if (f->stored || (!all && f->lane != r - s->requests))
			continue;
		bytes += f->m->size;
		messages[r->n] = f->m;
		r->numbers[r->n++] = n;
	}
	vsys_text_reset(&r->body);
	vsys_text_reset(&r->answer);
	r->records = otlp_request(&r->body, messages, r->n);
}

static void begin(struct otlp *s, struct request *r, bool all)
{
	const struct vsys_text *t = s->gzip ? &r->packed : &r->body;

	choose(s, r, all);
	if (!r->n)
		return;
	if (r->body.failed || (r->records && s->gzip && !pack(s, r))) {
		later(s, "no memory");
		return;
	}
	if (!r->records) {
		batch_stored(s, r);
		window_release(&s->w, s->s.outbox);
		return;
	}
	curl_easy_setopt(r->curl, CURLOPT_POSTFIELDS, t->s);
	curl_easy_setopt(r->curl, CURLOPT_POSTFIELDSIZE, (long)t->len);
	if (curl_multi_add_handle(s->multi, r->curl)) {
		later(s, "no memory");
		return;
	}
	r->flies = true;
	s->flying++;
}

/* Few messages go together, in one request.  No other begins until it has its answer. */
static void begin_requests(struct otlp *s)
{
	unsigned int i;

	if (!s->flying && s->w.taken - s->w.first <= BATCH) {
		s->together = true;
		begin(s, &s->requests[0], true);
		return;
	}
	if (!s->flying)
		s->together = false;
	for (i = 0; i < LANES && !s->together && !s->failed; i++)
		if (!s->requests[i].flies)
			begin(s, &s->requests[i], false);
}

/* ---- the thread ---- */

static void take(struct otlp *s)
{
	struct flight *f;
	struct gap gap;

	while (window_ready(&s->w, s->s.outbox, WINDOW, POLL)) {
		f = window_at(&s->w, s->w.next++);
		gap_of_id(&gap, message_id(f->m));
		f->lane = (gap.vm + gap.vcpu) % LANES;
	}
}

/* Take the answers that are there; wait if there are none. */
static void settle(struct otlp *s)
{
	bool any = false;
	CURLMsg *m;
	int n;

	curl_multi_perform(s->multi, &n);
	while ((m = curl_multi_info_read(s->multi, &n))) {
		finished(s, m->easy_handle, m->data.result);
		any = true;
	}
	if (!any)
		curl_multi_poll(s->multi, NULL, 0, POLL, NULL);
}

static void otlp_run(struct sender *sender)
{
	struct otlp *s = (struct otlp *)sender;

	while (!sender_over(sender)) {
		take(s);
		if (!s->failed)
			begin_requests(s);
		if (s->flying) {
			settle(s);
		} else if (s->failed) {
			sender_pause(sender, s->pause);
			s->failed = false;
			s->pause = 0;
		}
	}
}

static void otlp_close(struct sender *sender)
{
	struct otlp *s = (struct otlp *)sender;
	struct request *r;

	window_free(&s->w, sender->counts);
	for (r = s->requests; r < s->requests + LANES; r++) {
		if (r->flies)
			curl_multi_remove_handle(s->multi, r->curl);
		curl_easy_cleanup(r->curl);
		vsys_text_free(&r->body);
		vsys_text_free(&r->packed);
		vsys_text_free(&r->answer);
	}
	curl_slist_free_all(s->headers);
	curl_multi_cleanup(s->multi);
	deflateEnd(&s->z);
	free(s);
	curl_global_cleanup();
}

static void set_options(const struct otlp *s, struct request *r, const struct options *o)
{
	curl_easy_setopt(r->curl, CURLOPT_URL, s->http);
	curl_easy_setopt(r->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(r->curl, CURLOPT_CAINFO, o->tls_ca);
	curl_easy_setopt(r->curl, CURLOPT_USERNAME, o->user);
	curl_easy_setopt(r->curl, CURLOPT_PASSWORD, o->password);
	curl_easy_setopt(r->curl, CURLOPT_USERAGENT, "vsysread/" VSYS_VERSION);
	curl_easy_setopt(r->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(r->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(r->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT);
	curl_easy_setopt(r->curl, CURLOPT_TIMEOUT_MS, (long)ANSWER);
	curl_easy_setopt(r->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(r->curl, CURLOPT_WRITEDATA, r);
}

static bool open_requests(struct otlp *s, const struct options *o)
{
	struct request *r;

	s->headers = curl_slist_append(NULL, "Content-Type: application/x-protobuf");
	/* A receiver that does not know "Expect: 100-continue" would cost a second. */
	curl_slist_append(s->headers, "Expect:");
	if (s->gzip)
		curl_slist_append(s->headers, "Content-Encoding: gzip");
	for (r = s->requests; r < s->requests + LANES; r++) {
		r->curl = curl_easy_init();
		if (!r->curl)
			return false;
		r->batch = BATCH;
		set_options(s, r, o);
	}
	s->multi = curl_multi_init();
	return s->multi && s->headers &&
	       deflateInit2(&s->z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK;
}

static struct sender *otlp_open(const struct options *o)
{
	const char *host = o->to + strlen("otlp://"), *after = *host == '[' ? strchr(host, ']') : host;
	struct otlp *s = curl_global_init(CURL_GLOBAL_DEFAULT) ? NULL : calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->s.name = o->to;
	s->gzip = !o->no_gzip;
	snprintf(s->http, sizeof(s->http), "http%s://%s%s/v1/logs", o->tls_ca ? "s" : "", host, strchr(after, ':') ? "" : ":4318");
	if (open_requests(s, o))
		return &s->s;
	otlp_close(&s->s);
	return NULL;
}

static const char *otlp_wrong(const char *url)
{
	const char *host = url + strlen("otlp://");

	if (strpbrk(host, ",/"))
		return "not otlp://HOST[:PORT]";
	return strlen(url) > URL / 2 ? "too long" : sender_wrong_host(host, strlen(host));
}

const struct sender_ops sender_otlp = {
	.scheme = "otlp",
	.form = "vsysotlp",
	.wrong = otlp_wrong,
	.text = otlp_text,
	.open = otlp_open,
	.run = otlp_run,
	.close = otlp_close,
};
