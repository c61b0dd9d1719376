// SPDX-License-Identifier: GPL-2.0
/* Read a recorded stream. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explain.h"
#include "option.h"
#include "trace.h"
#include "wanted.h"

enum {
	PROGRESS = 1 << 15,	/* events between two reports */
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
		return "recorded in an unknown version of the format";
	default:
		return strerror(-err);
	}
}

static const char *name_of(const struct trace *tr)
{
	return strcmp(tr->opt->path, "-") ? tr->opt->path : "standard input";
}

static void say(struct trace *tr, const char *what)
{
	fprintf(stderr, "vsysread: %s: %s\n", name_of(tr), what);
	tr->failed = true;
}

static void say_damage(struct trace *tr, const struct vsys_stream *st)
{
	char what[128];

	snprintf(what, sizeof(what), "damaged at byte %" PRIu64 ": %s", vsys_stream_offset(st),
		 vsys_stream_wrong(st));
	say(tr, what);
}

/* Print how much was read, on a terminal that shows nothing else. */
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

/* What was open before the calls of a process. */
static void take_notes(struct trace *tr, const struct vsys_notes *notes)
{
	while (tr->handles && tr->nnotes < notes->nhandles)
		vsys_handles_note(tr->handles, notes->handles[tr->nnotes++]);
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
		take_notes(tr, vsys_stream_notes(st));
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

void run_replay(struct trace *tr, int fd)
{
	const struct vsys_profiles *profiles;
	struct vsys_callsets *calls = NULL;
	struct vsys_stream *st;
	bool *used;
	int err;

	if (tr->opt->nconds && tr->opt->record) {
		say(tr, "-w copies the calls of all callers: -e pid= and the like are for the device");
		return;
	}
	err = vsys_stream_open(fd, 0, trace_report, tr, &st);
	if (err) {
		say(tr, open_error(err));
		return;
	}
	profiles = vsys_stream_profiles(st);
	used = wanted_profiles(tr->opt, profiles, -1, name_of(tr));
	if (used)
		calls = wanted_calls(tr->opt->exprs, tr->opt->nexprs, profiles, used);
	if (calls && tr->opt->explain) {
		explain(tr->opt, calls, false);
	} else if (calls) {
		tr->filter = calls;
		tr->notes = vsys_stream_notes(st);
		tr->callers = true;
		if (!trace_open(tr, profiles))
			replay(tr, st, fd);
	} else {
		tr->opt->misused = true;
	}
	tr->filter = NULL;
	tr->notes = NULL;
	vsys_callsets_free(calls);
	free(used);
	vsys_stream_close(st);
}
