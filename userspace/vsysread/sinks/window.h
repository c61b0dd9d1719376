/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_WINDOW_H
#define VSYSREAD_SINKS_WINDOW_H

#include "sender.h"

/* Messages that are on the way, for servers that acknowledge them in any order. */

enum {
	WINDOW = 4096,		/* messages */
	WINDOW_ACKS = 1024,	/* of them on the way, where each is acknowledged on its own */
	WINDOW_BYTES = 4 << 20,
};

/**
 * struct flight - a message that is on the way, or waits to be sent again
 * @m: the message
 * @stored: it was acknowledged
 * @again: it was sent more than once
 * @rejected: it counts as @stored, but the server dropped it
 * @lane: requests of one lane follow each other
 */
struct flight {
	struct message *m;
	bool stored, again, rejected;
	unsigned char lane;
};

/**
 * struct window - messages by number
 * @flights: those from @first to @taken, modulo WINDOW
 * @first: number of the oldest message that is not stored
 * @next: number of the message to send next
 * @taken: one past the newest number
 * @bytes: of all @flights
 */
struct window {
	struct flight flights[WINDOW];
	uint64_t first, next, taken;
	size_t bytes;
};

static inline struct flight *window_at(struct window *w, uint64_t n)
{
	return &w->flights[n % WINDOW];
}

/*
 * Is there a message with number @next, and are fewer than @most on the way?  Waits up to @ms for a
 * message if none is on the way.
 */
bool window_ready(struct window *w, struct outbox *outbox, unsigned int most, unsigned int ms);

/* Forget those that are stored, in order. */
void window_release(struct window *w, struct outbox *outbox);

/* Send all again, from the oldest on. */
void window_again(struct window *w);

/* What is stored, but comes after what is not, is no longer counted as sent. */
void window_free(struct window *w, struct sink_counts *counts);

#endif /* VSYSREAD_SINKS_WINDOW_H */
