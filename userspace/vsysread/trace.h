/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_TRACE_H
#define VSYSREAD_TRACE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include "callers.h"
#include "sink.h"

struct vsys_callsets;

enum { TRACE_SINKS = 4 };	/* -C, --dump-files and --metrics each add one */

/**
 * struct trace - from records to outputs
 * @opt: the command line
 * @profiles: names and tables of the records' profile numbers
 * @filter: calls to show, NULL for all
 * @notes: notes of the file that is read, NULL for the device; a file may hold
 *         machines that are not to be shown
 * @since_1970: nanoseconds to add to times of the device's records, 0 if unknown
 * @pairing: entries that wait for their returns
 * @handles: what descriptors are, NULL if that is not shown
 * @nnotes: of a file, notes that @handles have been told
 * @callers: select calls by their callers here: a file, or a module that cannot
 * @trees: processes of -e tree=, with @callers
 * @env: environment of the sinks
 * @counts: of a stream to other hosts
 * @sinks: the outputs, @nsinks of them are open
 * @nsinks: number of open sinks
 * @reported_doors: mask of the doors of all report_door()
 * @calls: number of calls that were shown
 * @events: number of events that came
 * @lost: number of lost events, known with the totals
 * @done: no more calls are to be shown: --max-events, or the output is full
 * @broken: writing has failed
 * @failed: an error was reported; the exit status is 1
 */
struct trace {
	struct options *opt;
	const struct vsys_profiles *profiles;
	const struct vsys_callsets *filter;
	const struct vsys_notes *notes;
	__s64 since_1970;
	struct vsys_pairing *pairing;
	struct vsys_handles *handles;
	unsigned int nnotes;
	bool callers;
	struct callers_trees trees;
	struct sink_env env;
	struct sink_counts counts;
	struct trace_sink {
		const struct sink_ops *ops;
		void *sink;
	} sinks[TRACE_SINKS];
	unsigned int nsinks;
	uint32_t reported_doors;
	uint64_t calls;
	uint64_t events;
	uint64_t lost;
	bool done;
	bool broken;
	bool failed;
};

extern volatile sig_atomic_t stop_signal;

/*
 * Initialize the trace, without its outputs.  trace_free() follows also after an error.
 * This and trace_open() return 0, or a negative errno after reporting the error.
 */
int trace_begin(struct trace *tr, struct options *opt);

/* Open the outputs.  @tr->notes and @tr->since_1970 must be set before. */
int trace_open(struct trace *tr, const struct vsys_profiles *profiles);

/* Feed a record. */
void trace_record(struct trace *tr, const struct vsys_record *rec);

/* What runs in a machine was found. */
void trace_system(struct trace *tr, uint32_t vm, const struct vsys_guest_info *info);

/* What processes of a machine had open when it was looked at: struct vsys_note_handle. */
void trace_handles(struct trace *tr, uint32_t vm, char *notes, size_t bytes);

/* Write buffered output, before a message goes to the same terminal. */
void trace_flush(struct trace *tr);

/*
 * No record is left for now, or the time of trace_wait() is over: show what waits for
 * more records.  @rings is the number of open rings.
 */
void trace_idle(struct trace *tr, unsigned int rings);

/* Milliseconds after which trace_idle() is due, -1 for any time. */
int trace_wait(const struct trace *tr);

/* A descriptor to poll for input; then call trace_service().  -1 if there is none. */
int trace_service_fd(const struct trace *tr);
void trace_service(struct trace *tr);

/* A descriptor to poll for input; then call trace_keys().  -1 if there is none. */
int trace_input(const struct trace *tr);

/* Handle keys.  Returns false for the one that ends the trace. */
bool trace_keys(struct trace *tr);

/* All records were fed: show the calls that have not returned, and close the outputs. */
void trace_end(struct trace *tr);

/* Print the numbers of events and calls, and what does not add up in @sum. */
void trace_totals(struct trace *tr, const struct vsys_account *sum, unsigned int rings);

/* A vsys_report_fn; @arg is the trace. */
void trace_report(void *arg, const char *what);
void trace_free(struct trace *tr);

/* The exit status. */
int trace_status(const struct trace *tr);

void run_live(struct trace *tr);
void run_replay(struct trace *tr, int fd);

#endif /* VSYSREAD_TRACE_H */
