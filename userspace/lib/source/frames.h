/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_FRAMES_H
#define VSYS_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	VSYS_FRAME_MAX = 1 << 20,	/* bytes in a frame, before compression */
};

/* Whether these four bytes begin a zstd frame, data or skippable. */
int vsys_frames_magic(const void *p);

struct vsys_frames;

/* Read frames from @fd; the @n bytes at @head were read from it already.  NULL: no memory. */
struct vsys_frames *vsys_frames_new(int fd, const void *head, size_t n);
void vsys_frames_free(struct vsys_frames *f);

/*
 * Decompress the next frame, VSYS_FRAME_MAX bytes at most, and verify its checksum.
 * Returns bytes, 0 at the end, -EBADMSG (see vsys_frames_wrong()), -errno.
 */
ssize_t vsys_frames_next(struct vsys_frames *f, void *to);

/* File offset of the last frame, and the description of its damage. */
uint64_t vsys_frames_offset(const struct vsys_frames *f);
const char *vsys_frames_wrong(const struct vsys_frames *f);

#endif /* VSYS_FRAMES_H */
