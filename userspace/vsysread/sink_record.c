// SPDX-License-Identifier: GPL-2.0
/* vsysread -w: recorded files, one after another. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sink_record.h"
#include "machine.h"

enum {
	WAIT_MS = 1000,		/* so much may be lost with the power */
	RESERVE = 8192,		/* notes, the end mark, and what does not compress */
	MIN_SIZE = 1 << 20,
	MAX_FILES = 10000,
};

struct keep {
	const struct options *opt;
	const struct vsys_profiles *profiles;
	const __s64 *since_1970;
	int fd;
	struct vsys_recorder *rec;
	struct vsys_notes seen;		/* machines that the file knows */
	const struct vsys_notes *notes;	/* of the file that is copied, or NULL */
	uint64_t newest;		/* time of a record */
	uint64_t flushed;		/* when, CLOCK_MONOTONIC */
	bool full;
	int broken;			/* -errno, which has been said */
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

static bool to_stdout(const struct keep *k)
{
	return !strcmp(k->opt->record, "-");
}

/* A disk that is full leaves half a frame, which is taken back where that can be. */
static int check(struct keep *k, int err)
{
	if (!err || k->broken)
		return k->broken;
	k->broken = err;
	if (k->rec && !to_stdout(k))
		(void)!ftruncate(k->fd, (off_t)vsys_recorder_bytes(k->rec));
	if (err != -EPIPE)
		fprintf(stderr, "vsysread: %s: %s\n",
			to_stdout(k) ? "standard output" : k->opt->record, strerror(-err));
	return err;
}

/* Opening what is being read would empty it. */
static bool is_input(const struct options *o)
{
	struct stat in, out;

	return !stat(o->path, &in) && !stat(o->record, &out) && S_ISREG(in.st_mode) &&
	       in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

/* Guest memory is in it: for the owner alone. */
static int begin(struct keep *k)
{
	unsigned int i;
	int err;

	if (is_input(k->opt)) {
		fprintf(stderr, "vsysread: -w %s: that is what is being read\n", k->opt->record);
		return k->broken = -EINVAL;
	}
	k->fd = to_stdout(k) ? STDOUT_FILENO :
			       open(k->opt->record, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	err = k->fd < 0 ? -errno : vsys_recorder_open(k->fd, k->profiles, &k->rec);
	for (i = 0; !err && i < k->seen.n; i++)
		err = vsys_recorder_machine(k->rec, &k->seen.machines[i]);
	k->flushed = now(CLOCK_MONOTONIC);
	return check(k, err);
}

static int finish(struct keep *k)
{
	check(k, k->rec && !k->broken ? vsys_recorder_end(k->rec) : 0);
	if (!k->broken && k->fd >= 0 && !to_stdout(k) && fdatasync(k->fd) && errno != EINVAL)
		check(k, -errno);
	vsys_recorder_free(k->rec);
	k->rec = NULL;
	if (k->fd >= 0 && !to_stdout(k) && close(k->fd))
		check(k, -errno);
	k->fd = -1;
	return k->broken;
}

/* FILE becomes FILE.1, and so on; the oldest goes. */
static int rotate(struct keep *k)
{
	char from[4096], to[4096];
	unsigned int i;

	if (finish(k))
		return k->broken;
	for (i = k->opt->rotate; i; i--) {
		snprintf(from, sizeof(from), i > 1 ? "%s.%u" : "%s", k->opt->record, i - 1);
		snprintf(to, sizeof(to), "%s.%u", k->opt->record, i);
		if (rename(from, to) && errno != ENOENT)
			return check(k, -errno);
	}
	return begin(k);
}

struct keep *keep_open(const struct options *o, const struct vsys_profiles *profiles,
		       const struct vsys_notes *notes, const __s64 *since_1970)
{
	struct keep *k = calloc(1, sizeof(*k));

	if (!k) {
		fputs("vsysread: out of memory\n", stderr);
		return NULL;
	}
	k->opt = o;
	k->fd = -1;
	k->profiles = profiles;
	k->notes = notes;
	k->since_1970 = since_1970;
	if (!begin(k))
		return k;
	keep_close(k);
	return NULL;
}

/* Of a module that does not tell, the time of day when the record was read has to do. */
static int note_clock(struct keep *k)
{
	uint64_t realtime = k->newest + (uint64_t)*k->since_1970;

	if (!k->newest || (k->notes && !k->notes->clocked))
		return 0;
	return vsys_recorder_clock(k->rec, k->newest,
				   *k->since_1970 ? realtime : now(CLOCK_REALTIME));
}

/* A machine is told of before its first record, and when it may be another. */
static int note_machine(struct keep *k, const struct vsys_record *rec)
{
	const struct vsys_note_machine *known = vsys_notes_machine(&k->seen, rec->vm), *copy;
	struct vsys_note_machine m;

	if (known && rec->type != VSYS_REC_ATTACH)
		return 0;
	copy = k->notes ? vsys_notes_machine(k->notes, rec->vm) : NULL;
	if (copy)
		m = *copy;
	else if (k->notes)
		return 0;
	else
		machine_look((pid_t)rec->vm, &m);
	/* Another vCPU of it; or it has ended before that was read. */
	if (known && known->r.profile == rec->profile &&
	    (!m.started || m.started == known->started))
		return 0;
	m.r.profile = rec->profile;
	m.r.type = VSYS_NOTE_MACHINE;
	m.r.size = sizeof(m);
	vsys_notes_add(&k->seen, &m.r);
	return vsys_recorder_machine(k->rec, &m);
}

static bool room(const struct keep *k, size_t n)
{
	uint64_t used = vsys_recorder_bytes(k->rec) + vsys_recorder_pending(k->rec);

	return !k->opt->max_size || used + n + RESERVE <= k->opt->max_size;
}

/* What is compressed is smaller: the file is full when that has no room. */
static int make_room(struct keep *k, size_t n)
{
	if (room(k, n))
		return 0;
	if (check(k, vsys_recorder_flush(k->rec)))
		return k->broken;
	if (room(k, n))
		return 0;
	if (k->opt->rotate)
		return rotate(k);
	k->full = true;
	return 0;
}

int keep_record(struct keep *k, const struct vsys_record *rec)
{
	bool first = !k->newest;
	int err;

	if (k->broken || k->full || make_room(k, rec->size) || k->full)
		return k->broken;
	if (rec->time > k->newest)
		k->newest = rec->time;
	err = note_machine(k, rec);
	if (!err && first)
		err = note_clock(k);
	if (!err)
		err = vsys_recorder_add(k->rec, rec);
	return check(k, err);
}

bool keep_full(const struct keep *k)
{
	return k->full;
}

int keep_wait(const struct keep *k)
{
	return k && !k->broken && vsys_recorder_pending(k->rec) ? WAIT_MS : -1;
}

int keep_flush(struct keep *k)
{
	uint64_t t = now(CLOCK_MONOTONIC);
	int err;

	if (k->broken || t - k->flushed < UINT64_C(1000000) * WAIT_MS)
		return k->broken;
	k->flushed = t;
	if (!vsys_recorder_pending(k->rec))
		return 0;
	err = note_clock(k);
	if (!err)
		err = vsys_recorder_flush(k->rec);
	if (!err && fdatasync(k->fd) && errno != EINVAL && errno != EROFS)
		err = -errno;
	return check(k, err);
}

int keep_close(struct keep *k)
{
	int err;

	if (!k)
		return 0;
	err = finish(k);
	vsys_notes_free(&k->seen);
	free(k);
	return err;
}
