// SPDX-License-Identifier: GPL-2.0
/* From records to outputs: filter and pair records of any source, and feed the sinks. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options.h"
#include "select.h"
#include "targets.h"
#include "trace.h"

enum {
	BUFFER = 256 << 10,
	ALL_ELEMENTS = 4096,	/* of an array to show with -v */
};

static int fail(struct trace *tr, int err)
{
	fprintf(stderr, "vsysread: %s\n", strerror(-err));
	tr->failed = true;
	return err;
}

/* Check the result of a sink: report the first error, unless the output's reader has left. */
static void took(struct trace *tr, int err)
{
	if (!err || tr->broken)
		return;
	tr->broken = true;
	if (err == -EPIPE)
		return;
	fprintf(stderr, "vsysread: %s: %s\n", tr->env.path ? tr->env.path : "standard output",
		strerror(-err));
	tr->failed = true;
}

/* Opening the input as the output would empty it. */
static bool is_input(const struct options *o, const char *path)
{
	struct stat in, out;

	return !stat(o->path, &in) && !stat(path, &out) && S_ISREG(in.st_mode) &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

/* Set the name of the output, and check that it can be one. */
static int find_path(struct trace *tr)
{
	const struct options *o = tr->opt;
	const char *path = o->record ? o->record : o->output;

	if (o->record && !strcmp(path, "-"))
		path = NULL;
	tr->env.path = path;
	if (!path && sink_find(o)->binary && isatty(STDOUT_FILENO)) {
		fputs("vsysread: -w -: standard output is a terminal\n", stderr);
		return -EINVAL;
	}
	if (!path || !is_input(o, path))
		return 0;
	fprintf(stderr, "vsysread: %s %s: this file is the input\n", o->record ? "-w" : "-o", path);
	return -EINVAL;
}

int trace_begin(struct trace *tr, struct options *opt)
{
	memset(tr, 0, sizeof(*tr));
	tr->opt = opt;
	if (find_path(tr))
		return -EINVAL;
	tr->pairing = vsys_pairing_new(0);
	tr->env.decoder = vsys_decoder_new(opt->verbose ? ALL_ELEMENTS : 0);
	if (!tr->pairing || !tr->env.decoder)
		return fail(tr, -ENOMEM);
	vsys_decoder_style(tr->env.decoder, opt->style, opt->limit);
	vsys_decoder_hex(tr->env.decoder, opt->hex);
	vsys_decoder_named(tr->env.decoder, opt->named);
	return 0;
}

static int open_sink(struct trace *tr, const struct sink_ops *ops)
{
	void *sink = ops->open(&tr->env);

	if (!sink) {
		took(tr, -errno);
		return -EIO;
	}
	tr->sinks[tr->nsinks++] = (struct trace_sink){ ops, sink };
	return 0;
}

static int open_file(struct trace *tr)
{
	struct sink_env *env = &tr->env;

	/* As strace has it: what follows is a command that reads the output. */
	if (env->path && *env->path == '|')
		env->file = popen(env->path + 1, "we");
	else
		env->file = env->path ? fopen(env->path, env->opt->append ? "ae" : "we") : stdout;
	if (!env->file) {
		took(tr, -errno);
		return -EIO;
	}
	setvbuf(env->file, NULL, isatty(fileno(env->file)) ? _IOLBF : _IOFBF, BUFFER);
	return 0;
}

int trace_open(struct trace *tr, const struct vsys_profiles *profiles)
{
	const struct sink_ops *ops = sink_find(tr->opt);
	int err = 0;

	if (sink_objects(tr->opt)) {
		tr->handles = vsys_handles_new();
		if (!tr->handles)
			return fail(tr, -ENOMEM);
		if (tr->opt->modules)
			vsys_handles_modules(tr->handles);
		if (tr->opt->files_dir)
			vsys_handles_transfers(tr->handles);
		vsys_decoder_handles(tr->env.decoder, tr->handles, tr->opt->handles, tr->opt->absolute);
	}
	tr->profiles = profiles;
	tr->env.opt = tr->opt;
	tr->env.counts = &tr->counts;
	tr->env.failed = &tr->failed;
	tr->env.profiles = profiles;
	tr->env.notes = tr->notes;
	tr->env.since_1970 = tr->notes ? &tr->notes->offset : &tr->since_1970;
	if (!ops->own_files)
		err = open_file(tr);
	if (!err)
		err = open_sink(tr, ops);
	if (!err && tr->opt->summary_too)
		err = open_sink(tr, &sink_summary);
	if (!err && tr->opt->files_dir)
		err = open_sink(tr, &sink_files);
	if (!err && tr->opt->metrics)
		err = open_sink(tr, &sink_metrics);
	return err;
}

static bool wants_caller(struct trace *tr, const struct vsys_task *task)
{
	return !tr->callers || !tr->opt->nconds || callers_want(tr->opt, &tr->trees, task);
}

/* Calls that only tell what descriptors are are not shown. */
static bool wants_record(const struct trace *tr, const struct vsys_record *rec)
{
	return !tr->handles || !tr->filter || vsys_callsets_pass(tr->filter, rec);
}

static void tell_begin(struct trace *tr, const struct vsys_rec_entry *e,
		       const struct vsys_task *task)
{
	struct trace_sink *s;

	if (tr->done || !wants_record(tr, &e->r) || !select_entry(tr->opt, e) || !wants_caller(tr, task))
		return;
	for (s = tr->sinks; !tr->broken && s < tr->sinks + tr->nsinks; s++)
		if (s->ops->begin)
			took(tr, s->ops->begin(s->sink, e, task));
}

static void tell_call(struct trace *tr, const struct vsys_call_event *ev)
{
	const struct vsys_record *r = sink_call_record(ev);
	const struct vsys_table *table = vsys_profiles_table(tr->profiles, r->profile);
	struct trace_sink *s;

	if (tr->done || !wants_record(tr, r) || !select_call(tr->opt, table, ev) ||
	    !wants_caller(tr, ev->task))
		return;
	tr->calls++;
	tr->done = tr->opt->count && tr->calls >= tr->opt->count;
	for (s = tr->sinks; !tr->broken && s < tr->sinks + tr->nsinks; s++)
		if (s->ops->call)
			took(tr, s->ops->call(s->sink, ev));
}

/* Feed a record that is of no call. */
static void tell_event(struct trace *tr, const struct vsys_record *rec)
{
	bool lost = rec->type == VSYS_REC_LOST;
	struct vsys_call_event none;
	struct trace_sink *s;

	if (vsys_pairing_feed(tr->pairing, rec, &none) < 0)
		fail(tr, -ENOMEM);
	if (lost && tr->handles)
		vsys_handles_lost(tr->handles, rec->vm);
	/* The next calls show the task, and what else belongs to them. */
	if (rec->type == VSYS_REC_TASK || rec->type == VSYS_REC_LATE || rec->type == VSYS_REC_MORE ||
	    !select_record(tr->opt, rec))
		return;
	tr->env.caller = vsys_pairing_event_task(tr->pairing, rec);
	for (s = tr->sinks; !tr->broken && s < tr->sinks + tr->nsinks; s++) {
		if (lost && s->ops->lost)
			took(tr, s->ops->lost(s->sink, (const void *)rec));
		if (!lost && s->ops->event)
			took(tr, s->ops->event(s->sink, rec));
	}
}

static void end_call(struct trace *tr, const struct vsys_call_event *ev)
{
	if (tr->handles)
		vsys_handles_call(tr->handles, vsys_profiles_table(tr->profiles, sink_call_record(ev)->profile),
				  ev);
	tell_call(tr, ev);
	if (tr->handles)
		vsys_handles_done(tr->handles);
}

/* The pairing's copy of the entry @e, NULL if its call is over already. */
static const struct vsys_rec_entry *kept_entry(const struct trace *tr,
					       const struct vsys_rec_entry *e)
{
	const struct vsys_rec_entry *newest = vsys_pairing_newest(tr->pairing);

	return newest && newest->call == e->call && newest->r.vm == e->r.vm &&
	       newest->r.vcpu == e->r.vcpu && newest->r.seq == e->r.seq ? newest : NULL;
}

/* Feed an entry or a return.  For a new call the pairing may give up an older one. */
static void pair_record(struct trace *tr, const struct vsys_record *rec)
{
	const struct vsys_rec_entry *e = NULL;
	const struct vsys_task *task;
	struct vsys_call_event ev;
	int n;

	rec = vsys_pairing_whole(tr->pairing, rec);
	n = rec ? vsys_pairing_feed(tr->pairing, rec, &ev) : -ENOMEM;
	if (n < 0) {
		fail(tr, n);
		return;
	}
	if (rec->type == VSYS_REC_ENTRY) {
		e = kept_entry(tr, (const void *)rec);
		task = e ? vsys_pairing_newest_task(tr->pairing) : n > 0 ? ev.task : NULL;
		if (tr->handles)
			vsys_handles_begin(tr->handles, vsys_profiles_table(tr->profiles, rec->profile),
					   (const void *)rec, task);
		if (!e && n > 0)
			tell_begin(tr, ev.entry, ev.task);
	}
	if (n > 0)
		end_call(tr, &ev);
	if (e)
		tell_begin(tr, e, vsys_pairing_newest_task(tr->pairing));
}

/* Feed a sink that copies records.  Count entries, as nothing is paired. */
static void copy_record(struct trace *tr, const struct vsys_record *rec)
{
	struct trace_sink *s = &tr->sinks[0];
	int n = s->ops->record(s->sink, rec);

	took(tr, n < 0 ? n : 0);
	if (n > 0)
		tr->done = true;
	else if (rec->type == VSYS_REC_ENTRY)
		tr->done = ++tr->calls == tr->opt->count;
}

static bool passes(const struct trace *tr, const struct vsys_record *rec)
{
	if (tr->notes && !targets_have(tr->opt, tr->profiles, tr->notes, rec))
		return false;
	if (tr->filter && !tr->handles && (rec->type == VSYS_REC_ENTRY || rec->type == VSYS_REC_RETURN ||
					   rec->type == VSYS_REC_MORE))
		return vsys_callsets_pass(tr->filter, rec);
	return true;
}

/* Report a door that cannot be trapped, once for all vCPUs. */
static void report_door(struct trace *tr, const struct vsys_record *rec)
{
	const struct vsys_rec_refused *r = (const void *)rec;
	uint32_t bit = UINT32_C(1) << (r->door < 31 ? r->door : 31);

	if (tr->reported_doors & bit)
		return;
	tr->reported_doors |= bit;
	trace_flush(tr);
	fprintf(stderr, "vsysread: calls by %s are not seen: %s\n", vsys_door_name(r->door),
		vsys_refusal_text(r->reason));
}

static bool of_call(const struct vsys_record *rec)
{
	struct vsys_delivery d;

	return rec->type == VSYS_REC_ENTRY ||
	       (rec->type == VSYS_REC_RETURN && !vsys_delivery_of(rec, &d));
}

void trace_record(struct trace *tr, const struct vsys_record *rec)
{
	if (rec->type != VSYS_REC_LOST)
		tr->events++;
	if (sink_door_refused(rec) &&
	    (!tr->notes || targets_have(tr->opt, tr->profiles, tr->notes, rec)))
		report_door(tr, rec);
	if (tr->broken || !passes(tr, rec))
		return;
	if (tr->sinks[0].ops->record)
		copy_record(tr, rec);
	else if (of_call(rec))
		pair_record(tr, rec);
	else
		tell_event(tr, rec);
}

static void tell_note(struct trace *tr, const struct vsys_record *note)
{
	struct trace_sink *s;

	for (s = tr->sinks; !tr->broken && s < tr->sinks + tr->nsinks; s++)
		if (s->ops->note)
			took(tr, s->ops->note(s->sink, note));
}

void trace_system(struct trace *tr, uint32_t vm, const struct vsys_guest_info *info)
{
	struct vsys_note_system note = {
		.r = { .size = sizeof(note), .type = VSYS_NOTE_SYSTEM, .vm = vm },
	};
	snprintf(note.profile, sizeof(note.profile), "%s", info->profile);
	snprintf(note.banner, sizeof(note.banner), "%s", info->banner);
	snprintf(note.how, sizeof(note.how), "%s", info->how);
	tell_note(tr, &note.r);
}

void trace_handles(struct trace *tr, uint32_t vm, char *notes, size_t bytes)
{
	struct vsys_note_handle *n;
	size_t at;

	for (at = 0; at < bytes; at += n->r.size) {
		n = (void *)(notes + at);
		n->r.vm = vm;
		if (tr->handles)
			vsys_handles_note(tr->handles, n);
		tell_note(tr, &n->r);
	}
}

void trace_flush(struct trace *tr)
{
	if (tr->env.file && fflush(tr->env.file))
		took(tr, -errno);
}

void trace_idle(struct trace *tr, unsigned int rings)
{
	struct trace_sink *s;

	tr->env.rings = rings;
	for (s = tr->sinks; !tr->broken && s < tr->sinks + tr->nsinks; s++)
		if (s->ops->idle)
			took(tr, s->ops->idle(s->sink));
}

int trace_wait(const struct trace *tr)
{
	const struct trace_sink *s = &tr->sinks[0];

	return s->ops->wait ? s->ops->wait(s->sink) : -1;
}

int trace_input(const struct trace *tr)
{
	const struct trace_sink *s = &tr->sinks[0];

	return s->ops->input ? s->ops->input(s->sink) : -1;
}

/* The last sink is that of --metrics. */
int trace_service_fd(const struct trace *tr)
{
	const struct trace_sink *s = &tr->sinks[tr->nsinks - 1];

	return tr->nsinks && s->ops->service_fd ? s->ops->service_fd(s->sink) : -1;
}

void trace_service(struct trace *tr)
{
	struct trace_sink *s = &tr->sinks[tr->nsinks - 1];

	s->ops->service(s->sink);
}

bool trace_keys(struct trace *tr)
{
	struct trace_sink *s = &tr->sinks[0];

	return !s->ops->keys || s->ops->keys(s->sink);
}

/* Returns 0 or -errno.  A command's own failure is its own to report. */
static int close_file(const struct sink_env *env)
{
	if (env->path && *env->path == '|')
		return pclose(env->file) < 0 ? -errno : 0;
	return (env->path ? fclose(env->file) : fflush(env->file)) ? -errno : 0;
}

static void close_sinks(struct trace *tr)
{
	struct sink_env *env = &tr->env;

	while (tr->nsinks) {
		tr->nsinks--;
		tr->sinks[tr->nsinks].ops->close(tr->sinks[tr->nsinks].sink);
	}
	if (env->file)
		took(tr, close_file(env));
	env->file = NULL;
}

void trace_end(struct trace *tr)
{
	struct vsys_call_event ev;
	struct trace_sink *s;

	while (!tr->done && !tr->broken && vsys_pairing_drain(tr->pairing, &ev))
		end_call(tr, &ev);
	for (s = tr->sinks; s < tr->sinks + tr->nsinks; s++)
		if (s->ops->end)
			took(tr, s->ops->end(s->sink));
	close_sinks(tr);
}

void trace_totals(struct trace *tr, const struct vsys_account *sum, unsigned int rings)
{
	uint64_t unread = sum->read - tr->events - sum->malformed - sum->unknown;
	bool bad = sum->missing || sum->malformed;

	tr->failed |= bad;
	tr->lost = sum->lost;
	if (tr->broken || (tr->opt->quiet && !bad && !sum->lost))
		return;
	fprintf(stderr, "vsysread: %" PRIu64 " events, %" PRIu64 " lost, %u ring%s, %" PRIu64
		" calls", tr->events, sum->lost, rings, rings == 1 ? "" : "s", tr->calls);
	if (sum->unknown)
		fprintf(stderr, ", %" PRIu64 " of unknown type", sum->unknown);
	if (sum->malformed)
		fprintf(stderr, ", %" PRIu64 " malformed", sum->malformed);
	if (sum->missing)
		fprintf(stderr, ", %" PRIu64 " MISSING", sum->missing);
	if (tr->done && unread)
		fprintf(stderr, ", %" PRIu64 " not shown", unread);
	fputc('\n', stderr);
}

void trace_report(void *arg, const char *what)
{
	struct trace *tr = arg;

	/* Keep the order when both go to one terminal. */
	trace_flush(tr);
	fprintf(stderr, "vsysread: %s\n", what);
}

int trace_status(const struct trace *tr)
{
	if (tr->failed)
		return EXIT_ERROR;
	if (tr->counts.dropped)
		return EXIT_UNSENT;
	return tr->lost && tr->opt->fail_on_lost ? EXIT_LOST : EXIT_OK;
}

void trace_free(struct trace *tr)
{
	close_sinks(tr);
	vsys_pairing_free(tr->pairing);
	vsys_decoder_free(tr->env.decoder);
	vsys_handles_free(tr->handles);
	callers_trees_free(&tr->trees);
}
