// SPDX-License-Identifier: GPL-2.0
/* What vsysread does with records, wherever they come from. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "select.h"
#include "targets.h"
#include "trace.h"

enum {
	BUFFER = 256 << 10,
	ALL_ELEMENTS = 4096,	/* of an array, with -v */
};

/* Note when output cannot be written, and say so unless the reader just left. */
static void check_output(struct trace *tr)
{
	if (tr->broken || !ferror(tr->file))
		return;
	tr->broken = true;
	if (errno == EPIPE)
		return;
	fprintf(stderr, "vsysread: %s: %s\n",
		tr->opt->output ? tr->opt->output : "standard output", strerror(errno));
	tr->failed = true;
}

static void write_text(struct trace *tr)
{
	if (tr->text.failed) {
		fputs("vsysread: out of memory\n", stderr);
		tr->failed = true;
	}
	if (tr->text.len && fwrite(tr->text.s, 1, tr->text.len, tr->file) != tr->text.len)
		check_output(tr);
	vsys_text_reset(&tr->text);
}

static bool wants_color(const struct trace *tr)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (tr->opt->color != COLOR_AUTO)
		return tr->opt->color == COLOR_ALWAYS;
	return isatty(fileno(tr->file)) && !(no && *no) && term && strcmp(term, "dumb");
}

static bool begin_modes(struct trace *tr)
{
	struct options *o = tr->opt;

	tr->pairing = vsys_pairing_new(0);
	tr->decoder = vsys_decoder_new(o->verbose ? ALL_ELEMENTS : 0);
	tr->summary = summary_new(o, o->histogram || o->mode == MODE_TOP);
	if (!tr->pairing || !tr->decoder || !tr->summary)
		return false;
	vsys_decoder_style(tr->decoder, o->style, o->limit);
	tr->lines = lines_new(o, tr->decoder, &tr->text, wants_color(tr));
	if (tr->lines && o->mode == MODE_TOP)
		tr->top = top_new(o, tr->file);
	return tr->lines && (o->mode != MODE_TOP || tr->top);
}

int trace_begin(struct trace *tr, struct options *opt)
{
	const char *path = opt->output;

	memset(tr, 0, sizeof(*tr));
	tr->opt = opt;
	if (opt->record && !strcmp(opt->record, "-") && isatty(STDOUT_FILENO)) {
		fputs("vsysread: -w -: not to a terminal\n", stderr);
		return -EINVAL;
	}
	/* The form that is converted to may not be a file. */
	if (opt->mode == MODE_CONVERT)
		path = NULL;
	tr->file = path ? fopen(path, "we") : stdout;
	if (!tr->file) {
		fprintf(stderr, "vsysread: %s: %s\n", path, strerror(errno));
		return -EIO;
	}
	setvbuf(tr->file, NULL, isatty(fileno(tr->file)) ? _IOLBF : _IOFBF, BUFFER);
	if (begin_modes(tr))
		return 0;
	fputs("vsysread: out of memory\n", stderr);
	return -ENOMEM;
}

/* Writing goes on, or it is over by an error that has been said, or as nobody reads. */
static void went(struct trace *tr, int err)
{
	tr->broken |= err;
	tr->failed |= err && err != -EPIPE;
}

int trace_header(struct trace *tr, const struct vsys_profiles *profiles)
{
	const __s64 *since_1970 = tr->notes ? &tr->notes->offset : &tr->since_1970;

	tr->profiles = profiles;
	lines_begin(tr->lines, profiles, since_1970);
	if (tr->opt->mode == MODE_RECORD) {
		tr->keep = keep_open(tr->opt, profiles, tr->notes, since_1970);
		went(tr, tr->keep ? 0 : -EIO);
	} else if (tr->opt->mode == MODE_CONVERT) {
		tr->convert = convert_open(tr->opt, profiles, tr->notes, since_1970, &tr->calls);
		went(tr, tr->convert ? 0 : -EIO);
	}
	return tr->broken ? -EIO : 0;
}

static int put_json(struct trace *tr, const struct vsys_table *table,
		    const struct vsys_call_event *ev)
{
	struct vsys_decoded call;
	int err = vsys_decoder_call(tr->decoder, table, ev, &call);

	vsys_format_call_json(&tr->text, &call, tr->profiles);
	vsys_text_char(&tr->text, '\n');
	return err;
}

