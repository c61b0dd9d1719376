// SPDX-License-Identifier: GPL-2.0
/* Read the records of a trace. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "handle.h"

enum { PROCESS_CHECK_MS = 100 };	/* poll() timeout: the end of a process may not wake it */

static bool ends_with_processes(const struct vsys_trace *v)
{
	unsigned int i;

	for (i = 0; i < v->ntargets; i++)
		if (!v->targets[i].pid)
			return false;
	return v->ntargets;
}

static bool processes_gone(const struct vsys_trace *v)
{
	unsigned int i;

	for (i = 0; i < v->ntargets; i++)
		if (!v->targets[i].pid || !kill(v->targets[i].pid, 0) || errno != ESRCH)
			return false;
	return v->ntargets;
}

bool vsys_trace_gone(const struct vsys_trace *v)
{
	if (!v->reader)
		return v->device && processes_gone(v);
	if (vsys_reader_rings(v->reader))
		return vsys_reader_gone(v->reader);
	return processes_gone(v);
}

unsigned int vsys_trace_rings(const struct vsys_trace *v)
{
	return v->reader ? vsys_reader_rings(v->reader) : vsys_stream_rings(v->stream);
}

/* ---- a device ---- */

int vsys_trace_update(struct vsys_trace *v)
{
	struct vsys_info info;
	bool over;
	int err;

	if (!v->device)
		return 1;
	/* Check this before the update below, which then sees all records. */
	over = v->stopping || (!v->stays && ends_with_processes(v) && vsys_trace_gone(v));
	/* Without a mapping, VSYS_INFO is needed only to rearm poll() for new rings. */
	err = v->reader ? vsys_reader_update(v->reader) : vsys_device_info(v->device, &info);
	if (err)
		return vsys_fail(err, "reading: %s", strerror(-err));
	v->over = over;
	return over;
}

/* With read(), losses after the last record are known from the module's sums only. */
static int settle_stream(struct vsys_trace *v)
{
	struct vsys_account sum;
	struct vsys_stats stats;
	int err = vsys_device_stats(v->device, &stats);

	if (err)
		return vsys_fail(err, "VSYS_STATS: %s", strerror(-err));
	vsys_stream_account(v->stream, &sum);
	v->unrecorded = stats.lost - sum.lost;
	v->unexplained = stats.emitted != sum.read + stats.lost;
	if (v->unexplained)
		vsys_say(v, "BUG: %" PRIu64 " events emitted, %" PRIu64 " read, %" PRIu64 " lost",
			 (uint64_t)stats.emitted, sum.read, (uint64_t)stats.lost);
	return 0;
}

/* Return the losses after the last record of each ring as records. */
static int next_loss(struct vsys_trace *v, const struct vsys_record **rec)
{
	if (!v->reader) {
		if (v->settled)
			return 0;
		v->settled = true;
		return settle_stream(v);
	}
	if (!v->settled)
		vsys_reader_settle(v->reader);
	v->settled = true;
	while (v->tail < vsys_reader_rings(v->reader))
		if (vsys_reader_lost_at_end(v->reader, v->tail++, &v->lost)) {
			*rec = &v->lost.r;
			return 1;
		}
	return 0;
}

static int take_of_device(struct vsys_trace *v, const struct vsys_record **rec)
{
	int n;

	if (v->reader) {
		*rec = vsys_reader_next(v->reader);
		n = *rec != NULL;
	} else {
		n = vsys_stream_next(v->stream, rec);
		if (n == -EAGAIN || n == -EINTR)
			n = 0;
		if (n < 0)
			return vsys_fail(n, "reading: %s", strerror(-n));
	}
	return n || !v->over ? n : next_loss(v, rec);
}

/* ---- a file ---- */

/* Whether the record is of a selected machine. */
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

static int take_of_file(struct vsys_trace *v, const struct vsys_record **rec)
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
	return n < 0 ? vsys_read_error(v, "recording", n) : n;
}

/* ---- either ---- */

int vsys_trace_take(struct vsys_trace *v, const struct vsys_record **rec)
{
	int n;

	do {
		n = v->device ? take_of_device(v, rec) : take_of_file(v, rec);
		if (n > 0)
			vsys_use_profile(v, (*rec)->profile);
	} while (n > 0 && !vsys_filter_pass(v, *rec));
	return n;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int wait_for(struct vsys_trace *v, int timeout_ms, int64_t until)
{
	struct pollfd p = { .fd = vsys_device_fd(v->device), .events = POLLIN | POLLPRI };
	int64_t left = timeout_ms < 0 ? -1 : until - now_ms();

	if (timeout_ms >= 0 && left <= 0)
		return vsys_fail(-EAGAIN, "no record within %d ms", timeout_ms);
	if (ends_with_processes(v) && (left < 0 || left > PROCESS_CHECK_MS))
		left = PROCESS_CHECK_MS;
	return poll(&p, 1, (int)left) < 0 ? vsys_fail(-errno, "poll: %s", strerror(errno)) : 0;
}

int vsys_trace_next(struct vsys_trace *v, int timeout_ms, const struct vsys_record **rec)
{
	int64_t until = timeout_ms > 0 ? now_ms() + timeout_ms : 0;
	int n, over;

	for (;;) {
		n = vsys_trace_take(v, rec);
		if (n || v->over || !v->device)
			return n;
		over = vsys_trace_update(v);
		n = over < 0 ? over : vsys_trace_take(v, rec);
		if (n || over)
			return n;
		n = wait_for(v, timeout_ms, until);
		if (n)
			return n;
	}
}
