// SPDX-License-Identifier: GPL-2.0
/* vsysread on the device: attach, read until told to stop, detach. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "explain.h"
#include "filter.h"
#include "inject.h"
#include "targets.h"
#include "trace.h"

#define SECOND		UINT64_C(1000000000)
#define GONE_CHECK	(SECOND / 10)	/* the end of a machine may not wake a sleeper */

/* A session that is read by mapping (@reader) or by read() (@stream). */
struct live {
	struct trace *tr;
	struct vsys_device *session;
	struct vsys_profiles profiles;
	bool *used;			/* of each profile: is it asked for? */
	struct filter *filter;
	struct vsys_reader *reader;
	struct vsys_stream *stream;
	uint64_t end;			/* when to stop, UINT64_MAX for never */
	uint64_t say_at;		/* when to say that nothing comes */
};

static void say(struct live *l, const char *what, int err)
{
	fprintf(stderr, "vsysread: %s: %s\n", what, strerror(-err));
	l->tr->failed = true;
}

static int set_filter(struct live *l)
{
	int err;

	if (!l->tr->opt->nexprs)
		return 0;
	l->filter = filter_new(l->tr->opt->exprs, l->tr->opt->nexprs, &l->profiles,
			       l->used);
	if (!l->filter) {
		l->tr->failed = true;
		return -EINVAL;
	}
	err = filter_install(l->filter, l->session);
	if (err)
		say(l, "VSYS_FILTER", err);
	l->tr->filter = l->filter;
	return err;
}

static int tell_ready(struct live *l)
{
	const struct options *o = l->tr->opt;
	FILE *f;

	if (o->ready_file) {
		f = fopen(o->ready_file, "we");
		if (!f || fputs("ready\n", f) < 0 || fclose(f)) {
			say(l, o->ready_file, -errno);
			return -EIO;
		}
	}
	if (o->ready_fd >= 0) {
		if (write(o->ready_fd, "ready\n", 6) != 6) {
			say(l, "--ready-fd", -errno);
			return -EIO;
		}
		close(o->ready_fd);
	}
	return 0;
}

static int open_source(struct live *l)
{
	if (l->tr->opt->by_read)
		return vsys_stream_open(vsys_device_fd(l->session), VSYS_STREAM_BARE,
					trace_report, l->tr, &l->stream);
	return vsys_reader_open(l->session, trace_report, l->tr, &l->reader);
}

/* Nanoseconds from the clock of records to the time of day, 0 if unknown. */
static __s64 since_1970(struct live *l)
{
	struct vsys_time t;
	int err = vsys_device_time(l->session, &t);

	if (!err)
		return (__s64)(t.realtime - t.clock);
	if (l->tr->opt->timestamps)
		fputs("vsysread: the module does not tell the time of day: times are since the "
		      "host's start\n", stderr);
	return 0;
}

static int begin(struct live *l)
{
	struct vsys_setup setup = l->tr->opt->setup;
	struct vsys_info info;
	int err;

	err = vsys_device_profiles(l->session, &l->profiles);
	if (!err)
		err = vsys_device_info(l->session, &info);
	if (err) {
		say(l, "VSYS_PROFILE", err);
		return err;
	}
	err = attach_used(l->tr->opt, &l->profiles, &info, &l->used);
	if (err)
		return err;
	err = l->tr->opt->has_setup ? vsys_device_setup(l->session, &setup) : 0;
	if (err) {
		say(l, "VSYS_SETUP", err);
		return err;
	}
	err = set_filter(l);
	/* With --explain nothing is changed. */
	if (!err && !l->tr->opt->explain)
		err = inject_install(l->tr->opt, &l->profiles, l->used, l->session);
	return err;
}

static int start(struct live *l)
{
	int err;

	err = open_source(l);
	if (err) {
		say(l, "reader", err);
		return err;
	}
	l->tr->used = l->used;
	l->tr->since_1970 = since_1970(l);
	err = trace_open(l->tr, &l->profiles);
	if (!err)
		err = attach_targets(l->tr->opt, l->session);
	return err ? err : tell_ready(l);
}