static bool sums_up(const struct trace *tr)
{
	return tr->opt->mode == MODE_SUMMARY || tr->opt->mode == MODE_TOP ||
	       tr->opt->summary_too;
}

static void show_call(struct trace *tr, const struct vsys_call_event *ev)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	const struct vsys_table *table = vsys_profiles_table(tr->profiles, r->profile);
	int err = 0;

	if (tr->done || !select_call(tr->opt, table, ev))
		return;
	tr->calls++;
	tr->done = tr->opt->count && tr->calls >= tr->opt->count;
	if (sums_up(tr))
		err = summary_add(tr->summary, table, ev);
	if (tr->opt->mode == MODE_TEXT)
		err |= lines_call(tr->lines, ev);
	else if (tr->opt->mode == MODE_JSON)
		err |= put_json(tr, table, ev);
	if (err)
		tr->failed = true;
	write_text(tr);
}

/* Is a call's begin to be told before its end?  By that alone its status is not known. */
static void show_entry(struct trace *tr, const struct vsys_record *rec)
{
	const struct vsys_rec_entry *e = (const void *)rec, *newest;

	if (tr->opt->mode != MODE_TEXT || tr->opt->whole || tr->opt->status || tr->done ||
	    rec->type != VSYS_REC_ENTRY || rec->flags & VSYS_F_NORETURN ||
	    !select_entry(tr->opt, e))
		return;
	newest = vsys_pairing_newest(tr->pairing);
	if (newest && newest->call == e->call && newest->r.vm == rec->vm)
		lines_entry(tr->lines, newest);
	write_text(tr);
}

static bool refuses_door(const struct vsys_record *rec)
{
	return rec->type == VSYS_REC_REFUSED &&
	       ((const struct vsys_rec_refused *)rec)->reason == VSYS_REFUSED_DOOR;
}

static bool wants_record(const struct trace *tr, const struct vsys_record *rec)
{
	if (tr->opt->mode == MODE_JSON)
		return true;
	if (tr->opt->mode == MODE_TOP)
		return false;
	if (rec->type == VSYS_REC_ATTACH || rec->type == VSYS_REC_DETACH ||
	    rec->type == VSYS_REC_HOLD || refuses_door(rec))
		return tr->opt->verbose && tr->opt->mode == MODE_TEXT;
	return true;
}

/* Attached, detached, refused, lost, an MSR. */
static void show_record(struct trace *tr, const struct vsys_record *rec)
{
	if (!wants_record(tr, rec) || !select_record(tr->opt, rec))
		return;
	if (tr->opt->mode == MODE_JSON) {
		vsys_format_record_json(&tr->text, rec, tr->profiles);
		vsys_text_char(&tr->text, '\n');
	} else {
		lines_record(tr->lines, rec);
	}
	if (tr->opt->mode == MODE_SUMMARY) {
		fputs(tr->text.s ? tr->text.s : "", stderr);
		vsys_text_reset(&tr->text);
	}
	write_text(tr);
}

static bool passes(const struct trace *tr, const struct vsys_record *rec)
{
	if (tr->notes && !targets_have(tr->opt, tr->profiles, tr->notes, rec))
		return false;
	if (tr->filter && (rec->type == VSYS_REC_ENTRY || rec->type == VSYS_REC_RETURN))
		return filter_passes(tr->filter, rec);
	return true;
}

/* A door that cannot be trapped: once for each, however many vCPUs there are. */
static void say_door(struct trace *tr, const struct vsys_record *rec)
{
	const struct vsys_rec_refused *r = (const void *)rec;
	uint32_t bit = UINT32_C(1) << (r->door < 31 ? r->door : 31);

	if (tr->doors & bit)
		return;
	tr->doors |= bit;
	trace_flush(tr);
	fprintf(stderr, "vsysread: calls by %s are not seen: %s\n", vsys_door_name(r->door),
		vsys_refusal_text(r->reason));
}

/* The first session that traces a machine says what its profile is. */
static void say_profile(struct trace *tr, const struct vsys_record *rec)
{
	if (!tr->used || rec->profile >= tr->profiles->n || tr->used[rec->profile] ||
	    tr->said == rec->vm)
		return;
	tr->said = rec->vm;
	trace_flush(tr);
	fprintf(stderr, "vsysread: vm %u is being traced as profile %s already\n", rec->vm,
		vsys_profiles_name(tr->profiles, rec->profile));
}

