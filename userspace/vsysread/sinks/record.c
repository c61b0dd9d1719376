// SPDX-License-Identifier: GPL-2.0
/* vsysread -w: recorded files, one after another. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "option.h"
#include "sink.h"
#include "targets.h"

enum {
	WAIT_MS = 1000,		/* time until records reach the disk */
	RESERVE = 8192,		/* room for notes, the end mark and records that do not compress */
	MIN_SIZE = 1 << 20,
	MAX_FILES = 10000,
};

/**
 * struct recording - the file that is written, and what it has been told
 * @env: see struct sink_env
 * @fd: the file, -1 for none
 * @rec: writes into @fd
 * @seen: machines that the file knows
 * @tasks: the last VSYS_REC_TASK of each vCPU, for the next file; @ntasks of them
 * @nhandles: number of the copied file's notes on handles that were written
 * @newest: time of a record, 0 before the first
 * @flushed: when a frame was written, CLOCK_MONOTONIC
 * @broken: writing has failed; the file ends with its last whole frame
 */
struct recording {
	const struct sink_env *env;
	int fd;
	struct vsys_recorder *rec;
	struct vsys_notes seen;
	struct vsys_record **tasks;
	unsigned int ntasks;
	unsigned int nhandles;
	uint64_t newest;
	uint64_t flushed;
	bool broken;
};

int opt_write(struct options *o, char *arg)
{
	o->record = arg;
	return options_mode(o, MODE_RECORD);
}

int opt_max_size(struct options *o, char *arg)
{
	if (!options_number(arg, MIN_SIZE, INT64_MAX, true, &o->max_size))
		return options_wrong("--max-size %s: not a number of bytes from 1M on", arg);
	return OPTION_GOOD;
}

int opt_rotate(struct options *o, char *arg)
{
	uint64_t v;

	if (!options_number(arg, 1, MAX_FILES, false, &v))
		return options_wrong("--rotate %s: not a number from 1 to %d", arg, MAX_FILES);
	o->rotate = (unsigned int)v;
	return OPTION_GOOD;
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Note an error, and cut off the half frame that a full disk leaves. */
static int fail(struct recording *k, int err)
{
	if (!err || k->broken)
		return err;
	k->broken = true;
	if (k->rec && k->env->path)
		(void)!ftruncate(k->fd, (off_t)vsys_recorder_bytes(k->rec));
	return err;
}

/* Only the owner may read the file: it holds guest memory. */
static int start_file(struct recording *k)
{
	unsigned int i;
	int err;

	k->fd = k->env->path ? open(k->env->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) :
			       STDOUT_FILENO;
	err = k->fd < 0 ? -errno : vsys_recorder_open(k->fd, k->env->profiles, &k->rec);
	for (i = 0; !err && i < k->seen.n; i++)
		err = vsys_recorder_machine(k->rec, &k->seen.machines[i]);
	for (i = 0; !err && i < k->seen.nsystems; i++)
		err = vsys_recorder_note(k->rec, &k->seen.systems[i].r);
	for (i = 0; !err && i < k->ntasks; i++)
		err = vsys_recorder_add(k->rec, k->tasks[i]);
	k->flushed = now(CLOCK_MONOTONIC);
	return fail(k, err);
}

/* Write the end mark and close the file. */
static int finish_file(struct recording *k)
{
	int err = k->rec && !k->broken ? vsys_recorder_end(k->rec) : 0;

	if (!err && !k->broken && k->fd >= 0 && k->env->path && fdatasync(k->fd) &&
	    errno != EINVAL)
		err = -errno;
	fail(k, err);
	vsys_recorder_free(k->rec);
	k->rec = NULL;
	if (k->fd >= 0 && k->env->path && close(k->fd) && !err)
		err = -errno;
	k->fd = -1;
	return err;
}

/* Rename FILE to FILE.1, FILE.1 to FILE.2 and so on, replacing the oldest, and start FILE. */
static int rotate(struct recording *k)
{
	const char *path = k->env->path;
	char from[4096], to[4096];
	unsigned int i;
	int err;

	err = finish_file(k);
	if (err)
		return err;
	for (i = k->env->opt->rotate; i; i--) {
		snprintf(from, sizeof(from), i > 1 ? "%s.%u" : "%s", path, i - 1);
		snprintf(to, sizeof(to), "%s.%u", path, i);
		if (rename(from, to) && errno != ENOENT)
			return fail(k, -errno);
	}
	return start_file(k);
}

static void *record_open(const struct sink_env *env)
{
	struct recording *k = calloc(1, sizeof(*k));
	int err;

	if (!k)
		return NULL;
	k->env = env;
	k->fd = -1;
	err = start_file(k);
	if (!err)
		return k;
	finish_file(k);
	free(k);
	errno = -err;
	return NULL;
}

/* Write a clock note.  A module without VSYS_TIME leaves only the time of reading. */
static int note_clock(struct recording *k)
{
	const __s64 offset = *k->env->since_1970;

	if (!k->newest || (k->env->notes && !k->env->notes->clocked))
		return 0;
	return vsys_recorder_clock(k->rec, k->newest, offset ? k->newest + (uint64_t)offset :
							       now(CLOCK_REALTIME));
}

/* Write a machine's note before its first record, and when it may be another machine. */
static int note_machine(struct recording *k, const struct vsys_record *rec)
{
	const struct vsys_note_machine *known = vsys_notes_machine(&k->seen, rec->vm), *copy;
	const struct vsys_notes *notes = k->env->notes;
	struct vsys_note_machine m;

	if (known && rec->type != VSYS_REC_ATTACH)
		return 0;
	copy = notes ? vsys_notes_machine(notes, rec->vm) : NULL;
	if (copy)
		m = *copy;
	else if (notes)
		return 0;
	else
		machine_look((pid_t)rec->vm, &m);
	/* Only another vCPU was attached, or the process has ended meanwhile. */
	if (known && known->r.profile == rec->profile &&
	    (!m.started || m.started == known->started))
		return 0;
	m.r.profile = rec->profile;
	m.r.type = VSYS_NOTE_MACHINE;
	m.r.size = sizeof(m);
	vsys_notes_add(&k->seen, &m.r);
	return vsys_recorder_machine(k->rec, &m);
}

/* Keep a record that tells who makes the next calls of its vCPU. */
static int keep_task(struct recording *k, const struct vsys_record *rec)
{
	struct vsys_record *copy, **more;
	unsigned int i = 0;

	if (rec->type != VSYS_REC_TASK || !k->env->opt->rotate)
		return 0;
	while (i < k->ntasks && (k->tasks[i]->vm != rec->vm || k->tasks[i]->vcpu != rec->vcpu))
		i++;
	copy = realloc(i < k->ntasks ? k->tasks[i] : NULL, rec->size);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, rec, rec->size);
	if (i == k->ntasks) {
		more = realloc(k->tasks, (i + 1) * sizeof(*more));
		if (!more) {
			free(copy);
			return -ENOMEM;
		}
		k->tasks = more;
		k->ntasks++;
	}
	k->tasks[i] = copy;
	return 0;
}

