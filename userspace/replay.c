// SPDX-License-Identifier: GPL-2.0
/* vsysread FILE: what --raw recorded. */
#include <errno.h>
#include <string.h>

#include "trace.h"

static const char *open_error(int err)
{
	switch (err) {
	case -EINVAL:
		return "not a stream that vsysread --raw recorded";
	case -EPROTO:
		return "recorded by another version";
	default:
		return strerror(-err);
	}
}

/* The calls of a stream are those of one profile, the one asked for or its first. */
static const struct vsys_table *main_table(const struct vsys_profiles *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->n; i++)
		if (p->v[i].table && (!name || !strcmp(name, p->v[i].name)))
			return p->v[i].table;
	return NULL;
}

static void say(struct trace *tr, const char *what)
{
	fprintf(stderr, "vsysread: %s: %s\n",
		strcmp(tr->opt->path, "-") ? tr->opt->path : "standard input", what);
	tr->failed = true;
}

static void replay(struct trace *tr, struct vsys_stream *st)
{
	const struct vsys_record *rec;
	struct vsys_account sum;
	int n = 0;

	while (!stop_signal && !tr->done && !tr->broken) {
		n = vsys_stream_next(st, &rec);
		if (n == -EINTR)
			continue;
		if (n <= 0)
			break;
		trace_record(tr, rec);
	}
	trace_end(tr);
	if (n == -EBADMSG)
		say(tr, "damaged, or cut off: no whole record follows");
	else if (n < 0)
		say(tr, strerror(-n));
	vsys_stream_account(st, &sum);
	trace_totals(tr, &sum, vsys_stream_rings(st));
}

void run_replay(struct trace *tr, int fd)
{
	const struct vsys_profiles *profiles;
	struct vsys_callset wanted;
	struct vsys_stream *st;
	int err;

	err = vsys_stream_open(fd, 0, trace_report, tr, &st);
	if (err) {
		say(tr, open_error(err));
		return;
	}
	profiles = vsys_stream_profiles(st);
	if (tr->opt->profile && !main_table(profiles, tr->opt->profile)) {
		say(tr, "it has no profile of the name that -P says");
	} else if (!options_callset(tr->opt, main_table(profiles, tr->opt->profile), &wanted)) {
		tr->failed = true;
	} else {
		tr->wanted = &wanted;
		trace_header(tr, profiles);
		replay(tr, st);
	}
	vsys_stream_close(st);
}
