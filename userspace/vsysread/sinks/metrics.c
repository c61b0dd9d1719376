// SPDX-License-Identifier: GPL-2.0
/* vsysread --metrics: sums of calls for Prometheus, in its text format over HTTP. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "names.h"
#include "option.h"
#include "sink.h"

enum {
	CLIENTS = 8,
	CALLS = 8192,		/* beyond: "other" */
	BUCKETS = 13,		/* from 1 us to 16.8 s, each four times the one before */
	REQUEST = 4096,
};

struct client {
	int fd;			/* -1: free */
	char request[REQUEST + 1];
	size_t asked;		/* bytes of it */
	struct vsys_text answer;
	size_t sent;
};

struct row {
	char *name;
	uint64_t calls, errors, timed, ns, buckets[BUCKETS];
};

/**
 * struct metrics - the sink
 * @epoll: readable when a socket waits for service()
 * @next: the client that gives way when all are in use
 */
struct metrics {
	const struct sink_env *env;
	int epoll, listener;
	struct client clients[CLIENTS];
	unsigned int next;
	struct names names;
	struct row rows[CALLS + 1];
	uint64_t lost;
};

/* "127.0.0.1:9100", "[::1]:9100", ":9100": of this host alone. */
static int parse(const char *s, struct sockaddr_storage *to, socklen_t *len)
{
	struct sockaddr_in *in = (void *)to;
	struct sockaddr_in6 *in6 = (void *)to;
	const char *colon = strrchr(s, ':'), *end;
	char host[64];
	uint64_t port;
	size_t n = colon ? (size_t)(colon - s) : sizeof(host);

	memset(to, 0, sizeof(*to));
	if (n >= sizeof(host) || !vsys_number_parse(colon + 1, &port, &end) || *end || port > 65535)
		return -EINVAL;
	snprintf(host, sizeof(host), "%.*s", n ? (int)n : 9, n ? s : "127.0.0.1");
	if (n && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
		*len = sizeof(*in6);
		return inet_pton(AF_INET6, host + 1, &in6->sin6_addr) == 1 ? 0 : -EINVAL;
	}
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	*len = sizeof(*in);
	return inet_pton(AF_INET, host, &in->sin_addr) == 1 ? 0 : -EINVAL;
}

int opt_metrics(struct options *o, char *arg)
{
	struct sockaddr_storage to;
	socklen_t len;

	if (parse(arg, &to, &len))
		return options_wrong("--metrics %s: not HOST:PORT, with HOST a number", arg);
	o->metrics = arg;
	o->device_only = "--metrics";
	return OPTION_GOOD;
}

static void watch(const struct metrics *s, int op, int fd, uint32_t events, void *what)
{
	struct epoll_event e = { .events = events, .data.ptr = what };

	epoll_ctl(s->epoll, op, fd, &e);
}

/* Tell the port that the kernel has chosen, with which port 0 was asked for. */
static void report_port(const struct metrics *s, const struct sockaddr_storage *asked)
{
	const struct sockaddr_in *in = (const void *)asked;
	struct sockaddr_storage got = { 0 };
	socklen_t len = sizeof(got);

	/* sin_port and sin6_port are in the same place. */
	if (!in->sin_port && !getsockname(s->listener, (void *)&got, &len))
		fprintf(stderr, "vsysread: --metrics %s: port %u\n", s->env->opt->metrics,
			ntohs(((struct sockaddr_in *)&got)->sin_port));
}

static int start(struct metrics *s)
{
	struct sockaddr_storage to;
	socklen_t len;
	int on = 1;

	parse(s->env->opt->metrics, &to, &len);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->listener = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->epoll < 0 || s->listener < 0 ||
	    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(s->listener, (void *)&to, len) || listen(s->listener, CLIENTS))
		return -errno;
	watch(s, EPOLL_CTL_ADD, s->listener, EPOLLIN, NULL);
	report_port(s, &to);
	return 0;
}

static void drop(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->asked = 0;
	c->sent = 0;
	vsys_text_free(&c->answer);
	memset(&c->answer, 0, sizeof(c->answer));
}

static void metrics_close(void *sink)
{
	struct metrics *s = sink;
	size_t i;

	for (i = 0; i < CLIENTS; i++)
		drop(&s->clients[i]);
	for (i = 0; i <= CALLS; i++)
		free(s->rows[i].name);
	if (s->listener >= 0)
		close(s->listener);
	if (s->epoll >= 0)
		close(s->epoll);
	names_free(&s->names);
	free(s);
}

