// SPDX-License-Identifier: GPL-2.0
/* Read records from a descriptor: a recorded file, a pipe, the device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"
#include "stream_vcpus.h"

enum {
	BUFFER = VSYS_FRAME_MAX,
};

_Static_assert((size_t)BUFFER >= 2 * (size_t)VSYS_RECORD_MAX, "a record fits");

struct vsys_stream {
	int fd;
	vsys_report_fn report;
	void *arg;
	struct vsys_profiles profiles;
	struct vsys_notes notes;
	struct vsys_stream_vcpus sources;
	struct vsys_account rest;	/* records of no source, and sums of restarted ones */
	unsigned int rings;
	bool bare;
	bool deltas;			/* records are written as VSYS_STREAM_DELTAS has them */
	struct vsys_frames *frames;	/* NULL: the bytes are not compressed */
	const char *wrong;
	uint64_t offset;		/* file offset of @start; unused with @frames */
	uint64_t records;
	size_t start, end;		/* unread bytes of @buffer */
	_Alignas(8) unsigned char buffer[BUFFER];
};

static int damaged(struct vsys_stream *st, const char *what)
{
	if (!st->wrong)
		st->wrong = what;
	return -EBADMSG;
}

static ssize_t fill_plain(struct vsys_stream *st)
{
	ssize_t n;

	memmove(st->buffer, st->buffer + st->start, st->end - st->start);
	st->end -= st->start;
	st->offset += st->start;
	st->start = 0;
	n = read(st->fd, st->buffer + st->end, BUFFER - st->end);
	return n < 0 ? -errno : n;
}

/* Read a frame; it must hold whole records. */
static ssize_t fill_frame(struct vsys_stream *st)
{
	ssize_t n;

	if (st->start != st->end)
		return damaged(st, "a frame that ends within a record");
	st->start = 0;
	st->end = 0;
	n = vsys_frames_next(st->frames, st->buffer);
	return n == -EBADMSG ? damaged(st, vsys_frames_wrong(st->frames)) : n;
}

/* Append more bytes to the buffer.  Returns their number, 0 at the end, -errno. */
static ssize_t fill_buffer(struct vsys_stream *st)
{
	ssize_t n = st->frames ? fill_frame(st) : fill_plain(st);

	if (n > 0)
		st->end += (size_t)n;
	return n;
}

/* Fill the buffer up to @n bytes, at most BUFFER.  Returns 0 or -errno. */
static int need_bytes(struct vsys_stream *st, size_t n)
{
	ssize_t got;

	while (st->end - st->start < n) {
		got = fill_buffer(st);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? (int)got : -EINVAL;
	}
	return 0;
}

/* Detect whether the file is compressed; the output of zstd -d is read, too. */
static int find_frames(struct vsys_stream *st)
{
	int err = need_bytes(st, 4);

	if (err || !vsys_frames_magic(st->buffer))
		return err;
	st->frames = vsys_frames_new(st->fd, st->buffer, st->end);
	st->end = 0;
	return st->frames ? 0 : -ENOMEM;
}

static int read_header(struct vsys_stream *st)
{
	struct vsys_stream_header h;
	const char *name;
	uint32_t i;
	int err;

	err = find_frames(st);
	if (!err)
		err = need_bytes(st, sizeof(h));
	if (err)
		return err;
	memcpy(&h, st->buffer, sizeof(h));
	if (memcmp(h.magic, VSYS_STREAM_MAGIC, sizeof(h.magic)))
		return -EINVAL;
	/* Records of VSYS_ABI_VERSION 1 have the same layout. */
	if ((h.version != VSYS_STREAM_VERSION && h.version != VSYS_STREAM_DELTAS) ||
	    !h.abi || h.abi > VSYS_ABI_VERSION)
		return -EPROTO;
	st->deltas = h.version == VSYS_STREAM_DELTAS;
	if (h.size > BUFFER ||
	    h.size != sizeof(h) + (uint64_t)h.profiles * VSYS_NAME_MAX)
		return -EINVAL;
	err = need_bytes(st, h.size);
	for (i = 0; !err && i < h.profiles; i++) {
		name = (const char *)st->buffer + sizeof(h) + (size_t)i * VSYS_NAME_MAX;
		err = vsys_profiles_add(&st->profiles, name);
	}
	st->start = h.size;
	return err;
}

/* The device numbers its profiles as the tables do: both are generated from one source. */
static int own_profiles(struct vsys_stream *st)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < vsys_ntables; i++)
		err = vsys_profiles_add(&st->profiles, vsys_tables[i].name);
	return err;
}

int vsys_stream_open(int fd, unsigned int flags, vsys_report_fn report,
		     void *arg, struct vsys_stream **stream)
{
	struct vsys_stream *st = calloc(1, sizeof(*st));
	int err;

	if (!st)
		return -ENOMEM;
	st->fd = fd;
	st->report = report;
	st->arg = arg;
	st->bare = flags & VSYS_STREAM_BARE;
	err = st->bare ? own_profiles(st) : read_header(st);
	if (err) {
		vsys_stream_close(st);
		return err;
	}
	*stream = st;
	return 0;
}

