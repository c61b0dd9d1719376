// SPDX-License-Identifier: GPL-2.0
/* Write a recorded file: a header, then records in zstd frames. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "frames.h"
#include "stream_vcpus.h"

enum {
	LEVEL = 1,
	FULL = VSYS_FRAME_MAX / 4,	/* buffered bytes at which a frame is written */
	OUT = ZSTD_COMPRESSBOUND(FULL + VSYS_RECORD_MAX),
};

struct vsys_recorder {
	int fd;
	ZSTD_CCtx *cctx;
	struct vsys_text frame;
	struct vsys_stream_vcpus sources;
	uint64_t records, bytes;
	unsigned char out[OUT];
};

int vsys_recorder_open(int fd, const struct vsys_profiles *p, struct vsys_recorder **recorder)
{
	struct vsys_recorder *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->fd = fd;
	r->cctx = ZSTD_createCCtx();
	vsys_stream_header(&r->frame, p, VSYS_STREAM_DELTAS);
	if (!r->cctx || r->frame.failed) {
		vsys_recorder_free(r);
		return -ENOMEM;
	}
	ZSTD_CCtx_setParameter(r->cctx, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(r->cctx, ZSTD_c_checksumFlag, 1);
	*recorder = r;
	return 0;
}

void vsys_recorder_free(struct vsys_recorder *r)
{
	if (!r)
		return;
	ZSTD_freeCCtx(r->cctx);
	vsys_text_free(&r->frame);
	vsys_stream_vcpus_free(&r->sources);
	free(r);
}

static int write_all(int fd, const unsigned char *p, size_t n)
{
	ssize_t done;

	while (n) {
		done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int vsys_recorder_flush(struct vsys_recorder *r)
{
	size_t n;
	int err;

	if (!r->frame.len)
		return 0;
	n = ZSTD_compress2(r->cctx, r->out, OUT, r->frame.s, r->frame.len);
	if (ZSTD_isError(n))
		return -ENOMEM;
	err = write_all(r->fd, r->out, n);
	if (err)
		return err;
	r->bytes += n;
	vsys_text_reset(&r->frame);
	return 0;
}

static int add_record(struct vsys_recorder *r, const struct vsys_record *rec)
{
	int err = r->frame.len >= FULL ? vsys_recorder_flush(r) : 0;

	if (err)
		return err;
	vsys_text_bytes(&r->frame, (const char *)rec, rec->size);
	return r->frame.failed ? -ENOMEM : 0;
}

/* Renumber events within the file, so that records left out leave no gap. */
static void renumber(struct vsys_stream_vcpu *s, struct vsys_record *rec)
{
	struct vsys_rec_lost *lost = (void *)rec;

	if (vsys_stream_vcpu_anew(rec))
		s->account.next = 0;
	if (rec->type == VSYS_REC_LOST) {
		lost->first = s->account.next;
		s->account.next += lost->count;
		lost->last = s->account.next - 1;
		rec->seq = s->account.next;
	} else {
		rec->seq = s->account.next++;
	}
}

int vsys_recorder_add(struct vsys_recorder *r, const struct vsys_record *rec)
{
	struct vsys_stream_vcpu *s;
	struct vsys_record *copy;
	int err = add_record(r, rec);

	if (err)
		return err;
	copy = (void *)(r->frame.s + r->frame.len - rec->size);
	/* Of more vCPUs than there is room for, records stay as they are: the reader agrees. */
	s = vsys_stream_vcpus_find(&r->sources, rec->vm, rec->vcpu);
	if (s) {
		renumber(s, copy);
		vsys_deltas_encode(&s->last, copy);
	}
	r->records++;
	return 0;
}

int vsys_recorder_machine(struct vsys_recorder *r, const struct vsys_note_machine *m)
{
	struct vsys_note_machine note = *m;

	note.r.size = sizeof(note);
	note.r.type = VSYS_NOTE_MACHINE;
	return add_record(r, &note.r);
}

int vsys_recorder_note(struct vsys_recorder *r, const struct vsys_record *note)
{
	return note->type < VSYS_NOTE_FIRST || note->type == VSYS_NOTE_END ? -EINVAL : add_record(r, note);
}

int vsys_recorder_clock(struct vsys_recorder *r, uint64_t time, uint64_t realtime)
{
	struct vsys_note_clock note = {
		.r = { .size = sizeof(note), .type = VSYS_NOTE_CLOCK, .time = time },
		.realtime = realtime,
	};

	return add_record(r, &note.r);
}

int vsys_recorder_end(struct vsys_recorder *r)
{
	struct vsys_note_end note = {
		.r = { .size = sizeof(note), .type = VSYS_NOTE_END },
		.records = r->records,
	};
	int err = add_record(r, &note.r);

	return err ? err : vsys_recorder_flush(r);
}

uint64_t vsys_recorder_bytes(const struct vsys_recorder *r)
{
	return r->bytes;
}

size_t vsys_recorder_pending(const struct vsys_recorder *r)
{
	return r->frame.len;
}
