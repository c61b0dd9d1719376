/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINK_H
#define VSYSREAD_SINK_H

#include <stdio.h>
#include <vsyscalls/vsyscalls.h>

struct options;

/*
 * An output of vsysread: text, a table, a file for another program.  trace.c pairs the
 * records and gives all open sinks the same calls, losses and other records in the same
 * order, whether they come from the device or from a file.
 */

/**
 * struct sink_counts - what became of the events of a stream to other hosts
 * @sent: events that are stored there
 * @dropped: events that are lost: no room, or refused
 * @waiting: events that are not there yet
 * @reordered: events that were stored after a later one
 * @connected: 1 with a connection
 * @spool_bytes: of the spool
 *
 * Another thread counts.
 */
struct sink_counts {
	_Atomic uint64_t sent, dropped, waiting, reordered, connected, spool_bytes;
};

/**
 * struct sink_env - what a sink may use
 * @opt: the command line
 * @profiles: names and tables of the records' profile numbers
 * @notes: notes of the file that is read, NULL for the device
 * @since_1970: nanoseconds to add to a record's time, 0 if unknown; a file may tell
 *              it only after some of its records
 * @decoder: the one decoder of all sinks, see sink_decode()
 * @path: name of the output, NULL for standard output
 * @file: the output, NULL for a sink with @own_files
 * @caller: during @event: the thread whose call the record is about, NULL if unknown
 * @rings: number of rings that are open, current during @idle
 * @counts: of a stream, else all zero
 * @failed: set by a sink that has reported an error and does not return it
 *
 * All of it belongs to the trace and outlives the sink.
 */
struct sink_env {
	const struct options *opt;
	const struct vsys_profiles *profiles;
	const struct vsys_notes *notes;
	const __s64 *since_1970;
	struct vsys_decoder *decoder;
	const char *path;
	FILE *file;
	const struct vsys_task *caller;
	unsigned int rings;
	struct sink_counts *counts;
	bool *failed;
};

/**
 * struct sink_ops - an output form
 * @name: of the form, as --to has it for those of convert
 * @binary: do not write to a terminal
 * @own_files: @open opens @path itself
 * @named: the output needs a name: it is a folder, or a database
 * @whole: nothing can be added to it
 * @objects: it asks vsys_decoder_object()
 * @open: return the sink, or NULL with errno set
 * @record: a record as it was read, entries and returns too.  A sink that has this
 *          is the only one, and is told nothing else.
 * @begin: a call begins, by @task, NULL if that is unknown; both stay where they are until
 *         @call is told of this call
 * @call: a call is over, or no more is known of it.  Of a call whose entry was seen
 *        @begin came first.
 * @note: a note on what a machine runs, or on what its processes have open
 * @lost: events were lost
 * @event: any other record
 * @idle: no record is left for now, or @wait milliseconds have passed
 * @wait: milliseconds after which @idle is due, -1 for any time
 * @input: a descriptor that becomes readable when @keys is due, or -1
 * @keys: take keys; return false for the one that ends
 * @service_fd: a descriptor that becomes readable when @service is due
 * @service: do what must not wait for calls, and do not wait
 * @end: there are no more records: write what is left
 * @close: free the sink; also without @end, after an error elsewhere
 *
 * All but @open and @close may be NULL.  What a function is given is valid during the
 * call unless said otherwise.  Functions that return int return 0 or a negative
 * errno, which the caller reports with the name of the output; then only @end and
 * @close follow.  @record returns 1 when the output is full, which ends the trace.
 */
struct sink_ops {
	const char *name;
	bool binary;
	bool own_files;
	bool named;
	bool whole;
	bool objects;
	void *(*open)(const struct sink_env *env);
	int (*record)(void *sink, const struct vsys_record *rec);
	int (*begin)(void *sink, const struct vsys_rec_entry *entry, const struct vsys_task *task);
	int (*call)(void *sink, const struct vsys_call_event *ev);
	int (*note)(void *sink, const struct vsys_record *note);
	int (*lost)(void *sink, const struct vsys_rec_lost *lost);
	int (*event)(void *sink, const struct vsys_record *rec);
	int (*idle)(void *sink);
	int (*wait)(const void *sink);
	int (*input)(const void *sink);
	bool (*keys)(void *sink);
	int (*service_fd)(const void *sink);
	void (*service)(void *sink);
	int (*end)(void *sink);
	void (*close)(void *sink);
};

extern const struct sink_ops sink_text, sink_apart, sink_json, sink_summary, sink_top, sink_record,
	sink_ctf, sink_perfetto, sink_folded, sink_csv, sink_sqlite,
	sink_drakvuf, sink_ecs, sink_report, sink_metrics, sink_files, sink_none, sink_stream;

/* The sink that the options ask for, besides -C. */
const struct sink_ops *sink_find(const struct options *o);

/* Does the output need to know what descriptors and handles are? */
bool sink_objects(const struct options *o);

/* Can what --to names be written there?  Returns OPTION_GOOD, or an exit status. */
int sink_check(const struct options *o);

/* The record that tells a call's machine and number: its entry, or else its return. */
static inline const struct vsys_record *sink_call_record(const struct vsys_call_event *ev)
{
	return ev->entry ? &ev->entry->r : &ev->ret->r;
}

/* Is it unknown which call this is?  Then name and number mean nothing. */
static inline bool sink_call_unknown(const struct vsys_call_event *ev)
{
	return !ev->entry && ev->ret->r.flags & VSYS_F_UNPAIRED;
}

/* The name of a call as people read it. */
const char *sink_call_name(const struct vsys_decoded *c);

/*
 * Names, arguments and result of a call as text, as -v, -s and -X want them.  It is
 * valid until any sink decodes the next call.  Returns 0 or -ENOMEM.
 */
int sink_decode(const struct sink_env *env, const struct vsys_call_event *ev,
		struct vsys_decoded *c);

/* The arguments of a call in one line, kept in @t. */
const char *sink_args(struct vsys_text *t, const struct vsys_decoded *c);

/* The code that made a call, as -k tells it, kept in @t; "" if that is not asked for, or not known. */
const char *sink_caller(struct vsys_text *t, const struct vsys_decoded *c);

/* What happened besides calls, in one line with machine and vCPU, kept in @t. */
const char *sink_event_text(const struct sink_env *env, struct vsys_text *t,
			    const struct vsys_record *rec);

/*
 * The texts of notes are the bytes of the guest, or of QEMU's user: escape them, in @t.  NULL if
 * there is nothing, or no memory.
 */
const char *sink_escape(struct vsys_text *t, const char *bytes);

/* Write the text to @env->file and empty it.  Returns 0 or a negative errno. */
int sink_write(const struct sink_env *env, struct vsys_text *t);

/* Is this a vCPU's report that it cannot trap a door? */
bool sink_door_refused(const struct vsys_record *rec);

#endif /* VSYSREAD_SINK_H */
