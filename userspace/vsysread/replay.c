// SPDX-License-Identifier: GPL-2.0
/* vsysread -i: a recorded file. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain.h"
#include "filter.h"
#include "option.h"
#include "trace.h"

enum {
	PROGRESS = 1 << 15,	/* events from line to line */
};

int opt_input(struct options *o, char *arg)
{
	o->input = arg;
	return OPTION_GOOD;
}

static const char *open_error(int err)
{
	switch (err) {
	case -EINVAL:
		return "not a file that vsysread -w recorded";
	case -EPROTO:
		return "recorded by another version";
	default:
		return strerror(-err);
	}
}

static void say(struct trace *tr, const char *what)
{
	fprintf(stderr, "vsysread: %s: %s\n",
		strcmp(tr->opt->path, "-") ? tr->opt->path : "standard input", what);
	tr->failed = true;
}

static void say_damage(struct trace *tr, const struct vsys_stream *st)
{
	char what[128];

	snprintf(what, sizeof(what), "damaged at byte %" PRIu64 ": %s", vsys_stream_offset(st),
		 vsys_stream_wrong(st));
	say(tr, what);
}

/* How far are we?  Only for who waits at a terminal and sees nothing else. */
static void show_progress(const struct trace *tr, const struct vsys_stream *st, uint64_t size)
{
	if (!size || tr->events % PROGRESS)
		return;
	fprintf(stderr, "\r%3u %%", (unsigned int)(vsys_stream_offset(st) * 100 / size));
}

static uint64_t progress_size(const struct trace *tr, int fd)
{
	struct stat s;

	if ((tr->opt->mode != MODE_RECORD && tr->opt->mode != MODE_CONVERT) ||
	    !isatty(STDERR_FILENO) || fstat(fd, &s))
		return 0;
	return S_ISREG(s.st_mode) ? (uint64_t)s.st_size : 0;
}

static void replay(struct trace *tr, struct vsys_stream *st, int fd)
{
	const struct vsys_record *rec;
	uint64_t size = progress_size(tr, fd);
	struct vsys_account sum;
	int n = 0;

	while (!stop_signal && !tr->done && !tr->broken) {
		n = vsys_stream_next(st, &rec);
		if (n == -EINTR)
			continue;
		if (n <= 0)
			break;
		trace_record(tr, rec);
		show_progress(tr, st, size);
	}
	trace_end(tr);
	if (size)
		fputs("\r\33[K", stderr);
	if (n == -EBADMSG)
		say_damage(tr, st);
	else if (n < 0)
		say(tr, strerror(-n));
	vsys_stream_account(st, &sum);
	trace_totals(tr, &sum, vsys_stream_rings(st));
}

static void say_profile(struct trace *tr, const struct vsys_profiles *p, const char *name)
{
	const char *near = vsys_profiles_nearest(p, name);
	char what[128];

	snprintf(what, sizeof(what), "no profile %s was recorded%s%s%s", name,
		 near ? "; do you mean " : "", near ? near : "", near ? "?" : "");
	say(tr, what);
}

/* Which profiles are asked for?  Without a word of them all that there are. */
static bool *find_used(struct trace *tr, const struct vsys_profiles *p)
{
	bool *used = calloc(p->n + 1, sizeof(*used));
	const struct options *o = tr->opt;
	unsigned int i, j;
	int found;

	if (!used) {
		say(tr, strerror(ENOMEM));
		return NULL;
	}
	for (i = 0; i < o->ntargets; i++) {
		const char *name = o->targets[i].profile;

		if (!name) {
			for (j = 0; j < p->n; j++)
				used[j] = true;
			continue;
		}
		found = vsys_profiles_find(p, name);
		if (found < 0) {
			say_profile(tr, p, name);
			free(used);
			return NULL;
		}
		used[found] = true;
	}
	return used;
}

void run_replay(struct trace *tr, int fd)
{
	const struct vsys_profiles *profiles;
	struct filter *filter = NULL;
	struct vsys_stream *st;
	bool *used;
	int err;

	err = vsys_stream_open(fd, 0, trace_report, tr, &st);
	if (err) {
		say(tr, open_error(err));
		return;
	}
	profiles = vsys_stream_profiles(st);
	used = find_used(tr, profiles);
	if (used)
		filter = filter_new(tr->opt->exprs, tr->opt->nexprs, profiles, used);
	if (filter && tr->opt->explain) {
		explain(tr->opt, filter, false);
	} else if (filter) {
		tr->filter = filter;
		tr->notes = vsys_stream_notes(st);
		if (!trace_open(tr, profiles))
			replay(tr, st, fd);
	} else {
		tr->failed = true;
	}
	tr->filter = NULL;
	tr->notes = NULL;
	filter_free(filter);
	free(used);
	vsys_stream_close(st);
}