/* Take all that is there.  Returns 0 or what went wrong. */
static int take(struct live *l)
{
	const struct vsys_record *rec;
	struct trace *tr = l->tr;
	struct vsys_info info;
	int n;

	if (l->reader) {
		n = vsys_reader_update(l->reader);
		if (n < 0)
			return n;
		while (!tr->done && !tr->broken && (rec = vsys_reader_next(l->reader)))
			trace_record(tr, rec);
		return 0;
	}
	/* Else poll() goes on to say that there are new rings. */
	n = vsys_device_info(l->session, &info);
	if (n < 0)
		return n;
	while (!tr->done && !tr->broken) {
		n = vsys_stream_next(l->stream, &rec);
		if (n == -EAGAIN || n == -EINTR || !n)
			return 0;
		if (n < 0)
			return n;
		trace_record(tr, rec);
	}
	return 0;
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
}

/* Machines were named, or it was asked for: their end is ours. */
static bool ends_with_machines(const struct live *l)
{
	return l->tr->opt->until_gone || l->tr->opt->targets[0].pid;
}

static unsigned int rings(const struct live *l)
{
	return l->reader ? vsys_reader_rings(l->reader) : vsys_stream_rings(l->stream);
}

static bool gone(const struct live *l)
{
	if (!ends_with_machines(l))
		return false;
	if (l->reader && vsys_reader_gone(l->reader))
		return true;
	return targets_gone(l->tr->opt) && (!l->reader || !rings(l));
}

/* When to wake up: end, check for dead machines, "still waiting" message, output. */
static uint64_t next_due(const struct live *l, uint64_t t)
{
	int output = trace_wait(l->tr);
	uint64_t due = l->end;

	if (ends_with_machines(l) && t + GONE_CHECK < due)
		due = t + GONE_CHECK;
	if (l->say_at < due)
		due = l->say_at;
	if (output >= 0 && t + (uint64_t)output * (SECOND / 1000) < due)
		due = t + (uint64_t)output * (SECOND / 1000);
	return due;
}

/* A long wait says what it waits for, once. */
static void say_waiting(struct live *l, uint64_t t)
{
	const struct options *o = l->tr->opt;
	char who[96];

	if (t < l->say_at)
		return;
	l->say_at = UINT64_MAX;
	if (rings(l) || o->quiet || o->mode == MODE_TOP)
		return;
	targets_name(&o->targets[0], who, sizeof(who));
	if (o->targets[0].pid)
		fprintf(stderr, "vsysread: waiting for %s%s to run a vCPU\n", who,
			o->ntargets > 1 ? " and others" : "");
	else
		fputs("vsysread: waiting for a virtual machine to run\n", stderr);
}

/*
 * Signals are blocked but for the wait, so that none comes between test and
 * wait.  A wait that need not wait lets none through either.
 */
static bool told_to_stop(void)
{
	sigset_t pending;

	sigpending(&pending);
	return stop_signal || sigismember(&pending, SIGINT) ||
	       sigismember(&pending, SIGTERM) || sigismember(&pending, SIGHUP);
}

/* Returns whether to go on. */
static bool wait_for_more(struct live *l, const sigset_t *waiting, uint64_t t)
{
	struct pollfd p[] = {
		{ .fd = vsys_device_fd(l->session), .events = POLLIN | POLLPRI },
		{ .fd = trace_input(l->tr), .events = POLLIN },
	};
	uint64_t due = next_due(l, t), left = due > t ? due - t : 0;
	struct timespec ts = { (time_t)(left / SECOND), (long)(left % SECOND) };

	if (ppoll(p, 2, due == UINT64_MAX ? NULL : &ts, waiting) < 0 && errno != EINTR) {
		say(l, "poll", -errno);
		return false;
	}
	/* A terminal that is gone has no keys any more. */
	if (p[1].revents & (POLLHUP | POLLERR | POLLNVAL))
		return false;
	return trace_keys(l->tr);
}

static void loop(struct live *l, const sigset_t *waiting)
{
	uint64_t t;
	int err;

	do {
		err = take(l);
		if (err) {
			say(l, "reading", err);
			return;
		}
		trace_idle(l->tr, rings(l));
		trace_flush(l->tr);
		t = now();
		say_waiting(l, t);
		if (l->tr->done || l->tr->broken || gone(l) || told_to_stop() || t >= l->end)
			return;
	} while (wait_for_more(l, waiting, t));
}

