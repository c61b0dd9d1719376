// SPDX-License-Identifier: GPL-2.0
/* vsysread on the device: attach, read until told to stop, detach. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <vsyscalls/trace.h>

#include "attach.h"
#include "explain.h"
#include "guests.h"
#include "inject.h"
#include "options.h"
#include "targets.h"
#include "trace.h"
#include "wanted.h"

#define SECOND		UINT64_C(1000000000)
#define GONE_CHECK	(SECOND / 10)	/* the end of a machine may not wake a sleeper */

/**
 * struct live - a trace of the device
 * @tr: where records go
 * @v: the library's trace
 * @d: its device
 * @used: for each profile whether the command line asks for it
 * @wanted: the calls of -e, NULL for all
 * @attaches: to its machines
 * @ready: what runs has been attached
 * @over: no more records will come
 * @end: CLOCK_MONOTONIC in ns when to stop, UINT64_MAX for never
 * @say_at: when to print the "still waiting" message, UINT64_MAX for never
 */
struct live {
	struct trace *tr;
	struct vsys_trace *v;
	struct vsys_device *d;
	bool *used;
	struct vsys_callsets *wanted;
	struct attaches attaches;
	bool ready;
	bool over;
	uint64_t end;
	uint64_t say_at;
};

static int say(struct live *l, const char *what, int err)
{
	fprintf(stderr, "vsysread: %s: %s\n", what, strerror(-err));
	l->tr->failed = true;
	return err;
}

static int say_error(struct live *l, int err)
{
	fprintf(stderr, "vsysread: %s\n", vsys_error());
	l->tr->failed = true;
	return err;
}

static int tell_ready(struct live *l)
{
	const struct options *o = l->tr->opt;
	FILE *f;

	if (o->ready_file) {
		f = fopen(o->ready_file, "we");
		if (!f || fputs("ready\n", f) < 0 || fclose(f))
			return say(l, o->ready_file, -errno);
	}
	if (o->ready_fd >= 0) {
		if (write(o->ready_fd, "ready\n", 6) != 6)
			return say(l, "--ready-fd", -errno);
		close(o->ready_fd);
	}
	return 0;
}

/* Nanoseconds from the clock of records to the time of day, 0 if unknown. */
static __s64 since_1970(struct live *l)
{
	struct vsys_time t;
	int err = vsys_device_time(l->d, &t);

	if (!err)
		return (__s64)(t.realtime - t.clock);
	if (l->tr->opt->timestamps)
		fputs("vsysread: the module does not tell the time of day: times are since the "
		      "host's start\n", stderr);
	return 0;
}

static int open_trace(struct live *l)
{
	const char *path = l->tr->opt->path;
	int err = vsys_trace_open(path, &l->v);

	if (err && err != -EINVAL)
		return say_error(l, err);
	l->d = err ? NULL : vsys_trace_device(l->v);
	if (!l->d) {
		fprintf(stderr, "vsysread: %s: not the device of vsyscalls.ko\n", path);
		return -ENOTTY;
	}
	vsys_trace_report(l->v, trace_report, l->tr);
	if (l->tr->opt->by_read)
		err = vsys_trace_unmapped(l->v);
	return err ? say_error(l, err) : 0;
}

/* The module gives what is shown, and what tells of descriptors if these are shown. */
static int filter(struct live *l, const struct vsys_profiles *profiles)
{
	struct options *o = l->tr->opt;
	struct vsys_callsets *more = NULL;
	int err;

	if (!o->nexprs)
		return 0;
	l->wanted = wanted_calls(o->exprs, o->nexprs, profiles, l->used);
	if (l->wanted && sink_objects(o))
		more = wanted_with_handles(o->exprs, o->nexprs, profiles, l->used, o->modules,
					   o->files_dir);
	o->misused = !l->wanted || (sink_objects(o) && !more);
	if (o->misused) {
		vsys_callsets_free(more);
		return -EINVAL;
	}
	err = vsys_callsets_install(more ? more : l->wanted, l->d);
	vsys_callsets_free(more);
	if (err)
		return say(l, "VSYS_FILTER", err);
	l->tr->filter = l->wanted;
	return 0;
}

/* What must be set before the first attach: sizes, calls, rules. */
static int begin(struct live *l)
{
	const struct vsys_profiles *profiles = vsys_trace_profiles(l->v);
	struct options *o = l->tr->opt;
	struct vsys_setup setup = o->setup;
	struct vsys_info info;
	int err;

	err = vsys_device_info(l->d, &info);
	if (err)
		return say(l, "VSYS_INFO", err);
	l->attaches.find = attach_finds(o, &info);
	/* Rules are for the profiles in use, which must be known. */
	if (l->attaches.find && o->injects) {
		if (!guests_profiles(o))
			return -EINVAL;
		l->attaches.find = false;
	}
	l->used = wanted_profiles(o, profiles, l->attaches.find ? -1 : (int)info.default_profile, NULL);
	o->misused = !l->used;
	if (!l->used)
		return -EINVAL;
	err = o->has_setup ? vsys_device_setup(l->d, &setup) : 0;
	if (err)
		return say(l, "VSYS_SETUP", err);
	err = filter(l, profiles);
	if (err)
		return err;
	err = o->nconds ? vsys_device_task_filter(l->d, o->conds, o->nconds) : 0;
	l->tr->callers = err == -EOPNOTSUPP;
	/* -w copies records as they come. */
	if (err && (!l->tr->callers || o->record))
		return say(l, "VSYS_TASK_FILTER", err);
	/* With --explain the guests stay as they are. */
	return o->explain ? 0 : inject_install(o, profiles, l->used, l->d);
}

