// SPDX-License-Identifier: GPL-2.0
/* Read the zstd frames of a recorded file in order. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "frames.h"

enum {
	HEAD = 18,		/* maximal size of a frame header */
	SKIP_HEAD = 8,
	IN = ZSTD_COMPRESSBOUND(VSYS_FRAME_MAX) + HEAD,
};

struct vsys_frames {
	int fd;
	ZSTD_DCtx *dctx;
	uint64_t offset;	/* of @in[@start] in the file */
	uint64_t began;		/* file offset of the last frame returned */
	const char *wrong;
	bool ended;
	size_t start, end;	/* unused bytes of @in */
	unsigned char in[IN];
};

static uint32_t magic(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static bool skippable(const void *p)
{
	return (magic(p) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

int vsys_frames_magic(const void *p)
{
	return magic(p) == ZSTD_MAGICNUMBER || skippable(p);
}

struct vsys_frames *vsys_frames_new(int fd, const void *head, size_t n)
{
	struct vsys_frames *f = malloc(sizeof(*f));

	if (!f)
		return NULL;
	memset(f, 0, offsetof(struct vsys_frames, in));
	f->dctx = ZSTD_createDCtx();
	if (!f->dctx || n > IN) {
		vsys_frames_free(f);
		return NULL;
	}
	f->fd = fd;
	memcpy(f->in, head, n);
	f->end = n;
	return f;
}

void vsys_frames_free(struct vsys_frames *f)
{
	if (!f)
		return;
	ZSTD_freeDCtx(f->dctx);
	free(f);
}

static ssize_t bad(struct vsys_frames *f, const char *what)
{
	f->wrong = what;
	return -EBADMSG;
}

/* Read more of the file.  Returns bytes, 0 at the end, -errno. */
static ssize_t fill_input(struct vsys_frames *f)
{
	ssize_t n;

	memmove(f->in, f->in + f->start, f->end - f->start);
	f->end -= f->start;
	f->start = 0;
	n = read(f->fd, f->in + f->end, IN - f->end);
	if (n < 0)
		return -errno;
	f->ended = !n;
	f->end += (size_t)n;
	return n;
}

static void use(struct vsys_frames *f, size_t n)
{
	f->start += n;
	f->offset += n;
}

/* Skip a frame of up to 4 GiB; seek over it where the file can seek. */
static ssize_t skip_frame(struct vsys_frames *f)
{
	uint64_t left = (uint64_t)magic(f->in + f->start + 4) + SKIP_HEAD;
	size_t here = f->end - f->start;
	ssize_t n = 1;

	if (left > here && lseek(f->fd, (off_t)(left - here), SEEK_CUR) >= 0) {
		f->offset += left;
		f->start = f->end;
		return 0;
	}
	while (n > 0 && left) {
		here = f->end - f->start;
		use(f, left < here ? left : here);
		left -= left < here ? left : here;
		n = left ? fill_input(f) : 1;
	}
	return n > 0 ? 0 : n < 0 ? n : bad(f, "the file ends within a frame");
}

/* Stored size of the frame; 0: more bytes are needed to tell. */
static ssize_t stored_size(struct vsys_frames *f)
{
	const unsigned char *p = f->in + f->start;
	size_t here = f->end - f->start, n;
	unsigned long long size;

	if (here < HEAD && !f->ended)
		return 0;
	if (here < 4)
		return bad(f, "the file ends within a frame");
	if (!vsys_frames_magic(p))
		return bad(f, "no frame begins here");
	if (skippable(p))
		return here < SKIP_HEAD ? bad(f, "the file ends within a frame") : SKIP_HEAD;
	size = ZSTD_getFrameContentSize(p, here);
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || (size > VSYS_FRAME_MAX &&
						 size != ZSTD_CONTENTSIZE_ERROR))
		return bad(f, "a frame of an invalid size");
	n = ZSTD_findFrameCompressedSize(p, here);
	if (!ZSTD_isError(n))
		return (ssize_t)n;
	if (ZSTD_getErrorCode(n) != ZSTD_error_srcSize_wrong)
		return bad(f, "a damaged frame");
	if (f->ended)
		return bad(f, "the file ends within a frame");
	return here < IN ? 0 : bad(f, "a frame of an invalid size");
}

ssize_t vsys_frames_next(struct vsys_frames *f, void *to)
{
	ssize_t n;
	size_t got;

	f->began = f->offset;
	for (;;) {
		n = f->ended && f->start == f->end ? 0 : stored_size(f);
		if (n < 0 || (!n && f->ended))
			return n;
		if (!n) {
			n = fill_input(f);
			if (n < 0)
				return n;
			continue;
		}
		if (skippable(f->in + f->start)) {
			n = skip_frame(f);
			if (n < 0)
				return n;
			f->began = f->offset;
			continue;
		}
		got = ZSTD_decompressDCtx(f->dctx, to, VSYS_FRAME_MAX, f->in + f->start,
					  (size_t)n);
		if (ZSTD_isError(got))
			return bad(f, "a damaged frame");
		use(f, (size_t)n);
		if (got)
			return (ssize_t)got;
	}
}

uint64_t vsys_frames_offset(const struct vsys_frames *f)
{
	return f->began;
}

const char *vsys_frames_wrong(const struct vsys_frames *f)
{
	return f->wrong;
}