static void *metrics_open(const struct sink_env *env)
{
	struct metrics *s = calloc(1, sizeof(*s));
	int err;
	size_t i;

	if (!s)
		return NULL;
	s->env = env;
	s->epoll = -1;
	s->listener = -1;
	for (i = 0; i < CLIENTS; i++)
		s->clients[i].fd = -1;
	err = start(s);
	if (!err)
		return s;
	fprintf(stderr, "vsysread: --metrics %s: %s\n", env->opt->metrics, strerror(-err));
	metrics_close(s);
	errno = -err;
	return NULL;
}

/* ---- sums ---- */

/* A guest can make calls of any number: these are one row. */
static struct row *find(struct metrics *s, const struct vsys_proto *proto)
{
	const char *name = proto ? proto->name : "unknown";
	uint64_t number;
	bool fresh;

	number = s->names.n < CALLS ? names_number(&s->names, name, &fresh) : CALLS + 1;
	if (!number)
		return NULL;
	if (!s->rows[number - 1].name)
		s->rows[number - 1].name = strdup(number > CALLS ? "other" : name);
	return &s->rows[number - 1];
}

static int metrics_call(void *sink, const struct vsys_call_event *ev)
{
	struct metrics *s = sink;
	const struct vsys_record *r = sink_call_record(ev);
	const struct vsys_proto *proto = vsys_table_record(vsys_profiles_table(s->env->profiles, r->profile), r);
	struct row *row = find(s, sink_call_unknown(ev) ? NULL : proto);
	uint64_t limit = 1000;
	unsigned int i;

	if (!row || !row->name)
		return -ENOMEM;
	row->calls++;
	if (ev->ret && vsys_result_failed(proto, r->abi, ev->ret->result))
		row->errors++;
	if (ev->state != VSYS_STATE_RETURNED)
		return 0;
	row->timed++;
	row->ns += ev->ret->latency;
	for (i = 0; i < BUCKETS && ev->ret->latency > limit; i++)
		limit *= 4;
	if (i < BUCKETS)
		row->buckets[i]++;
	return 0;
}

static int metrics_lost(void *sink, const struct vsys_rec_lost *lost)
{
	struct metrics *s = sink;

	s->lost += lost->count;
	return 0;
}

/* ---- the text ---- */

static void put_kind(struct vsys_text *t, const char *name, const char *kind, const char *help)
{
	vsys_text_printf(t, "# HELP vsyscalls_%s %s\n# TYPE vsyscalls_%s %s\n", name, help, name, kind);
}

static void put_histogram(struct vsys_text *t, const struct row *row)
{
	uint64_t n = 0, limit = 1000;
	unsigned int i;

	for (i = 0; i < BUCKETS; i++, limit *= 4) {
		n += row->buckets[i];
		vsys_text_printf(t, "vsyscalls_call_seconds_bucket{call=\"%s\",le=\"%.9g\"} %" PRIu64 "\n",
				 row->name, (double)limit / 1e9, n);
	}
	vsys_text_printf(t, "vsyscalls_call_seconds_bucket{call=\"%s\",le=\"+Inf\"} %" PRIu64 "\n",
			 row->name, row->timed);
	vsys_text_printf(t, "vsyscalls_call_seconds_sum{call=\"%s\"} %.9f\n", row->name,
			 (double)row->ns / 1e9);
	vsys_text_printf(t, "vsyscalls_call_seconds_count{call=\"%s\"} %" PRIu64 "\n", row->name,
			 row->timed);
}

static void put_one(struct vsys_text *t, const char *name, const char *kind, const char *help,
		    uint64_t value)
{
	put_kind(t, name, kind, help);
	vsys_text_printf(t, "vsyscalls_%s %" PRIu64 "\n", name, value);
}

static void put_stream(struct vsys_text *t, const struct sink_counts *c)
{
	put_one(t, "stream_connected", "gauge", "1 with a connection to a server.", c->connected);
	put_one(t, "stream_sent_events_total", "counter", "Events that the stream has stored.", c->sent);
	put_one(t, "stream_dropped_events_total", "counter", "Events that the stream will not have.",
		c->dropped);
	put_one(t, "stream_reordered_events_total", "counter", "Events stored after later ones.",
		c->reordered);
	put_one(t, "stream_waiting_events", "gauge", "Events that are not stored yet.", c->waiting);
	put_one(t, "stream_spool_bytes", "gauge", "Bytes of the spool.", c->spool_bytes);
}

