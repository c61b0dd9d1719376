// SPDX-License-Identifier: GPL-2.0
/*
 * Send to a topic of Kafka.  The producer of the library is idempotent: it repeats what fails, and
 * keeps the order of a partition.  After an error that it cannot mend a new one begins with what is
 * not stored.
 */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "window.h"

enum {
	POLL = 50,		/* milliseconds */
	TOPIC = 249,		/* longest name */
	URL = 1024,
};

/**
 * struct kafka - the thread
 * @opt: the command line
 * @rk: the producer; NULL if there is none
 * @hosts: of brokers
 * @w: messages
 * @failed: a new producer must begin
 */
struct kafka {
	struct sender s;
	const struct options *opt;
	rd_kafka_t *rk;
	char hosts[URL];
	struct window w;
	bool failed;
};

static void fail(struct kafka *s, rd_kafka_resp_err_t err)
{
	s->failed = true;
	sender_trouble(&s->s, rd_kafka_err2str(err));
}

static bool is_refusal(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || err == RD_KAFKA_RESP_ERR_INVALID_MSG ||
	       err == RD_KAFKA_RESP_ERR_INVALID_RECORD;
}

/* The host and the machine, of a subject "vsys.HOST.MACHINE.CALL". */
static const char *key_of(const struct message *m, size_t *len)
{
	const char *key = m->bytes + strcspn(m->bytes, "."), *end = strrchr(m->bytes, '.');

	key += *key == '.';
	*len = end && end > key ? (size_t)(end - key) : 0;
	return key;
}

static rd_kafka_resp_err_t produce(struct kafka *s, uint64_t n)
{
	const struct message *m = window_at(&s->w, n)->m;
	size_t len, nkey;
	const char *text = message_text(m, &len), *key = key_of(m, &nkey);

	return rd_kafka_producev(s->rk, RD_KAFKA_V_TOPIC(s->s.name), RD_KAFKA_V_KEY(key, nkey),
				 RD_KAFKA_V_VALUE((void *)text, len),
				 RD_KAFKA_V_HEADER("id", message_id(m), -1),
				 RD_KAFKA_V_HEADER("subject", m->bytes, -1),
				 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
				 RD_KAFKA_V_OPAQUE((void *)(uintptr_t)n), RD_KAFKA_V_END);
}

/* Drop the event, and send its gap if there is one. */
static void refuse(struct kafka *s, uint64_t n, rd_kafka_resp_err_t err)
{
	struct flight *f = window_at(&s->w, n);

	f->stored = !sender_refuse(&s->s, f->m, rd_kafka_err2str(err));
	if (!f->stored && produce(s, n))
		s->failed = true;
}

static void take_ack(rd_kafka_t *rk, const rd_kafka_message_t *msg, void *arg)
{
	uint64_t n = (uintptr_t)msg->_private;
	struct kafka *s = arg;

	(void)rk;
	if (msg->err && !is_refusal(msg->err)) {
		fail(s, msg->err);
		return;
	}
	s->s.counts->connected = 1;
	if (msg->err) {
		refuse(s, n, msg->err);
	} else {
		window_at(&s->w, n)->stored = true;
		sender_stored(&s->s, 1);
	}
}

static void take_error(rd_kafka_t *rk, int err, const char *reason, void *arg)
{
	struct kafka *s = arg;

	(void)rk;
	(void)reason;
	if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
		s->s.counts->connected = 0;
		sender_trouble(&s->s, "no broker answers");
	} else if (err == RD_KAFKA_RESP_ERR__SSL || err == RD_KAFKA_RESP_ERR__AUTHENTICATION) {
		sender_trouble(&s->s, rd_kafka_err2str(err));
	} else if (err == RD_KAFKA_RESP_ERR__FATAL) {
		fail(s, err);
	}
}

/* How to connect; @ca, @user or both may be NULL. */
static const char *protocol(const char *ca, const char *user)
{
	if (user)
		return ca ? "sasl_ssl" : "sasl_plaintext";
	return ca ? "ssl" : "plaintext";
}

static bool begin(struct kafka *s)
{
	const struct options *o = s->opt;
	const char *const settings[][2] = {
		{ "bootstrap.servers", s->hosts },
		{ "security.protocol", protocol(o->tls_ca, o->user) },
		{ "ssl.ca.location", o->tls_ca },
		{ "sasl.mechanisms", "PLAIN" },
		{ "sasl.username", o->user },
		{ "sasl.password", o->password },
		{ "client.id", "vsysread" },
		{ "enable.idempotence", "true" },
		{ "message.timeout.ms", "0" },	/* for ever */
	};
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char why[256] = "";
	unsigned int i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof(why));
	rd_kafka_conf_set_opaque(conf, s);
	rd_kafka_conf_set_log_cb(conf, NULL);
	rd_kafka_conf_set_dr_msg_cb(conf, take_ack);
	rd_kafka_conf_set_error_cb(conf, take_error);
	s->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
	if (!s->rk) {
		rd_kafka_conf_destroy(conf);
		sender_trouble(&s->s, why);
	}
	return s->rk;
}

static void stop(struct kafka *s)
{
	if (s->rk)
		rd_kafka_destroy(s->rk);
	s->rk = NULL;
	s->s.counts->connected = 0;
}

static void fill(struct kafka *s)
{
	rd_kafka_resp_err_t err;

	while (!s->failed && window_ready(&s->w, s->s.outbox, WINDOW_ACKS, POLL)) {
		err = window_at(&s->w, s->w.next)->stored ? 0 : produce(s, s->w.next);
		if (is_refusal(err))
			refuse(s, s->w.next, err);
		else if (err)
			fail(s, err);
		if (!s->failed)
			s->w.next++;
	}
}

static void kafka_run(struct sender *sender)
{
	struct kafka *s = (struct kafka *)sender;

	while (!sender_over(sender)) {
		s->failed = !s->rk && !begin(s);
		if (!s->failed) {
			fill(s);
			rd_kafka_poll(s->rk, s->w.next > s->w.first ? POLL : 0);
			window_release(&s->w, sender->outbox);
		}
		if (s->failed) {
			stop(s);
			sender_pause(sender, 0);
			window_again(&s->w);
		}
	}
	stop(s);
}

static struct sender *kafka_open(const struct options *o)
{
	const char *hosts = o->to + strlen("kafka://");
	struct kafka *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->opt = o;
	s->s.name = strchr(hosts, '/') + 1;
	snprintf(s->hosts, sizeof(s->hosts), "%.*s", (int)strcspn(hosts, "/"), hosts);
	return &s->s;
}

static void kafka_close(struct sender *sender)
{
	struct kafka *s = (struct kafka *)sender;

	window_free(&s->w, sender->counts);
	free(s);
}

static const char *kafka_wrong(const char *url)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	const char *wrong = sender_wrong_hosts(url, "not kafka://HOST[:PORT][,...]/TOPIC"), *topic;

	if (wrong || strlen(url) >= URL)
		return wrong ? wrong : "too long";
	topic = strchr(url + strlen("kafka://"), '/') + 1;
	if (!*topic)
		return "a topic is missing";
	return topic[strspn(topic, allowed)] || strlen(topic) > TOPIC ?
	       "a topic has a name of letters, digits, dots, - and _" : NULL;
}

const struct sender_ops sender_kafka = {
	.scheme = "kafka",
	.form = FORM_JSON,
	.wrong = kafka_wrong,
	.text = sender_json,
	.open = kafka_open,
	.run = kafka_run,
	.close = kafka_close,
};
