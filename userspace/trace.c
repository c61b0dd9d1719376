// SPDX-License-Identifier: GPL-2.0
/* What vsysread does with records, wherever they come from. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int trace_begin(struct trace *tr, const struct options *opt)
{
	const char *path = opt->output;

	memset(tr, 0, sizeof(*tr));
	tr->opt = opt;
	if (opt->record && !strcmp(opt->record, "-") && isatty(STDOUT_FILENO)) {
		fputs("vsysread: -w -: not to a terminal\n", stderr);
		return -EINVAL;
	}
	tr->file = path ? fopen(path, "we") : stdout;
	if (!tr->file) {
		fprintf(stderr, "vsysread: %s: %s\n", path, strerror(errno));
		return -EIO;
	}
	setvbuf(tr->file, NULL, isatty(fileno(tr->file)) ? _IOLBF : _IOFBF, BUFFER);
	tr->pairing = vsys_pairing_new(0);
	tr->decoder = vsys_decoder_new(opt->verbose ? ALL_ELEMENTS : 0);
	tr->summary = summary_new();
	if (tr->pairing && tr->decoder && tr->summary)
		return 0;
	fputs("vsysread: out of memory\n", stderr);
	return -ENOMEM;
}

/* Recording goes on, or it is over by an error that has been said. */
static void keep_went(struct trace *tr, bool good)
{
	tr->broken |= !good;
	tr->failed |= !good;
}

int trace_header(struct trace *tr, const struct vsys_profiles *profiles)
{
	tr->profiles = profiles;
	if (tr->opt->mode != MODE_RECORD)
		return 0;
	tr->keep = keep_open(tr->opt, profiles);
	keep_went(tr, tr->keep);
	return tr->keep ? 0 : -EIO;
}

static void put_latency(struct trace *tr, const struct vsys_call_event *ev)
{
	uint64_t ns;

	if (!tr->opt->latency || ev->state != VSYS_CALL_RETURNED)
		return;
	ns = ev->ret->latency;
	vsys_text_printf(&tr->text, " <%" PRIu64 ".%06" PRIu64 ">", ns / 1000000000,
			 ns % 1000000000 / 1000);
}

static void show_call(struct trace *tr, const struct vsys_call_event *ev)
{
	const struct vsys_record *r = ev->entry ? &ev->entry->r : &ev->ret->r;
	const struct vsys_table *table = vsys_profiles_table(tr->profiles, r->profile);
	struct vsys_decoded call;

	if (tr->done)
		return;
	tr->calls++;
	tr->done = tr->opt->count && tr->calls >= tr->opt->count;
	if (tr->opt->mode == MODE_SUMMARY) {
		if (summary_add(tr->summary, table, ev))
			tr->failed = true;
		return;
	}
	if (vsys_decoder_call(tr->decoder, table, ev, &call))
		tr->failed = true;
	if (tr->opt->mode == MODE_JSON) {
		vsys_format_call_json(&tr->text, &call, tr->profiles);
	} else {
		vsys_format_call(&tr->text, &call);
		put_latency(tr, ev);
	}
	vsys_text_char(&tr->text, '\n');
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
	if (rec->type == VSYS_REC_ATTACH || rec->type == VSYS_REC_DETACH || refuses_door(rec))
		return tr->opt->verbose && tr->opt->mode == MODE_TEXT;
	return true;
}

/* Attached, detached, refused, lost, an MSR. */
static void show_record(struct trace *tr, const struct vsys_record *rec)
{
	if (!wants_record(tr, rec))
		return;
	if (tr->opt->mode == MODE_JSON)
		vsys_format_record_json(&tr->text, rec, tr->profiles);
	else
		vsys_format_record(&tr->text, rec, tr->profiles);
	vsys_text_char(&tr->text, '\n');
	if (tr->opt->mode == MODE_SUMMARY) {
		fputs(tr->text.s ? tr->text.s : "", stderr);
		vsys_text_reset(&tr->text);
	}
	write_text(tr);
}

static bool is_target(const struct trace *tr, const struct vsys_record *rec)
{
	const struct target *target = tr->opt->targets;
	unsigned int i;

	for (i = 0; i < tr->opt->ntargets; i++, target++)
		if ((!target->pid || rec->vm == (uint32_t)target->pid) &&
		    (!target->profile ||
		     !strcmp(target->profile, vsys_profiles_name(tr->profiles, rec->profile))))
			return true;
	return false;
}

static bool passes(const struct trace *tr, const struct vsys_record *rec)
{
	if (tr->notes && !is_target(tr, rec))
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
	keep_went(tr, keep_record(tr->keep, rec, tr->notes));
	if (rec->type == VSYS_REC_ENTRY)
		tr->calls++;
	tr->done = keep_full(tr->keep) || (tr->opt->count && tr->calls >= tr->opt->count);
}

void trace_record(struct trace *tr, const struct vsys_record *rec)
{
	struct vsys_call_event ev;
	int n;

	if (rec->type != VSYS_REC_LOST)
		tr->events++;
	if (rec->type == VSYS_REC_ATTACH)
		say_profile(tr, rec);
	if (refuses_door(rec) && (!tr->notes || is_target(tr, rec)))
		say_door(tr, rec);
	if (!passes(tr, rec))
		return;
	if (tr->keep) {
		keep_one(tr, rec);
		return;
	}
	if (rec->type != VSYS_REC_ENTRY && rec->type != VSYS_REC_RETURN) {
		show_record(tr, rec);
		return;
	}
	n = vsys_pairing_feed(tr->pairing, rec, &ev);
	if (n > 0)
		show_call(tr, &ev);
	if (n < 0) {
		fprintf(stderr, "vsysread: %s\n", strerror(-n));
		tr->failed = true;
	}
}

void trace_flush(struct trace *tr)
{
	if (tr->keep)
		keep_went(tr, keep_flush(tr->keep));
	if (fflush(tr->file))
		check_output(tr);
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
	if (tr->opt->mode == MODE_SUMMARY && tr->profiles)
		summary_print(tr->summary, tr->file);
	if (tr->keep)
		keep_went(tr, keep_close(tr->keep));
	tr->keep = NULL;
	trace_flush(tr);
}

void trace_totals(struct trace *tr, const struct vsys_account *sum, unsigned int rings)
{
	uint64_t unread = sum->read - tr->events - sum->malformed - sum->unknown;

	if (sum->missing || sum->malformed)
		tr->failed = true;
	if (tr->broken)
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

void trace_free(struct trace *tr)
{
	keep_close(tr->keep);
	vsys_pairing_free(tr->pairing);
	vsys_decoder_free(tr->decoder);
	summary_free(tr->summary);
	vsys_text_free(&tr->text);
	if (tr->file && tr->file != stdout && fclose(tr->file) && !tr->broken) {
		fprintf(stderr, "vsysread: %s: %s\n", tr->opt->output, strerror(errno));
		tr->failed = true;
	}
}
