// SPDX-License-Identifier: GPL-2.0
/* The device or a recorded file, alike. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "handle.h"

void vsys_say(struct vsys_trace *v, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	if (!v->report)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	v->report(v->report_arg, what);
}

static void pass_on(void *arg, const char *what)
{
	vsys_say(arg, "%s", what);
}

void vsys_trace_report(struct vsys_trace *v, vsys_report_fn fn, void *arg)
{
	v->report = fn;
	v->report_arg = arg;
}

/* ---- opening ---- */

static int open_device(struct vsys_trace *v, const char *path)
{
	int err = vsys_device_open(path, &v->session);

	if (!err)
		err = vsys_device_profiles(v->session, &v->own);
	if (!err)
		err = vsys_reader_open(v->session, pass_on, v, &v->reader);
	v->profiles = &v->own;
	if (err == -EPROTO)
		return vsys_fail(err, "%s: the module has another version of the interface than %d",
				 path, VSYS_ABI_VERSION);
	return err ? vsys_fail(err, "%s: %s", path, strerror(-err)) : 0;
}

static int file_error(const char *path, int err)
{
	switch (err) {
	case -EINVAL:
		return vsys_fail(err, "%s: neither the device nor a recorded file", path);
	case -EPROTO:
		return vsys_fail(err, "%s: recorded by another version", path);
	case -EBADMSG:
		return vsys_fail(err, "%s: damaged or cut off before its first record", path);
	default:
		return vsys_fail(err, "%s: %s", path, strerror(-err));
	}
}

static void use_profile(struct vsys_trace *v, uint32_t profile)
{
	if (profile >= v->profiles->n || v->used[profile])
		return;
	v->used[profile] = true;
	vsys_dispatch_profile(v, profile);
}

static int open_file(struct vsys_trace *v, const char *path, int fd)
{
	int err = vsys_stream_open(fd, 0, pass_on, v, &v->stream);

	if (err)
		return file_error(path, err);
	v->profiles = vsys_stream_profiles(v->stream);
	return 0;
}

/* A file that was well begun. */
static int read_error(const struct vsys_trace *v, const char *path, int err)
{
	if (err != -EBADMSG)
		return file_error(path, err);
	return vsys_fail(err, "%s: at byte %" PRIu64 ": %s", path, vsys_stream_offset(v->stream),
			 vsys_stream_wrong(v->stream));
}

/* The first record says which profile is in use, before callbacks are made. */
static int read_first(struct vsys_trace *v, const char *path)
{
	int n = v->stream ? vsys_stream_next(v->stream, &v->first) : 0;

	if (n < 0)
		return read_error(v, path, n);
	if (n)
		use_profile(v, v->first->profile);
	return 0;
}

static int open_either(struct vsys_trace *v, const char *path)
{
	struct vsys_info info = { .size = sizeof(info) };

	if (!strcmp(path, "-"))
		return open_file(v, "standard input", STDIN_FILENO);
	v->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (v->fd < 0)
		return vsys_fail(-errno, "%s: %s", path, strerror(errno));
	if (ioctl(v->fd, VSYS_INFO, &info) < 0)
		return open_file(v, path, v->fd);
	close(v->fd);
	v->fd = -1;
	return open_device(v, path);
}

int vsys_trace_open(const char *path, struct vsys_trace **v)
{
	struct vsys_trace *s = calloc(1, sizeof(*s));
	int err;

	*v = NULL;
	if (!s)
		return vsys_fail(-ENOMEM, "out of memory");
	s->fd = -1;
	err = open_either(s, path);
	if (!err) {
		s->used = calloc(s->profiles->n + 1, sizeof(*s->used));
		err = s->used ? read_first(s, path) : vsys_fail(-ENOMEM, "out of memory");
	}
	if (err) {
		vsys_trace_close(s);
		return err;
	}
	*v = s;
	return 0;
}

void vsys_trace_close(struct vsys_trace *v)
{
	if (!v)
		return;
	vsys_dispatch_free(v->dispatch);
	vsys_want_free(v);
	vsys_reader_close(v->reader);
	vsys_device_close(v->session);
	vsys_stream_close(v->stream);
	vsys_profiles_free(&v->own);
	if (v->fd >= 0)
		close(v->fd);
	vsys_text_free(&v->json);
	free(v->targets);
	free(v->used);
	free(v);
}

struct vsys_device *vsys_trace_device(struct vsys_trace *v)
{
	return v->session;
}

const struct vsys_profiles *vsys_trace_profiles(const struct vsys_trace *v)
{
	return v->profiles;
}

void vsys_trace_account(const struct vsys_trace *v, struct vsys_account *sum)
{
	if (v->session)
		vsys_reader_account(v->reader, sum);
	else
		vsys_stream_account(v->stream, sum);
}

/* ---- machines ---- */

static int attach_error(pid_t pid, int err)
{
	char who[32] = "all machines";

	if (pid)
		snprintf(who, sizeof(who), "pid %d", (int)pid);
	return vsys_fail(err, "%s: %s", who, vsys_device_attach_text(err));
}

