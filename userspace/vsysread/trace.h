/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_TRACE_H
#define VSYSREAD_TRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "sink.h"

struct filter;

enum { TRACE_SINKS = 2 };	/* with -C; else one */

/**
 * struct trace - the way of records to the outputs
 * @opt: the command line
 * @profiles: what the records' profile numbers mean
 * @filter: which calls to show, NULL for all
 * @notes: of the file that is read, NULL for the device: the file may have
 *         machines that are not asked for
 * @used: of each profile: is it asked for? NULL if that does not matter
 * @since_1970: what to add to times of the device's records, 0 if unknown
 * @pairing: entries that wait for their returns
 * @env: what the sinks have in common
 * @sinks: the outputs, @nsinks of them are open
 * @reported_vm: the last machine that was reported to have another profile
 * @reported_doors: mask of the doors that were reported not to be trapped
 * @calls: shown
 * @events: taken in
 * @lost: events, as the totals say
 * @done: as many calls as asked for were shown, or the output is full
 * @broken: the output takes no more
 * @failed: something was reported that makes the exit status 1
 */
struct trace {
	struct options *opt;
	const struct vsys_profiles *profiles;
	const struct filter *filter;
	const struct vsys_notes *notes;
	const bool *used;
	__s64 since_1970;
	struct vsys_pairing *pairing;
	struct sink_env env;
	struct trace_sink {
		const struct sink_ops *ops;
		void *sink;
	} sinks[TRACE_SINKS];
	unsigned int nsinks;
	uint32_t reported_vm;
	uint32_t reported_doors;
	uint64_t calls;
	uint64_t events;
	uint64_t lost;
	bool done;
	bool broken;
	bool failed;
};

extern volatile sig_atomic_t stop_signal;

/* These return 0, or a negative errno after the error was reported. */
int trace_begin(struct trace *tr, struct options *opt);

/* Open the outputs; @tr->notes and @tr->since_1970 are set. */
int trace_open(struct trace *tr, const struct vsys_profiles *profiles);

void trace_record(struct trace *tr, const struct vsys_record *rec);

/* Write what was shown, before something else goes to the same terminal. */
void trace_flush(struct trace *tr);

/* No record is left for now; @rings are open.  Show what waits for others, or is due by time. */
void trace_idle(struct trace *tr, unsigned int rings);

/* Milliseconds after which trace_idle() is due, -1 for any time. */
int trace_wait(const struct trace *tr);

/* A descriptor that tells of keys, or -1. */
int trace_input(const struct trace *tr);

/* Take keys.  Returns false for the one that ends. */
bool trace_keys(struct trace *tr);

/* There are no more records: show the calls that have not returned, end the outputs. */
void trace_end(struct trace *tr);

/* Say how many events and calls there were, and what is wrong with @sum. */
void trace_totals(struct trace *tr, const struct vsys_account *sum, unsigned int rings);

/* A vsys_report_fn; @arg is the trace. */
void trace_report(void *arg, const char *what);
void trace_free(struct trace *tr);

/* What to exit with. */
int trace_status(const struct trace *tr);

void run_live(struct trace *tr);
void run_replay(struct trace *tr, int fd);

#endif /* VSYSREAD_TRACE_H */
