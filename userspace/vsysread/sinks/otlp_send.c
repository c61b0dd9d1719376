// SPDX-License-Identifier: GPL-2.0
/*
 * Send to a receiver of OpenTelemetry by HTTP, a batch at a time.  What is not stored is sent
 * again with the same ids, so that the order stays.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "otlp.h"

enum {
	BATCH = 512,		/* messages of a request */
	BATCH_BYTES = 1 << 20,
	ANSWER_BYTES = 64 << 10,
	CONNECT = 2000,		/* milliseconds, as all that follow */
	ANSWER = 10000,
	RETRY = 600000,		/* longest pause that a receiver can ask for */
	POLL = 50,
	URL = 512,
};

/**
 * struct otlp - the thread
 * @curl: the connection
 * @headers: of requests
 * @http: the URL
 * @messages: @n that are not stored, of which @batch at most are sent
 * @bytes: of all @messages
 * @request: what is sent
 * @answer: what came back
 */
struct otlp {
	struct sender s;
	CURL *curl;
	struct curl_slist *headers;
	char http[URL];
	struct message *messages[BATCH];
	size_t n, batch, bytes;
	struct vsys_text request, answer;
};

/* What becomes of a batch */
enum outcome {
	STORED,
	REFUSED,
	LATER,
};

static size_t take_answer(char *bytes, size_t size, size_t n, void *arg)
{
	struct otlp *s = arg;

	if (s->answer.len + n <= ANSWER_BYTES)
		vsys_text_bytes(&s->answer, bytes, n);
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

/* Send @request.  Sets @why, unless it is stored, and @pause to what the receiver asks for. */
static enum outcome post(struct otlp *s, char *why, size_t n, int64_t *pause)
{
	curl_off_t seconds = 0;
	long status = 0;
	CURLcode err;

	vsys_text_reset(&s->answer);
	curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, s->request.s);
	curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE, (long)s->request.len);
	err = curl_easy_perform(s->curl);
	s->s.counts->connected = !err;
	if (err) {
		snprintf(why, n, "%s", curl_easy_strerror(err));
		return LATER;
	}
	curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(s->curl, CURLINFO_RETRY_AFTER, &seconds);
	*pause = seconds < RETRY / 1000 ? seconds * 1000 : RETRY;
	snprintf(why, n, "HTTP %ld", status);
	return judge(status);
}

/* The oldest @n messages are dealt with. */
static void release(struct otlp *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		s->bytes -= s->messages[i]->size;
		outbox_release(s->s.outbox, s->messages[i]);
	}
	s->n -= n;
	memmove(s->messages, s->messages + n, s->n * sizeof(*s->messages));
}

/* The receiver may have stored the batch in part; which part it does not tell. */
static void batch_stored(struct otlp *s, size_t n, size_t records)
{
	struct vsys_text why = { 0 };
	uint64_t rejected = otlp_rejected(s->answer.len ? s->answer.s : "", s->answer.len, &why);

	if (rejected > records)
		rejected = records;
	if (rejected && !s->s.refused) {
		fprintf(stderr, "vsysread: %s: %zu of %zu events are rejected: %s\n", s->s.name,
			(size_t)rejected, records, why.len ? why.s : "it does not tell why");
		s->s.refused = true;
	}
	s->s.counts->dropped += rejected + n - records;
	sender_stored(&s->s, records - rejected);
	release(s, n);
	s->batch = s->batch < BATCH / 2 ? 2 * s->batch : BATCH;
	vsys_text_free(&why);
}

/* One event of the batch is at fault: find it. */
static void batch_refused(struct otlp *s, size_t n, const char *why)
{
	s->batch = (n + 1) / 2;
	if (n == 1 && !sender_refuse(&s->s, s->messages[0], why))
		release(s, 1);
}

static void send_batch(struct otlp *s)
{
	size_t n = s->n < s->batch ? s->n : s->batch, records;
	enum outcome outcome = STORED;
	int64_t pause = 0;
	char why[128] = "";

	vsys_text_reset(&s->request);
	vsys_text_reset(&s->answer);
	records = otlp_request(&s->request, s->messages, n);
	if (s->request.failed)
		snprintf(why, sizeof(why), "no memory");
	if (records)
		outcome = *why ? LATER : post(s, why, sizeof(why), &pause);
	if (outcome == STORED) {
		batch_stored(s, n, records);
	} else if (outcome == REFUSED) {
		batch_refused(s, n, why);
	} else {
		sender_trouble(&s->s, why);
		sender_pause(&s->s, pause);
	}
}

static void otlp_run(struct sender *sender)
{
	struct otlp *s = (struct otlp *)sender;
	struct message *m;

	while (!sender_over(sender)) {
		while (s->n < BATCH && s->bytes < BATCH_BYTES &&
		       (m = outbox_take(sender->outbox, s->n ? 0 : POLL))) {
			s->messages[s->n++] = m;
			s->bytes += m->size;
		}
		if (s->n)
			send_batch(s);
	}
}

static void otlp_close(struct sender *sender)
{
	struct otlp *s = (struct otlp *)sender;

	while (s->n)
		free(s->messages[--s->n]);
	curl_slist_free_all(s->headers);
	curl_easy_cleanup(s->curl);
	vsys_text_free(&s->request);
	vsys_text_free(&s->answer);
	free(s);
	curl_global_cleanup();
}

static void set_options(struct otlp *s, const struct options *o)
{
	curl_easy_setopt(s->curl, CURLOPT_URL, s->http);
	curl_easy_setopt(s->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, s->headers);
	curl_easy_setopt(s->curl, CURLOPT_CAINFO, o->tls_ca);
	curl_easy_setopt(s->curl, CURLOPT_USERNAME, o->user);
	curl_easy_setopt(s->curl, CURLOPT_PASSWORD, o->password);
	curl_easy_setopt(s->curl, CURLOPT_USERAGENT, "vsysread/" VSYS_VERSION);
	curl_easy_setopt(s->curl, CURLOPT_POST, 1L);
	curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT);
	curl_easy_setopt(s->curl, CURLOPT_TIMEOUT_MS, (long)ANSWER);
	curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, s);
}

static struct sender *otlp_open(const struct options *o)
{
	const char *host = o->to + strlen("otlp://"), *after = *host == '[' ? strchr(host, ']') : host;
	struct otlp *s = curl_global_init(CURL_GLOBAL_DEFAULT) ? NULL : calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->s.name = o->to;
	s->batch = BATCH;
	snprintf(s->http, sizeof(s->http), "http%s://%s%s/v1/logs", o->tls_ca ? "s" : "", host, strchr(after, ':') ? "" : ":4318");
	s->headers = curl_slist_append(NULL, "Content-Type: application/x-protobuf");
	/* A receiver that does not know "Expect: 100-continue" would cost a second. */
	curl_slist_append(s->headers, "Expect:");
	s->curl = curl_easy_init();
	if (s->curl && s->headers) {
		set_options(s, o);
		return &s->s;
	}
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