static void put_metrics(const struct metrics *s, struct vsys_text *t)
{
	size_t i;

	put_one(t, "rings", "gauge", "Rings, one for each vCPU.", s->env->rings);
	put_one(t, "lost_events_total", "counter", "Events that were lost.", s->lost);
	if (s->env->opt->mode == MODE_STREAM)
		put_stream(t, s->env->counts);
	put_kind(t, "calls_total", "counter", "System calls of guests.");
	for (i = 0; i <= CALLS; i++)
		if (s->rows[i].name)
			vsys_text_printf(t, "vsyscalls_calls_total{call=\"%s\"} %" PRIu64 "\n",
					 s->rows[i].name, s->rows[i].calls);
	put_kind(t, "errors_total", "counter", "System calls that failed.");
	for (i = 0; i <= CALLS; i++)
		if (s->rows[i].name)
			vsys_text_printf(t, "vsyscalls_errors_total{call=\"%s\"} %" PRIu64 "\n",
					 s->rows[i].name, s->rows[i].errors);
	put_kind(t, "call_seconds", "histogram", "Time from call to return.");
	for (i = 0; i <= CALLS; i++)
		if (s->rows[i].timed)
			put_histogram(t, &s->rows[i]);
}

/* ---- clients: a slow one must not hold up the trace ---- */

static void answer(struct metrics *s, struct client *c)
{
	struct vsys_text body = { 0 };
	bool known = !strncmp(c->request, "GET /metrics ", 13) || !strncmp(c->request, "GET /metrics?", 13);

	if (known)
		put_metrics(s, &body);
	vsys_text_put(&c->answer, known ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 404 Not Found\r\n");
	vsys_text_put(&c->answer, "Content-Type: text/plain; version=0.0.4\r\n");
	vsys_text_printf(&c->answer, "Content-Length: %zu\r\n", body.len);
	vsys_text_put(&c->answer, "Connection: close\r\n\r\n");
	if (body.len)
		vsys_text_bytes(&c->answer, body.s, body.len);
	if (body.failed)
		c->answer.failed = true;
	vsys_text_free(&body);
}

static void proceed(struct metrics *s, struct client *c)
{
	ssize_t n;

	if (!c->answer.len) {
		n = recv(c->fd, c->request + c->asked, REQUEST - c->asked, MSG_DONTWAIT);
		if (n <= 0) {
			drop(c);
			return;
		}
		c->asked += (size_t)n;
		c->request[c->asked] = '\0';
		/* It ends in an empty line, and may come in pieces. */
		if (!strstr(c->request, "\r\n\r\n") && c->asked < REQUEST)
			return;
		answer(s, c);
		watch(s, EPOLL_CTL_MOD, c->fd, EPOLLOUT, c);
	}
	n = c->answer.failed ? -1 : send(c->fd, c->answer.s + c->sent, c->answer.len - c->sent,
					 MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0)
		c->sent += (size_t)n;
	if ((n < 0 && errno != EAGAIN) || c->sent == c->answer.len)
		drop(c);
}

static void take_client(struct metrics *s)
{
	struct client *c = &s->clients[s->next++ % CLIENTS];
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	drop(c);
	c->fd = fd;
	watch(s, EPOLL_CTL_ADD, fd, EPOLLIN, c);
}

static int metrics_service_fd(const void *sink)
{
	return ((const struct metrics *)sink)->epoll;
}

static void metrics_service(void *sink)
{
	struct metrics *s = sink;
	struct epoll_event e;

	/* One at a time: a new client may take the place of another. */
	if (epoll_wait(s->epoll, &e, 1, 0) != 1)
		return;
	if (e.data.ptr)
		proceed(s, e.data.ptr);
	else
		take_client(s);
}

const struct sink_ops sink_metrics = {
	.name = "metrics",
	.open = metrics_open,
	.call = metrics_call,
	.lost = metrics_lost,
	.service_fd = metrics_service_fd,
	.service = metrics_service,
	.close = metrics_close,
};