int vsys_trace_attach(struct vsys_trace *v, pid_t pid, const char *profile, uint32_t doors)
{
	struct vsys_target *t;
	int found, err = 0;

	if (!profile)
		profile = "";
	found = *profile ? vsys_profiles_find(v->profiles, profile) : -1;
	if (*profile && found < 0)
		return vsys_fail(-ENOENT, "no profile is called %.64s", profile);
	t = realloc(v->targets, (v->ntargets + 1) * sizeof(*t));
	if (!t)
		return vsys_fail(-ENOMEM, "out of memory");
	v->targets = t;
	if (v->session && v->calls)
		err = vsys_want_apply(v, profile);
	if (err)
		return err;
	if (v->session)
		err = vsys_device_attach(v->session, pid, profile, doors);
	if (err)
		return attach_error(pid, err);
	t += v->ntargets++;
	t->pid = pid;
	snprintf(t->profile, sizeof(t->profile), "%s", profile);
	if (v->session && found >= 0)
		use_profile(v, (uint32_t)found);
	v->stopping = false;
	return 0;
}

int vsys_trace_detach(struct vsys_trace *v, pid_t pid)
{
	unsigned int i;
	int err;

	for (i = 0; i < v->ntargets && v->targets[i].pid != pid; i++)
		;
	if (i == v->ntargets)
		return vsys_fail(-ENOENT, "pid %d was not attached", (int)pid);
	err = v->session ? vsys_device_detach(v->session, pid) : 0;
	/* The kernel may have forgotten a machine that is gone. */
	if (err && err != -ENOENT && err != -ESRCH)
		return vsys_fail(err, "pid %d: cannot detach: %s", (int)pid, strerror(-err));
	memmove(v->targets + i, v->targets + i + 1, (--v->ntargets - i) * sizeof(*v->targets));
	v->stopping = !v->ntargets;
	return 0;
}

int vsys_trace_stop(struct vsys_trace *v)
{
	int err = 0;

	while (!err && v->ntargets)
		err = vsys_trace_detach(v, v->targets[v->ntargets - 1].pid);
	v->stopping = true;
	return err;
}

/* ---- reading ---- */

/* Of a file: is it of a machine that was chosen? */
static bool is_target(const struct vsys_trace *v, const struct vsys_record *rec)
{
	const char *profile = vsys_profiles_name(v->profiles, rec->profile);
	const struct vsys_target *t = v->targets;
	unsigned int i;

	for (i = 0; i < v->ntargets; i++, t++)
		if ((!t->pid || rec->vm == (uint32_t)t->pid) &&
		    (!t->profile[0] || !strcmp(t->profile, profile)))
			return true;
	return !v->ntargets;
}

static int next_of_file(struct vsys_trace *v, const struct vsys_record **rec)
{
	int n = 1;

	if (v->stopping)
		return 0;
	do {
		if (v->first) {
			*rec = v->first;
			v->first = NULL;
		} else {
			n = vsys_stream_next(v->stream, rec);
		}
	} while (n > 0 && !is_target(v, *rec));
	return n < 0 ? read_error(v, "recording", n) : n;
}

static bool is_over(const struct vsys_trace *v)
{
	unsigned int i;

	if (v->stopping)
		return true;
	for (i = 0; i < v->ntargets; i++)
		if (!v->targets[i].pid)
			return false;
	return v->ntargets && vsys_reader_gone(v->reader);
}

/* What was lost after the last record of each ring, as records. */
static int next_loss(struct vsys_trace *v, const struct vsys_record **rec)
{
	if (!v->tail)
		vsys_reader_settle(v->reader);
	while (v->tail < vsys_reader_rings(v->reader))
		if (vsys_reader_lost_at_end(v->reader, v->tail++, &v->lost)) {
			*rec = &v->lost.r;
			return 1;
		}
	return 0;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int wait_for(struct vsys_trace *v, int timeout_ms, int64_t until)
{
	struct pollfd p = { .fd = vsys_device_fd(v->session), .events = POLLIN | POLLPRI };
	int64_t left = timeout_ms < 0 ? -1 : until - now_ms();
	int n;

	if (timeout_ms >= 0 && left <= 0)
		return vsys_fail(-EAGAIN, "no record in %d ms", timeout_ms);
	n = poll(&p, 1, (int)left);
	return n < 0 ? vsys_fail(-errno, "poll: %s", strerror(errno)) : 0;
}

static int next_of_device(struct vsys_trace *v, int timeout_ms, const struct vsys_record **rec)
{
	int64_t until = timeout_ms > 0 ? now_ms() + timeout_ms : 0;
	bool over;
	int err;

	for (;;) {
		*rec = vsys_reader_next(v->reader);
		if (*rec)
			return 1;
		/* Nothing is written after this is seen, and what was is then read. */
		over = is_over(v);
		err = vsys_reader_update(v->reader);
		if (err)
			return vsys_fail(err, "reading: %s", strerror(-err));
		*rec = vsys_reader_next(v->reader);
		if (*rec)
			return 1;
		if (over)
			return next_loss(v, rec);
		err = wait_for(v, timeout_ms, until);
		if (err)
			return err;
	}
}

int vsys_trace_next(struct vsys_trace *v, int timeout_ms, const struct vsys_record **rec)
{
	int n;

	do {
		n = v->session ? next_of_device(v, timeout_ms, rec) : next_of_file(v, rec);
		if (n > 0)
			use_profile(v, (*rec)->profile);
	} while (n > 0 && !vsys_want_record(v, *rec));
	return n;
}
