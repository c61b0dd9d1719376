/* SPDX-License-Identifier: GPL-2.0 */
/* struct vsys_trace, shared by trace.c, next.c, filter.c and dispatch.c. */
#ifndef VSYS_HANDLE_H
#define VSYS_HANDLE_H

#include <vsyscalls/calls.h>

/**
 * struct vsys_target - a vsys_trace_attach()
 * @pid: of the process, 0: all machines
 * @profile: empty: any profile
 */
struct vsys_target {
	pid_t pid;
	char profile[VSYS_NAME_MAX];
};

/**
 * struct vsys_trace - the device or a recorded file
 * @device: NULL for a file
 * @reader: the mapped rings of @device; NULL for a file and after vsys_trace_unmapped()
 * @stream: of a file, or of @device after vsys_trace_unmapped()
 * @fd: of a file, -1 for the standard input
 * @first: of a file: the first record, which vsys_trace_open() reads ahead
 * @profiles: profiles by the records' numbers: @own, or those of @stream
 * @own: the profiles of @device
 * @targets: the attaches, @ntargets of them
 * @used: for each profile, whether a record or an attach named it
 * @wanted: the calls of vsys_trace_filter(), NULL for all
 * @stays: it does not end with its machines
 * @stopping: vsys_trace_stop() has detached everything
 * @over: of a device: no record follows those of the last vsys_trace_update()
 * @settled: losses after the last record have been counted
 * @tail: index of the next ring whose final loss is to be returned
 * @lost: the last such loss
 * @unrecorded: lost events without a loss record; only with read()
 * @unexplained: the module's sums do not add up; only with read()
 * @report: callback for stream errors, or NULL
 * @report_arg: its argument
 * @user: pointer of vsys_trace_set_user()
 * @broken: vsys_trace_break() was called
 * @json: text of vsys_event_json()
 * @dispatch: callbacks and pending calls
 */
struct vsys_trace {
	struct vsys_device *device;
	struct vsys_reader *reader;
	struct vsys_stream *stream;
	int fd;
	const struct vsys_record *first;
	const struct vsys_profiles *profiles;
	struct vsys_profiles own;
	struct vsys_target *targets;
	unsigned int ntargets;
	bool *used;
	struct vsys_callsets *wanted;
	bool stays;
	bool stopping;
	bool over;
	bool settled;
	unsigned int tail;
	struct vsys_rec_lost lost;
	uint64_t unrecorded;
	bool unexplained;
	vsys_report_fn report;
	void *report_arg;
	void *user;
	bool broken;
	struct vsys_text json;
	struct vsys_dispatch *dispatch;
};

/* error.c: set the thread's vsys_error().  Returns @err. */
int vsys_fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* held.c: text for an errno of the ioctls that edit. */
const char *vsys_edit_error(int err);

/* trace.c: pass a line to the callback of vsys_trace_report(). */
void vsys_say(struct vsys_trace *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Mark a profile as in use, and notify the dispatcher. */
void vsys_use_profile(struct vsys_trace *v, uint32_t profile);

/* Set vsys_error() for a file that cannot be read on.  Returns @err. */
int vsys_read_error(const struct vsys_trace *v, const char *path, int err);

/* filter.c: whether the record passes vsys_trace_filter(). */
bool vsys_filter_pass(const struct vsys_trace *v, const struct vsys_record *rec);

/* Install the filter in the module; @profile is about to be attached, NULL: any. */
int vsys_filter_install(struct vsys_trace *v, const char *profile);

/* dispatch.c: handle a profile that has come into use; free the dispatcher. */
void vsys_dispatch_profile(struct vsys_trace *v, uint32_t profile);
void vsys_dispatch_free(struct vsys_dispatch *d);

#endif /* VSYS_HANDLE_H */
