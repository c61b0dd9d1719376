/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_SPOOL_H
#define VSYSREAD_SINKS_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hash.h"

/*
 * Messages on disk, in order, until they are released: a folder of segments, each a header and
 * frames of size, checksum and message, and a file that tells how far they are released.  All
 * that was flushed survives the death of the process.  Not for two threads at a time.
 */

struct spool;
struct message;

/* In front of each message in a segment */
struct spool_frame {
	uint32_t size, sum;
};

static inline uint32_t spool_sum(const char *bytes, size_t n)
{
	uint64_t hash = hash_bytes(bytes, n);

	return (uint32_t)(hash ^ hash >> 32);
}

enum { SPOOL_LEAST = 1 << 20 };	/* lowest limit */

enum { SPOOL_FORM = 8 };	/* characters that name a form of messages */

/*
 * Open the folder @dir, and make it if it is missing; it may hold @limit bytes of messages of
 * @form.  Returns 0 or a negative errno: -EWOULDBLOCK if another process has it, -EPERM if others
 * could write there, -EXDEV if it has messages of another form.
 */
int spool_open(const char *dir, uint64_t limit, const char *form, struct spool **spool);

/* Messages that are not flushed are lost. */
void spool_close(struct spool *sp);

/* Messages that were there when it was opened; of these, torn ones that were dropped. */
uint64_t spool_found(const struct spool *sp);
uint64_t spool_torn(const struct spool *sp);

/*
 * A session that writes begins.  Returns the one before if that is another and has not ended, or
 * else 0.
 */
uint64_t spool_begin(struct spool *sp, uint64_t session);

/* It ends: have all on disk. */
void spool_end(struct spool *sp);

/* Append a message; false: it has no room there, unless @always, or cannot be written. */
bool spool_append(struct spool *sp, const char *bytes, size_t size, bool always);

/* Write what was appended.  Returns the number of messages for which that failed. */
uint64_t spool_flush(struct spool *sp);

/* The next message, NULL if there is none.  The caller frees it. */
struct message *spool_next(struct spool *sp);

/* The oldest message that was taken is dealt with. */
void spool_release(struct spool *sp, const struct message *m);

/* Bytes on disk. */
uint64_t spool_used(const struct spool *sp);
uint64_t spool_limit(const struct spool *sp);

#endif /* VSYSREAD_SINKS_SPOOL_H */
