/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_OUTBOX_H
#define VSYSREAD_SINKS_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sink.h"

/*
 * The queue between the reader of the rings, which must not wait for the network, and the thread
 * that sends.  It is in memory, with a limit, or in a spool.
 */

/**
 * struct message - an event to send
 * @next: in the queue
 * @end: of its place in the spool
 * @size: of the queue that it takes
 * @len: of @bytes, not more than @size
 * @bytes: subject, NUL, message id, NUL, text
 */
struct message {
	struct message *next;
	uint64_t end;
	size_t size, len;
	char bytes[];
};

static inline const char *message_id(const struct message *m)
{
	return m->bytes + strlen(m->bytes) + 1;
}

static inline const char *message_text(const struct message *m, size_t *len)
{
	const char *id = message_id(m), *text = id + strlen(id) + 1;

	*len = (size_t)(m->bytes + m->len - text);
	return text;
}

struct outbox;
struct spool;

/* Keeps what waits in @counts.  @spool may be NULL.  Returns NULL without memory. */
struct outbox *outbox_new(struct spool *spool, struct sink_counts *counts);
void outbox_free(struct outbox *o);

/*
 * Append a message; false: there is no room.  Room is then told again when an eighth of the queue
 * is free.  @always: without regard to the limit.
 */
bool outbox_put(struct outbox *o, const char *bytes, size_t size, bool always);

/* Is there room?  If not, wait up to @ms for it. */
bool outbox_room(struct outbox *o, unsigned int ms);

/* The next message, NULL if there is none for @ms.  It is the caller's until outbox_release(). */
struct message *outbox_take(struct outbox *o, unsigned int ms);

/* The oldest message that was taken is dealt with: free it. */
void outbox_release(struct outbox *o, struct message *m);

/* Write to the spool what is not there.  Returns the number of messages for which that failed. */
uint64_t outbox_flush(struct outbox *o);

/* No messages will come: outbox_take() waits no more. */
void outbox_end(struct outbox *o);

#endif /* VSYSREAD_SINKS_OUTBOX_H */