static bool has_room(const struct recording *k, size_t n)
{
	uint64_t used = vsys_recorder_bytes(k->rec) + vsys_recorder_pending(k->rec);

	return !k->env->opt->max_size || used + n + RESERVE <= k->env->opt->max_size;
}

/*
 * Make room for @n bytes: compress the records that wait, then rotate.  Returns 1 if the file
 * is full.
 */
static int make_room(struct recording *k, size_t n)
{
	int err;

	if (has_room(k, n))
		return 0;
	err = fail(k, vsys_recorder_flush(k->rec));
	if (err || has_room(k, n))
		return err;
	return k->env->opt->rotate ? rotate(k) : 1;
}

/* The next files begin with the systems. */
static int record_note(void *sink, const struct vsys_record *note)
{
	struct recording *k = sink;
	int err = make_room(k, note->size);

	if (note->type == VSYS_NOTE_SYSTEM)
		vsys_notes_add(&k->seen, note);
	return err ? err : fail(k, vsys_recorder_note(k->rec, note));
}

/* Of a file that is copied: what was open, before the calls that follow. */
static int copy_handles(struct recording *k)
{
	const struct vsys_notes *notes = k->env->notes;
	const struct vsys_record *note;
	int err = 0;

	for (; !err && notes && k->nhandles < notes->nhandles; k->nhandles++) {
		note = &notes->handles[k->nhandles]->r;
		/* What other machines had open is not of this file. */
		if (targets_have(k->env->opt, k->env->profiles, notes, note))
			err = record_note(k, note);
	}
	return err;
}

static int record_record(void *sink, const struct vsys_record *rec)
{
	struct recording *k = sink;
	bool first = !k->newest;
	int err;

	err = copy_handles(k);
	if (!err)
		err = make_room(k, rec->size);
	if (err)
		return err;
	if (rec->time > k->newest)
		k->newest = rec->time;
	err = note_machine(k, rec);
	if (!err && first)
		err = note_clock(k);
	if (!err)
		err = vsys_recorder_add(k->rec, rec);
	if (!err)
		err = keep_task(k, rec);
	return fail(k, err);
}

/* Of a file that is copied, systems are known to its end. */
static int copy_systems(struct recording *k)
{
	const struct vsys_notes *notes = k->env->notes;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && notes && i < notes->nsystems; i++)
		if (vsys_notes_machine(&k->seen, notes->systems[i].r.vm))
			err = record_note(k, &notes->systems[i].r);
	return err;
}

static int record_wait(const void *sink)
{
	const struct recording *k = sink;

	return k->rec && !k->broken && vsys_recorder_pending(k->rec) ? WAIT_MS : -1;
}

/* Write records that have waited for a second to the disk. */
static int record_idle(void *sink)
{
	struct recording *k = sink;
	uint64_t t = now(CLOCK_MONOTONIC);
	int err;

	if (k->broken || t - k->flushed < UINT64_C(1000000) * WAIT_MS)
		return 0;
	k->flushed = t;
	if (!vsys_recorder_pending(k->rec))
		return 0;
	err = note_clock(k);
	if (!err)
		err = vsys_recorder_flush(k->rec);
	if (!err && fdatasync(k->fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	return fail(k, err);
}

static int record_end(void *sink)
{
	struct recording *k = sink;
	int err = k->broken ? 0 : copy_systems(k), end = finish_file(k);

	return err ? err : end;
}

static void record_close(void *sink)
{
	struct recording *k = sink;

	finish_file(k);
	while (k->ntasks)
		free(k->tasks[--k->ntasks]);
	free(k->tasks);
	vsys_notes_free(&k->seen);
	free(k);
}

const struct sink_ops sink_record = {
	.name = "record",
	.binary = true,
	.own_files = true,
	.open = record_open,
	.record = record_record,
	.note = record_note,
	.idle = record_idle,
	.wait = record_wait,
	.end = record_end,
	.close = record_close,
};
