// SPDX-License-Identifier: GPL-2.0
/* Open and close a trace, a device or a recorded file; attach machines. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

static int device_error(const char *path, int err)
{
	const char *hint = "";

	if (err == -EPROTO)
		return vsys_fail(err, "%s: the module has another version of the interface than %d",
				 path, VSYS_ABI_VERSION);
	if ((err == -ENOENT && !strcmp(path, VSYS_DEVICE)) || err == -ENXIO || err == -ENODEV)
		hint = " (is vsyscalls.ko loaded?)";
	return vsys_fail(err, "%s: %s%s", path, strerror(-err), hint);
}

static int open_device(struct vsys_trace *v, const char *path)
{
	int err = vsys_device_open(path, &v->device);

	if (!err)
		err = vsys_device_profiles(v->device, &v->own);
	if (!err)
		err = vsys_reader_open(v->device, pass_on, v, &v->reader);
	v->profiles = &v->own;
	return err ? device_error(path, err) : 0;
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

void vsys_use_profile(struct vsys_trace *v, uint32_t profile)
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

int vsys_read_error(const struct vsys_trace *v, const char *path, int err)
{
	if (err != -EBADMSG)
		return file_error(path, err);
	return vsys_fail(err, "%s: at byte %" PRIu64 ": %s", path, vsys_stream_offset(v->stream),
			 vsys_stream_wrong(v->stream));
}

/* Read the first record, so that its profile is known when callbacks are registered. */
static int read_first(struct vsys_trace *v, const char *path)
{
	int n = v->stream ? vsys_stream_next(v->stream, &v->first) : 0;

	if (n < 0)
		return vsys_read_error(v, path, n);
	if (n)
		vsys_use_profile(v, v->first->profile);
	return 0;
}

static int open_either(struct vsys_trace *v, const char *path)
{
	struct vsys_info info = { .size = sizeof(info) };

	if (!strcmp(path, "-"))
		return open_file(v, "standard input", STDIN_FILENO);
	v->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (v->fd < 0)
		return device_error(path, -errno);
	if (ioctl(v->fd, VSYS_INFO, &info) < 0)
		return open_file(v, path, v->fd);
	close(v->fd);
	v->fd = -1;
	return open_device(v, path);
}

int vsys_trace_open(const char *path, struct vsys_trace **v)
{
	struct vsys_trace *trace = calloc(1, sizeof(*trace));
	int err;

	*v = NULL;
	if (!trace)
		return vsys_fail(-ENOMEM, "out of memory");
	trace->fd = -1;
	err = open_either(trace, path);
	if (!err) {
		trace->used = calloc(trace->profiles->n + 1, sizeof(*trace->used));
		err = trace->used ? read_first(trace, path) : vsys_fail(-ENOMEM, "out of memory");
	}
	if (err) {
		vsys_trace_close(trace);
		return err;
	}
	*v = trace;
	return 0;
}

void vsys_trace_close(struct vsys_trace *v)
{
	if (!v)
		return;
	vsys_dispatch_free(v->dispatch);
	vsys_callsets_free(v->wanted);
	vsys_reader_close(v->reader);
	vsys_device_close(v->device);
	vsys_stream_close(v->stream);
	vsys_profiles_free(&v->own);
	if (v->fd >= 0)
		close(v->fd);
	vsys_text_free(&v->json);
	free(v->targets);
	free(v->used);
	free(v);
}

int vsys_trace_unmapped(struct vsys_trace *v)
{
	int err;

	if (!v->device || v->stream)
		return vsys_fail(-EINVAL, "only a device has rings to map");
	err = vsys_stream_open(vsys_device_fd(v->device), VSYS_STREAM_BARE, pass_on, v, &v->stream);
	if (err)
		return vsys_fail(err, "reading: %s", strerror(-err));
	vsys_reader_close(v->reader);
	v->reader = NULL;
	return 0;
}

struct vsys_device *vsys_trace_device(struct vsys_trace *v)
{
	return v->device;
}

const struct vsys_profiles *vsys_trace_profiles(const struct vsys_trace *v)
{
	return v->profiles;
}