static int start(struct live *l)
{
	int err;

	l->tr->since_1970 = since_1970(l);
	err = trace_open(l->tr, vsys_trace_profiles(l->v));
	l->attaches.tr = l->tr;
	l->attaches.v = l->v;
	if (!err && (l->tr->opt->tasks || l->attaches.find)) {
		l->attaches.id = identifier_new(l->tr->opt, l->d);
		err = !l->attaches.id && l->attaches.find ? -ENOMEM : 0;
	}
	return err ? err : attach_start(&l->attaches);
}

/* Take all records that are there.  Returns 0, or an error that was printed. */
static int take(struct live *l)
{
	const struct vsys_record *rec;
	struct trace *tr = l->tr;
	int n = vsys_trace_update(l->v);

	if (n < 0)
		return say_error(l, n);
	l->over = n;
	while (!tr->done && !tr->broken) {
		n = vsys_trace_take(l->v, &rec);
		if (n <= 0)
			return n < 0 ? say_error(l, n) : 0;
		attach_record(&l->attaches, rec);
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

/* The trace ends when the machines do: some were named, or --until-gone. */
static bool ends_with_machines(const struct live *l)
{
	return l->tr->opt->until_gone || l->tr->opt->targets[0].pid;
}

static bool gone(const struct live *l)
{
	if (attach_open(&l->attaches))
		return false;
	if (attach_none(&l->attaches))
		return true;
	return l->over || (ends_with_machines(l) && vsys_trace_gone(l->v));
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
	if (vsys_trace_rings(l->v) || o->quiet || o->mode == MODE_TOP)
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
		{ .fd = vsys_device_fd(l->d), .events = POLLIN | POLLPRI },
		{ .fd = trace_input(l->tr), .events = POLLIN },
		{ .fd = l->attaches.id ? identifier_fd(l->attaches.id) : -1, .events = POLLIN },
		{ .fd = trace_service_fd(l->tr), .events = POLLIN },
	};
	uint64_t due = next_due(l, t), left = due > t ? due - t : 0;
	struct timespec ts = { (time_t)(left / SECOND), (long)(left % SECOND) };

	if (ppoll(p, 4, due == UINT64_MAX ? NULL : &ts, waiting) < 0 && errno != EINTR) {
		say(l, "poll", -errno);
		return false;
	}
	if (p[3].revents)
		trace_service(l->tr);
	/* A terminal that is gone has no keys any more. */
	if (p[1].revents & (POLLHUP | POLLERR | POLLNVAL))
		return false;
	return trace_keys(l->tr);
}

/* Tell it once. */
static int be_ready(struct live *l)
{
	if (l->ready || !attach_settled(&l->attaches))
		return 0;
	l->ready = true;
	return tell_ready(l);
}

static void loop(struct live *l, const sigset_t *waiting)
{
	uint64_t t;

	do {
		if (take(l) || attach_update(&l->attaches) || be_ready(l))
			return;
		trace_idle(l->tr, vsys_trace_rings(l->v));
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

static void finish(struct live *l)
{
	const struct vsys_record *rec;
	struct vsys_account sum;
	int n;

	if (vsys_trace_stop(l->v))
		say_error(l, -EIO);
	if (!take(l)) {
		/* The sums include what --max-events left over. */
		while ((n = vsys_trace_take(l->v, &rec)) > 0)
			;
		if (n < 0)
			say_error(l, n);
	}
	vsys_trace_account(l->v, &sum);
	trace_end(l->tr);
	trace_totals(l->tr, &sum, vsys_trace_rings(l->v));
	if (!inject_totals(l->tr->opt, l->d))
		l->tr->failed = true;
}

/* Calls that are missing as nobody knew, or knew yet, whose they are. */
static void say_unknown(struct live *l)
{
	struct vsys_stats s;

	if (!l->tr->opt->nconds || l->tr->opt->quiet || vsys_device_stats(l->d, &s) || !s.unknown)
		return;
	fprintf(stderr, "vsysread: %" PRIu64 " calls are not shown: who made them was not known\n",
		(uint64_t)s.unknown);
}

static void print_stats(struct live *l)
{
	struct vsys_stats s;
	int err = vsys_device_stats(l->d, &s);

	if (err) {
		say(l, "VSYS_STATS", err);
		return;
	}
	fprintf(stderr, "emitted %" PRIu64 "\nlost %" PRIu64 "\ntraps %" PRIu64 "\nfast %" PRIu64
		"\nslow %" PRIu64 "\nunseen %" PRIu64 "\nrefused %" PRIu64 "\nmemory %" PRIu64
		"\nunknown %" PRIu64 "\n",
		(uint64_t)s.emitted, (uint64_t)s.lost, (uint64_t)s.traps, (uint64_t)s.fast,
		(uint64_t)s.slow, (uint64_t)s.unseen, (uint64_t)s.refused, (uint64_t)s.memory,
		(uint64_t)s.unknown);
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
	if (open_trace(&l) || begin(&l)) {
		tr->failed = true;
	} else if (tr->opt->explain) {
		explain(tr->opt, l.wanted, true);
	} else if (start(&l)) {
		tr->failed = true;
	} else {
		set_times(&l);
		loop(&l, &before);
		finish(&l);
		say_unknown(&l);
		if (tr->opt->stats)
			print_stats(&l);
	}
	attach_free(&l.attaches);
	tr->profiles = NULL;
	tr->filter = NULL;
	vsys_callsets_free(l.wanted);
	free(l.used);
	vsys_trace_close(l.v);
}