static void keep_one(struct trace *tr, const struct vsys_record *rec)
{
	went(tr, keep_record(tr->keep, rec));
	if (rec->type == VSYS_REC_ENTRY)
		tr->calls++;
	tr->done = keep_full(tr->keep) || (tr->opt->count && tr->calls >= tr->opt->count);
}

static void convert_one(struct trace *tr, const struct vsys_record *rec)
{
	went(tr, convert_record(tr->convert, rec));
	tr->done = tr->opt->count && tr->calls >= tr->opt->count;
}

void trace_record(struct trace *tr, const struct vsys_record *rec)
{
	struct vsys_call_event ev;
	int n;

	if (rec->type != VSYS_REC_LOST)
		tr->events++;
	if (rec->type == VSYS_REC_ATTACH)
		say_profile(tr, rec);
	if (refuses_door(rec) &&
	    (!tr->notes || targets_have(tr->opt, tr->profiles, tr->notes, rec)))
		say_door(tr, rec);
	if (!passes(tr, rec))
		return;
	if (tr->keep) {
		keep_one(tr, rec);
		return;
	}
	if (tr->convert) {
		convert_one(tr, rec);
		return;
	}
	if (rec->type != VSYS_REC_ENTRY && rec->type != VSYS_REC_RETURN) {
		show_record(tr, rec);
		return;
	}
	n = vsys_pairing_feed(tr->pairing, rec, &ev);
	if (n > 0)
		show_call(tr, &ev);
	show_entry(tr, rec);
	if (n < 0) {
		fprintf(stderr, "vsysread: %s\n", strerror(-n));
		tr->failed = true;
	}
}

void trace_flush(struct trace *tr)
{
	if (tr->keep)
		went(tr, keep_flush(tr->keep));
	if (fflush(tr->file))
		check_output(tr);
}

void trace_idle(struct trace *tr, unsigned int rings)
{
	lines_idle(tr->lines);
	write_text(tr);
	if (tr->top)
		top_idle(tr->top, tr->summary, rings);
}

int trace_wait(const struct trace *tr)
{
	return tr->top ? top_wait(tr->top) : keep_wait(tr->keep);
}

int trace_input(const struct trace *tr)
{
	return tr->top ? top_input(tr->top) : -1;
}

bool trace_keys(struct trace *tr)
{
	return !tr->top || top_keys(tr->top);
}

static void close_writers(struct trace *tr)
{
	if (tr->keep)
		went(tr, keep_close(tr->keep));
	tr->keep = NULL;
	if (tr->convert)
		went(tr, convert_close(tr->convert));
	tr->convert = NULL;
}

/**
 * trace_end - there are no more records
 * @tr: calls that wait for their return are shown without it
 */
void trace_end(struct trace *tr)
{
	struct vsys_call_event ev;

	while (!tr->done && !tr->broken && vsys_pairing_drain(tr->pairing, &ev))
		show_call(tr, &ev);
	if (sums_up(tr) && tr->opt->mode != MODE_TOP && tr->profiles)
		summary_print(tr->summary, tr->file);
	close_writers(tr);
	trace_flush(tr);
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

	/* In order with what it is about, when both go to one terminal. */
	trace_flush(tr);
	fprintf(stderr, "vsysread: %s\n", what);
}

int trace_status(const struct trace *tr)
{
	if (tr->failed)
		return EXIT_ERROR;
	return tr->lost && tr->opt->fail_on_lost ? EXIT_LOST : EXIT_OK;
}

void trace_free(struct trace *tr)
{
	close_writers(tr);
	top_free(tr->top);
	lines_free(tr->lines);
	vsys_pairing_free(tr->pairing);
	vsys_decoder_free(tr->decoder);
	summary_free(tr->summary);
	vsys_text_free(&tr->text);
	if (tr->file && tr->file != stdout && fclose(tr->file) && !tr->broken) {
		fprintf(stderr, "vsysread: %s: %s\n", tr->opt->output, strerror(errno));
		tr->failed = true;
	}
}
