// SPDX-License-Identifier: GPL-2.0
/* Records from a descriptor: recorded files, pipes, read() of the device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vsyscalls.h"

enum {
	BUFFER = 4 * VSYS_RECORD_MAX,
	MAX_RINGS = 4096,	/* whose losses are counted */
};

/* The events of a vCPU, as far as they are in the stream. */
struct source {
	uint32_t vm;
	uint16_t vcpu;
	struct vsys_account account;
};

struct vsys_stream {
	int fd;
	vsys_report_fn report;
	void *arg;
	struct vsys_profiles profiles;
	struct source *sources;
	unsigned int nsources, last;
	struct vsys_account rest;	/* past MAX_RINGS, and sources that began anew */
	unsigned int rings;
	bool damaged;
	size_t start, end;		/* of what is unread in @buffer */
	_Alignas(8) unsigned char buffer[BUFFER];
};

/* Read more behind what is there.  Returns bytes, 0 at the end, -errno. */
static ssize_t fill(struct vsys_stream *st)
{
	ssize_t n;

	if (st->start) {
		memmove(st->buffer, st->buffer + st->start, st->end - st->start);
		st->end -= st->start;
		st->start = 0;
	}
	n = read(st->fd, st->buffer + st->end, BUFFER - st->end);
	if (n < 0)
		return -errno;
	st->end += (size_t)n;
	return n;
}

/* Have @n bytes in the buffer, at most BUFFER.  Returns 0 or -errno. */
static int need(struct vsys_stream *st, size_t n)
{
	ssize_t got;

	while (st->end - st->start < n) {
		got = fill(st);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? (int)got : -EINVAL;
	}
	return 0;
}

static int read_header(struct vsys_stream *st)
{
	struct vsys_stream_header h;
	const char *name;
	uint32_t i;
	int err;

	err = need(st, sizeof(h));
	if (err)
		return err;
	memcpy(&h, st->buffer, sizeof(h));
	if (memcmp(h.magic, VSYS_STREAM_MAGIC, sizeof(h.magic)))
		return -EINVAL;
	if (h.version != VSYS_ABI_VERSION)
		return -EPROTO;
	if (h.size > BUFFER || h.reserved ||
	    h.size != sizeof(h) + (uint64_t)h.profiles * VSYS_NAME_MAX)
		return -EINVAL;
	err = need(st, h.size);
	for (i = 0; !err && i < h.profiles; i++) {
		name = (const char *)st->buffer + sizeof(h) + (size_t)i * VSYS_NAME_MAX;
		err = vsys_profiles_add(&st->profiles, name);
	}
	st->start = h.size;
	return err;
}

/* The device's own profiles have the order of the tables: one file made both. */
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
	err = flags & VSYS_STREAM_BARE ? own_profiles(st) : read_header(st);
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
	vsys_profiles_free(&st->profiles);
	free(st->sources);
	free(st);
}

static struct source *find_source(struct vsys_stream *st, const struct vsys_record *rec)
{
	struct source *s;
	unsigned int i;

	for (i = 0; i < st->nsources; i++) {
		s = &st->sources[(st->last + i) % st->nsources];
		if (s->vm == rec->vm && s->vcpu == rec->vcpu) {
			st->last = (unsigned int)(s - st->sources);
			return s;
		}
	}
	if (st->nsources == MAX_RINGS)
		return NULL;
	s = realloc(st->sources, (st->nsources + 1) * sizeof(*s));
	if (!s)
		return NULL;
	st->sources = s;
	s += st->nsources++;
	memset(s, 0, sizeof(*s));
	s->vm = rec->vm;
	s->vcpu = rec->vcpu;
	st->rings++;
	return s;
}

/* Count a record; may it be used? */
static bool account(struct vsys_stream *st, const struct vsys_record *rec)
{
	struct source *s = find_source(st, rec);
	struct vsys_account alone = { .next = rec->seq };
	bool usable;

	if (!s) {
		if (rec->type == VSYS_REC_LOST)
			alone.next = ((const struct vsys_rec_lost *)rec)->first;
		usable = vsys_account_record(&alone, rec, st->report, st->arg);
		vsys_account_add(&st->rest, &alone);
		return usable;
	}
	/* A vCPU that is attached again, or a new machine, has a new ring. */
	if (rec->type == VSYS_REC_ATTACH && rec->seq == 0 && s->account.next) {
		vsys_account_add(&st->rest, &s->account);
		memset(&s->account, 0, sizeof(s->account));
		st->rings++;
	}
	return vsys_account_record(&s->account, rec, st->report, st->arg);
}

int vsys_stream_next(struct vsys_stream *st, const struct vsys_record **rec)
{
	ssize_t n;

	while (!st->damaged) {
		const struct vsys_record *r = (const void *)(st->buffer + st->start);

		n = vsys_record_frame(r, st->end - st->start);
		if (n < 0)
			break;
		if (n > 0) {
			st->start += (size_t)n;
			if (!account(st, r))
				continue;
			*rec = r;
			return 1;
		}
		n = fill(st);
		if (n < 0)
			return (int)n;
		if (!n && st->start == st->end)
			return 0;
		if (!n)
			break;
	}
	st->damaged = true;
	return -EBADMSG;
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
	for (i = 0; i < st->nsources; i++)
		vsys_account_add(sum, &st->sources[i].account);
}

void vsys_stream_begin(struct vsys_text *t, const struct vsys_profiles *p)
{
	struct vsys_stream_header h = {
		.magic = { 'v', 's', 'y', 's', 'r', 'a', 'w', '\n' },
		.size = (uint32_t)(sizeof(h) + p->n * VSYS_NAME_MAX),
		.version = VSYS_ABI_VERSION,
		.profiles = p->n,
	};
	unsigned int i;

	vsys_text_bytes(t, (const char *)&h, sizeof(h));
	for (i = 0; i < p->n; i++)
		vsys_text_bytes(t, p->v[i].name, VSYS_NAME_MAX);
}