static void set_times(struct live *l)
{
	uint64_t t = now();

	l->end = l->tr->opt->seconds > 0 ? t + (uint64_t)(l->tr->opt->seconds * SECOND) : UINT64_MAX;
	l->say_at = t + SECOND;
}

/* With read() only the module's sums tell what was lost last. */
static void settle_stream(struct live *l, struct vsys_account *sum)
{
	struct vsys_stats stats;
	int err = vsys_device_stats(l->session, &stats);

	if (err) {
		say(l, "VSYS_STATS", err);
		return;
	}
	sum->lost = stats.lost;
	if (!l->tr->done && stats.emitted != sum->read + stats.lost) {
		fprintf(stderr, "vsysread: BUG: %" PRIu64 " events emitted, %" PRIu64 " read, %"
			PRIu64 " lost\n", (uint64_t)stats.emitted, sum->read, (uint64_t)stats.lost);
		sum->missing++;
	}
}

static void settle_rings(struct live *l, struct vsys_account *sum)
{
	struct vsys_rec_lost lost;
	unsigned int i;

	/* What -n left over still belongs to the sums. */
	while (vsys_reader_next(l->reader))
		;
	vsys_reader_settle(l->reader);
	for (i = 0; i < vsys_reader_rings(l->reader); i++)
		if (!l->tr->done && vsys_reader_lost_at_end(l->reader, i, &lost))
			trace_record(l->tr, &lost.r);
	vsys_reader_account(l->reader, sum);
}

static void finish(struct live *l)
{
	struct vsys_account sum;
	int err;

	if (attach_undo(l->tr->opt, l->session))
		l->tr->failed = true;
	err = take(l);
	if (err)
		say(l, "reading", err);
	if (l->reader) {
		settle_rings(l, &sum);
	} else {
		vsys_stream_account(l->stream, &sum);
		settle_stream(l, &sum);
	}
	trace_end(l->tr);
	trace_totals(l->tr, &sum, rings(l));
	if (!inject_totals(l->tr->opt, l->session))
		l->tr->failed = true;
}

static void print_stats(struct live *l)
{
	struct vsys_stats s;
	int err = vsys_device_stats(l->session, &s);

	if (err) {
		say(l, "VSYS_STATS", err);
		return;
	}
	fprintf(stderr, "emitted %" PRIu64 "\nlost %" PRIu64 "\ntraps %" PRIu64 "\nfast %" PRIu64
		"\nslow %" PRIu64 "\nunseen %" PRIu64 "\nrefused %" PRIu64 "\nmemory %" PRIu64 "\n",
		(uint64_t)s.emitted, (uint64_t)s.lost, (uint64_t)s.traps, (uint64_t)s.fast,
		(uint64_t)s.slow, (uint64_t)s.unseen, (uint64_t)s.refused, (uint64_t)s.memory);
}

void run_live(struct trace *tr)
{
	struct live l = { .tr = tr };
	struct sigaction hangup;
	sigset_t block, before;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	/* What is ignored pends all the same while it is blocked. */
	sigaction(SIGHUP, NULL, &hangup);
	if (hangup.sa_handler != SIG_IGN)
		sigaddset(&block, SIGHUP);
	sigprocmask(SIG_BLOCK, &block, &before);
	if (attach_open(tr->opt->path, &l.session) || begin(&l)) {
		tr->failed = true;
	} else if (tr->opt->explain) {
		explain(tr->opt, l.filter, true);
	} else if (start(&l)) {
		tr->failed = true;
	} else {
		set_times(&l);
		loop(&l, &before);
		finish(&l);
		if (tr->opt->stats)
			print_stats(&l);
	}
	vsys_reader_close(l.reader);
	vsys_stream_close(l.stream);
	vsys_device_close(l.session);
	tr->profiles = NULL;
	tr->filter = NULL;
	tr->used = NULL;
	filter_free(l.filter);
	free(l.used);
	vsys_profiles_free(&l.profiles);
}
