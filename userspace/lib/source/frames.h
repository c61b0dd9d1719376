/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_FRAMES_H
#define VSYS_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	VSYS_FRAME_MAX = 1 << 20,	/* bytes in a frame, before compression */
};

/* Do these four bytes begin a zstd frame, of data or one to be skipped? */
int vsys_frames_magic(const void *p);

struct vsys_frames;

/*
 * The frames of @fd, of which the first @n bytes at @head are read already.
 * NULL when memory runs out.
 */
struct vsys_frames *vsys_frames_new(int fd, const void *head, size_t n);
void vsys_frames_free(struct vsys_frames *f);

/*
 * What the next frame holds, VSYS_FRAME_MAX bytes at most, checked by its sum.
 * Returns bytes, 0 at the end, -EBADMSG (see vsys_frames_wrong()), -errno.
 */
ssize_t vsys_frames_next(struct vsys_frames *f, void *to);

/* Where the frame that came last begins in the file, and what is wrong with it. */
uint64_t vsys_frames_offset(const struct vsys_frames *f);
const char *vsys_frames_wrong(const struct vsys_frames *f);

#endif /* VSYS_FRAMES_H */
