/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_TRACE_H
#define VSYSREAD_TRACE_H

#include <signal.h>
#include <stdio.h>
#include "sink.h"
#include "filter.h"
#include "sink_text.h"
#include "sink_record.h"
#include "options.h"
#include "sink_summary.h"
#include "sink_top.h"

/**
 * struct trace - from records to what is printed
 * @opt: the command line
 * @file: where to
 * @profiles: what the records' profile numbers mean
 * @filter: which calls to show, NULL for all
 * @notes: of the file that is read, NULL for the device: the file may have
 *         machines that are not asked for
 * @used: of each profile: is it asked for? NULL if that does not matter
 * @said: the last machine of which it was said that it has another profile
 * @since_1970: what to add to times of the device's records, 0 if unknown
 * @lines: text of calls
 * @summary: sums of calls, with top those of the interval
 * @top: with top
 * @doors: those of which it was said that they cannot be trapped
 * @calls: shown
 * @events: taken in
 * @lost: events, as the totals say
 * @done: as many calls as asked for were shown
 * @broken: nobody reads what is written
 * @failed: something was said on stderr that makes the exit status 1
 */
struct trace {
	struct options *opt;
	FILE *file;
	const struct vsys_profiles *profiles;
	const struct filter *filter;
	const struct vsys_notes *notes;
	struct keep *keep;
	struct convert *convert;
	const bool *used;
	uint32_t said;
	uint32_t doors;
	struct vsys_pairing *pairing;
	struct vsys_decoder *decoder;
	__s64 since_1970;
	struct lines *lines;
	struct summary *summary;
	struct top *top;
	struct vsys_text text;
	uint64_t calls;
	uint64_t events;
	uint64_t lost;
	bool done;
	bool broken;
	bool failed;
};

extern volatile sig_atomic_t stop_signal;

int trace_begin(struct trace *tr, struct options *opt);
/* Returns 0, or an error that has been said. */
int trace_header(struct trace *tr, const struct vsys_profiles *profiles);
void trace_record(struct trace *tr, const struct vsys_record *rec);
void trace_flush(struct trace *tr);

/* No record is left for now; @rings are open.  Show what waits for others, or is due by time. */
void trace_idle(struct trace *tr, unsigned int rings);

/* Milliseconds after which trace_idle() is due, -1 for any time. */
int trace_wait(const struct trace *tr);

/* A descriptor that tells of keys, or -1. */
int trace_input(const struct trace *tr);

/* Take keys.  Returns false for the one that ends. */
bool trace_keys(struct trace *tr);
void trace_end(struct trace *tr);
void trace_totals(struct trace *tr, const struct vsys_account *sum, unsigned int rings);
void trace_report(void *arg, const char *what);
void trace_free(struct trace *tr);

/* What to exit with. */
int trace_status(const struct trace *tr);

void run_live(struct trace *tr);
void run_replay(struct trace *tr, int fd);

#endif /* VSYSREAD_TRACE_H */