void vsys_stream_close(struct vsys_stream *st)
{
	if (!st)
		return;
	vsys_frames_free(st->frames);
	vsys_profiles_free(&st->profiles);
	vsys_notes_free(&st->notes);
	vsys_stream_vcpus_free(&st->sources);
	free(st);
}

/* Decode and count a record.  Returns whether it may be used. */
static bool take_record(struct vsys_stream *st, struct vsys_record *rec)
{
	unsigned int n = st->sources.n;
	struct vsys_stream_vcpu *s = vsys_stream_vcpus_find(&st->sources, rec->vm, rec->vcpu);
	bool usable;

	st->rings += st->sources.n - n;
	if (!s) {
		struct vsys_account alone = { .next = rec->seq };

		if (rec->type == VSYS_REC_LOST && rec->size >= sizeof(struct vsys_rec_lost))
			alone.next = ((const struct vsys_rec_lost *)rec)->first;
		usable = vsys_account_record(&alone, rec, st->report, st->arg);
		vsys_account_add(&st->rest, &alone);
		return usable;
	}
	if (st->deltas)
		vsys_deltas_decode(&s->last, rec);
	if (vsys_stream_vcpu_anew(rec) && s->account.next) {
		vsys_account_add(&st->rest, &s->account);
		memset(&s->account, 0, sizeof(s->account));
		st->rings++;
	}
	return vsys_account_record(&s->account, rec, st->report, st->arg);
}

/* Handle a note of a recorded file.  Returns whether @rec is one. */
static bool take_note(struct vsys_stream *st, const struct vsys_record *rec)
{
	const char *wrong;

	if (st->bare || rec->type < VSYS_NOTE_FIRST)
		return false;
	if (rec->type == VSYS_NOTE_END && rec->size == sizeof(struct vsys_note_end) &&
	    ((const struct vsys_note_end *)rec)->records != st->records)
		damaged(st, "records are missing before the end mark");
	wrong = vsys_notes_add(&st->notes, rec);
	if (wrong)
		damaged(st, wrong);
	return true;
}

/* At the end of the input: check that the recording is complete. */
static int check_end(struct vsys_stream *st)
{
	if (st->start != st->end)
		return damaged(st, "the file ends within a record");
	if (!st->bare && !st->notes.ended)
		return damaged(st, "the file ends without its end mark, it was cut off");
	return 0;
}

int vsys_stream_next(struct vsys_stream *st, const struct vsys_record **rec)
{
	ssize_t n;

	while (!st->wrong) {
		struct vsys_record *r = (void *)(st->buffer + st->start);

		if (st->notes.ended && st->end - st->start >= sizeof(VSYS_STREAM_MAGIC) - 1 &&
		    !memcmp(r, VSYS_STREAM_MAGIC, sizeof(VSYS_STREAM_MAGIC) - 1))
			return damaged(st, "another recording begins here: read each by itself");
		n = vsys_record_frame(r, st->end - st->start);
		if (n < 0)
			return damaged(st, "an invalid record header");
		if (n > 0) {
			if (st->notes.ended)
				return damaged(st, "bytes after the end mark");
			if (take_note(st, r)) {
				st->start += st->wrong ? 0 : (size_t)n;
				continue;
			}
			st->start += (size_t)n;
			st->records++;
			if (!take_record(st, r))
				continue;
			*rec = r;
			return 1;
		}
		n = fill_buffer(st);
		if (n < 0)
			return (int)n;
		if (!n)
			return check_end(st);
	}
	return -EBADMSG;
}

const char *vsys_stream_wrong(const struct vsys_stream *st)
{
	return st->wrong;
}

uint64_t vsys_stream_offset(const struct vsys_stream *st)
{
	return st->frames ? vsys_frames_offset(st->frames) : st->offset + st->start;
}

const struct vsys_notes *vsys_stream_notes(const struct vsys_stream *st)
{
	return &st->notes;
}

const struct vsys_profiles *vsys_stream_profiles(const struct vsys_stream *st)
{
	return &st->profiles;
}

unsigned int vsys_stream_rings(const struct vsys_stream *st)
{
	return st->rings;
}

void vsys_stream_account(const struct vsys_stream *st, struct vsys_account *sum)
{
	unsigned int i;

	*sum = st->rest;
	for (i = 0; i < st->sources.n; i++)
		vsys_account_add(sum, &st->sources.v[i].account);
}

void vsys_stream_begin(struct vsys_text *t, const struct vsys_profiles *p)
{
	vsys_stream_header(t, p, VSYS_STREAM_VERSION);
}

void vsys_stream_header(struct vsys_text *t, const struct vsys_profiles *p, uint32_t version)
{
	struct vsys_stream_header h = {
		.magic = { 'v', 's', 'y', 's', 'r', 'e', 'c', '\n' },
		.size = (uint32_t)(sizeof(h) + p->n * VSYS_NAME_MAX),
		.version = version,
		.abi = VSYS_ABI_VERSION,
		.profiles = p->n,
	};
	unsigned int i;

	vsys_text_bytes(t, (const char *)&h, sizeof(h));
	for (i = 0; i < p->n; i++)
		vsys_text_bytes(t, p->v[i].name, VSYS_NAME_MAX);
}
