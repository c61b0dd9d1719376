/* SPDX-License-Identifier: GPL-2.0 */
/* What a struct vsys_trace is: shared by source.c, want.c and dispatch.c. */
#ifndef VSYS_HANDLE_H
#define VSYS_HANDLE_H

#include <vsyscalls/calls.h>

/**
 * struct vsys_target - a vsys_trace_attach()
 * @pid: of the process, 0 for all
 * @profile: empty for any
 */
struct vsys_target {
	pid_t pid;
	char profile[VSYS_NAME_MAX];
};

/**
 * struct vsys_trace - a source
 * @session: of a device, else NULL; with it @reader
 * @stream: of a file, else NULL; it reads @fd
 * @fd: -1 unless it is to be closed
 * @first: of a file, the first record, read when it was opened
 * @profiles: what the records mean; of a file those of @stream
 * @own: of a device, @profiles
 * @targets: what is attached
 * @used: of each profile: is it in use?
 * @calls: of vsys_trace_filter(), or NULL for all: names, each with its NUL, then an
 *         empty one
 * @want: of each profile the sets of its ABIs
 * @stopping: after vsys_trace_stop()
 * @tail: of the rings whose losses at the end were told, how many
 * @lost: the last of these
 * @report: told of problems
 * @report_arg: for @report
 * @user: of vsys_trace_set_user()
 * @broken: after vsys_trace_break()
 * @json: of vsys_event_json()
 * @dispatch: callbacks and calls that have not returned
 */
struct vsys_trace {
	struct vsys_device *session;
	struct vsys_reader *reader;
	struct vsys_stream *stream;
	int fd;
	const struct vsys_record *first;
	const struct vsys_profiles *profiles;
	struct vsys_profiles own;
	struct vsys_target *targets;
	unsigned int ntargets;
	bool *used;
	char *calls;
	struct vsys_callset **want;
	bool stopping;
	unsigned int tail;
	struct vsys_rec_lost lost;
	vsys_report_fn report;
	void *report_arg;
	void *user;
	bool broken;
	struct vsys_text json;
	struct vsys_dispatch *dispatch;
};

/* error.c: remember what to say.  Returns @err. */
int vsys_fail(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* held.c: strerror() of the ioctls that edit. */
const char *vsys_edit_error(int err);

/* source.c: a line for vsys_trace_report(). */
void vsys_say(struct vsys_trace *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* want.c: is a call one of vsys_trace_filter()'s?  Have the kernel drop the others. */
bool vsys_want_record(const struct vsys_trace *v, const struct vsys_record *rec);
int vsys_want_apply(struct vsys_trace *v, const char *profile);
void vsys_want_free(struct vsys_trace *v);

/* dispatch.c: a profile has come into use; free what there is. */
void vsys_dispatch_profile(struct vsys_trace *v, uint32_t profile);
void vsys_dispatch_free(struct vsys_dispatch *d);

#endif /* VSYS_HANDLE_H */
