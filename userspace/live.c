// SPDX-License-Identifier: GPL-2.0
/* vsysread on the device: attach, read until told to stop, detach. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trace.h"

enum {
	GONE_CHECK_MS = 100,	/* the end of a machine may not wake a sleeper */
};

/* A session that is read by mapping (@reader) or by read() (@stream). */
struct live {
	struct trace *tr;
	struct vsys_session *session;
	struct vsys_profiles profiles;
	bool *used;			/* of each profile: is it asked for? */
	struct filter *filter;
	struct vsys_reader *reader;
	struct vsys_stream *stream;
	struct timespec end;		/* when to stop, if asked for */
};

static void say(struct live *l, const char *what, int err)
{
	fprintf(stderr, "vsysread: %s: %s\n", what, strerror(-err));
	l->tr->failed = true;
}

static int open_session(struct live *l)
{
	const char *path = l->tr->opt->path, *more = "";
	int err = vsys_session_open(path, &l->session);

	if (!err)
		return 0;
	if (err == -EPROTO) {
		fprintf(stderr, "vsysread: %s: the module has another version of the interface "
			"than %d\n", path, VSYS_ABI_VERSION);
	} else if (err == -ENOTTY) {
		fprintf(stderr, "vsysread: %s: not the device of vsyscalls.ko\n", path);
	} else {
		if (err == -ENOENT || err == -ENXIO || err == -ENODEV)
			more = " (is vsyscalls.ko loaded?)";
		fprintf(stderr, "vsysread: %s: %s%s\n", path, strerror(-err), more);
	}
	l->tr->failed = true;
	return err;
}

static void say_profile(struct live *l, const char *name)
{
	const char *near = vsys_profiles_nearest(&l->profiles, name);

	fprintf(stderr, "vsysread: the module has no profile %s", name);
	if (near)
		fprintf(stderr, "; do you mean %s?", near);
	fputc('\n', stderr);
	l->tr->failed = true;
}

/* Which profiles are asked for, by name or by saying nothing? */
static int find_used(struct live *l, const struct vsys_info *info)
{
	const struct options *o = l->tr->opt;
	unsigned int i;
	int p;

	l->used = calloc(l->profiles.n + 1, sizeof(*l->used));
	if (!l->used) {
		say(l, "VSYS_PROFILE", -ENOMEM);
		return -ENOMEM;
	}
	for (i = 0; i < o->ntargets; i++) {
		const char *name = o->targets[i].profile;

		p = name ? vsys_profiles_find(&l->profiles, name) : (int)info->default_profile;
		if (name && p < 0) {
			say_profile(l, name);
			return -ENOENT;
		}
		if ((unsigned int)p < l->profiles.n)
			l->used[p] = true;
	}
	return 0;
}