void vsys_trace_account(const struct vsys_trace *v, struct vsys_account *sum)
{
	if (v->reader)
		vsys_reader_account(v->reader, sum);
	else
		vsys_stream_account(v->stream, sum);
	sum->lost += v->unrecorded;
	sum->missing += v->unexplained;
}

/* ---- machines ---- */

static void put_doors(struct vsys_text *t, uint32_t mask)
{
	const char *sep = "";
	unsigned int i;

	for (i = 0; i < 32; i++) {
		if (!(mask >> i & 1))
			continue;
		vsys_text_printf(t, "%s%s", sep, vsys_door_name(i));
		sep = ",";
	}
}

/* Name the rejected doors: those the host cannot trap, else those not of the profile. */
static void put_wrong_doors(struct vsys_text *t, struct vsys_device *d, uint32_t doors)
{
	struct vsys_info info;
	uint32_t missing = vsys_device_info(d, &info) ? 0 : doors & ~info.doors;

	if (!missing) {
		vsys_text_put(t, "not all of these are doors of its profile: ");
		put_doors(t, doors);
		return;
	}
	vsys_text_put(t, "this host cannot trap ");
	put_doors(t, missing);
	vsys_text_put(t, ", but ");
	put_doors(t, info.doors);
}

static int attach_error(const struct vsys_trace *v, pid_t pid, uint32_t doors, int err)
{
	struct vsys_text why = { 0 };
	char who[32] = "all machines";

	if (pid)
		snprintf(who, sizeof(who), "pid %d", (int)pid);
	if (err == -EOPNOTSUPP && doors)
		put_wrong_doors(&why, v->device, doors);
	else
		vsys_text_put(&why, vsys_device_attach_text(err));
	vsys_fail(err, "%s: %s", who, why.s ? why.s : "out of memory");
	vsys_text_free(&why);
	return err;
}

static int profile_error(const struct vsys_trace *v, const char *profile)
{
	const char *near = vsys_profiles_nearest(v->profiles, profile);

	return vsys_fail(-ENOENT, "no profile is called %.64s%s%s%s", profile,
			 near ? "; do you mean " : "", near ? near : "", near ? "?" : "");
}

int vsys_trace_attach(struct vsys_trace *v, pid_t pid, const char *profile, uint32_t doors)
{
	struct vsys_target *t;
	int found, err = 0;

	if (!profile)
		profile = "";
	found = *profile ? vsys_profiles_find(v->profiles, profile) : -1;
	if (*profile && found < 0)
		return profile_error(v, profile);
	t = realloc(v->targets, (v->ntargets + 1) * sizeof(*t));
	if (!t)
		return vsys_fail(-ENOMEM, "out of memory");
	v->targets = t;
	if (v->device && v->wanted)
		err = vsys_filter_install(v, profile);
	if (err)
		return err;
	if (v->device)
		err = vsys_device_attach(v->device, pid, profile, doors);
	if (err)
		return attach_error(v, pid, doors, err);
	t += v->ntargets++;
	t->pid = pid;
	snprintf(t->profile, sizeof(t->profile), "%s", profile);
	if (v->device && found >= 0)
		vsys_use_profile(v, (uint32_t)found);
	v->stopping = v->over = false;
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
	err = v->device ? vsys_device_detach(v->device, pid) : 0;
	/* The module may have dropped the attachment of a machine that has ended. */
	if (err && err != -ENOENT && err != -ESRCH)
		return vsys_fail(err, "pid %d: cannot detach: %s", (int)pid, strerror(-err));
	memmove(v->targets + i, v->targets + i + 1, (--v->ntargets - i) * sizeof(*v->targets));
	v->stopping = !v->ntargets;
	return 0;
}

void vsys_trace_stay(struct vsys_trace *v)
{
	v->stays = true;
}

int vsys_trace_stop(struct vsys_trace *v)
{
	int err = 0;

	while (!err && v->ntargets)
		err = vsys_trace_detach(v, v->targets[v->ntargets - 1].pid);
	v->stopping = true;
	return err;
}