static int set_filter(struct live *l)
{
	int err;

	if (!l->tr->opt->nexprs)
		return 0;
	l->filter = filter_new(l->tr->opt, &l->profiles, l->used);
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

static void put_doors(uint32_t mask)
{
	const char *sep = "";
	unsigned int i;

	for (i = 0; i < 32; i++) {
		if (!(mask >> i & 1))
			continue;
		fprintf(stderr, "%s%s", sep, vsys_door_name(i));
		sep = ",";
	}
}

static void say_doors(struct live *l, const char *who)
{
	uint32_t doors = l->tr->opt->doors, missing;
	struct vsys_info info;

	missing = vsys_session_info(l->session, &info) ? 0 : doors & ~info.doors;
	fprintf(stderr, "vsysread: %s: ", who);
	if (!missing) {
		fputs("not all of these are doors of its profile: ", stderr);
		put_doors(doors);
	} else {
		fputs("this host cannot trap ", stderr);
		put_doors(missing);
		fputs(", but ", stderr);
		put_doors(info.doors);
	}
	fputc('\n', stderr);
}

static void say_attach(struct live *l, const struct target *target, int err)
{
	char who[32] = "all machines";

	if (target->pid)
		snprintf(who, sizeof(who), "pid %d", (int)target->pid);
	if (err == -EPERM)
		fprintf(stderr, "vsysread: %s: no right to trace\n", who);
	else if (err == -ESRCH)
		fprintf(stderr, "vsysread: %s: runs no virtual machine\n", who);
	else if (err == -EOPNOTSUPP)
		say_doors(l, who);
	else
		fprintf(stderr, "vsysread: %s: cannot attach: %s\n", who, strerror(-err));
	l->tr->failed = true;
}

static int attach(struct live *l)
{
	const struct options *o = l->tr->opt;
	unsigned int i;
	int err;

	for (i = 0; i < o->ntargets; i++) {
		err = vsys_session_attach(l->session, o->targets[i].pid, o->targets[i].profile,
					  o->doors);
		if (err) {
			say_attach(l, &o->targets[i], err);
			return err;
		}
	}
	return 0;
}

static void detach(struct live *l)
{
	const struct options *o = l->tr->opt;
	unsigned int i;

	for (i = 0; i < o->ntargets; i++) {
		int err = vsys_session_detach(l->session, o->targets[i].pid);

		/* A machine that is gone may be forgotten. */
		if (err && err != -ENOENT && err != -ESRCH)
			say(l, "VSYS_DETACH", err);
	}
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
		return vsys_stream_open(vsys_session_fd(l->session), VSYS_STREAM_BARE,
					trace_report, l->tr, &l->stream);
	return vsys_reader_open(l->session, trace_report, l->tr, &l->reader);
}

static int start(struct live *l)
{
	struct vsys_setup setup = l->tr->opt->setup;
	struct vsys_info info;
	int err;

	err = open_session(l);
	if (err)
		return err;
	err = vsys_session_profiles(l->session, &l->profiles);
	if (!err)
		err = vsys_session_info(l->session, &info);
	if (err) {
		say(l, "VSYS_PROFILE", err);
		return err;
	}
	err = find_used(l, &info);
	if (err)
		return err;
	err = l->tr->opt->has_setup ? vsys_session_setup(l->session, &setup) : 0;
	if (err) {
		say(l, "VSYS_SETUP", err);
		return err;
	}
	err = set_filter(l);
	if (err)
		return err;
	err = open_source(l);
	if (err) {
		say(l, "reader", err);
		return err;
	}
	l->tr->used = l->used;
	err = trace_header(l->tr, &l->profiles);
	if (!err)
		err = attach(l);
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
	n = vsys_session_info(l->session, &info);
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

/* Time to wait, NULL for any; false when there is none left. */
static bool time_left(struct live *l, struct timespec *left, const struct timespec **wait)
{
	struct timespec now;
	int ms = l->tr->opt->until_gone ? GONE_CHECK_MS : keep_wait(l->tr->keep);

	*wait = NULL;
	if (ms >= 0) {
		left->tv_sec = ms / 1000;
		left->tv_nsec = ms % 1000 * 1000000;
		*wait = left;
	}
	if (!(l->tr->opt->seconds > 0))
		return true;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now.tv_sec = l->end.tv_sec - now.tv_sec;
	now.tv_nsec = l->end.tv_nsec - now.tv_nsec;
	if (now.tv_nsec < 0) {
		now.tv_sec--;
		now.tv_nsec += 1000000000;
	}
	if (now.tv_sec < 0)
		return false;
	if (!*wait || now.tv_sec < left->tv_sec ||
	    (now.tv_sec == left->tv_sec && now.tv_nsec < left->tv_nsec))
		*left = now;
	*wait = left;
	return true;
}

static void set_end(struct live *l)
{
	double s = l->tr->opt->seconds;

	clock_gettime(CLOCK_MONOTONIC, &l->end);
	l->end.tv_sec += (time_t)s;
	l->end.tv_nsec += (long)((s - (double)(time_t)s) * 1e9);
	if (l->end.tv_nsec >= 1000000000) {
		l->end.tv_sec++;
		l->end.tv_nsec -= 1000000000;
	}
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

static void loop(struct live *l, const sigset_t *waiting)
{
	struct pollfd p = {
		.fd = vsys_session_fd(l->session),
		.events = POLLIN | POLLPRI,
	};
	const struct timespec *wait;
	struct timespec left;
	int err;

	while (!l->tr->done && !l->tr->broken) {
		err = take(l);
		if (err) {
			say(l, "reading", err);
			return;
		}
		trace_flush(l->tr);
		if (l->tr->opt->until_gone && vsys_reader_gone(l->reader))
			return;
		if (told_to_stop() || !time_left(l, &left, &wait))
			return;
		if (ppoll(&p, 1, wait, waiting) < 0 && errno != EINTR) {
			say(l, "poll", -errno);
			return;
		}
	}
}

/* With read() only the module's sums tell what was lost last. */
static void settle_stream(struct live *l, struct vsys_account *sum)
{
	struct vsys_stats stats;
	int err = vsys_session_stats(l->session, &stats);

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
	unsigned int rings;
	int err;

	detach(l);
	err = take(l);
	if (err)
		say(l, "reading", err);
	if (l->reader) {
		settle_rings(l, &sum);
		rings = vsys_reader_rings(l->reader);
	} else {
		vsys_stream_account(l->stream, &sum);
		settle_stream(l, &sum);
		rings = vsys_stream_rings(l->stream);
	}
	trace_end(l->tr);
	trace_totals(l->tr, &sum, rings);
}

static void print_stats(struct live *l)
{
	struct vsys_stats s;
	int err = vsys_session_stats(l->session, &s);

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
	sigset_t block, before;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGHUP);
	sigprocmask(SIG_BLOCK, &block, &before);
	if (!start(&l)) {
		set_end(&l);
		loop(&l, &before);
		finish(&l);
		if (tr->opt->stats)
			print_stats(&l);
	}
	vsys_reader_close(l.reader);
	vsys_stream_close(l.stream);
	vsys_session_close(l.session);
	tr->profiles = NULL;
	tr->filter = NULL;
	tr->used = NULL;
	filter_free(l.filter);
	free(l.used);
	vsys_profiles_free(&l.profiles);
}
