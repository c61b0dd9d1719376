/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_NATS_SEND_H
#define VSYSREAD_SINKS_NATS_SEND_H

#include "nats_url.h"
#include "outbox.h"

/* The thread that sends the messages of an outbox to JetStream. */

struct sender;

/* Keeps @counts but for waiting.  Returns NULL with errno set. */
struct sender *sender_start(const struct nats_url *url, struct outbox *outbox,
			    struct sink_counts *counts);

/*
 * No messages will come: wait until all are stored, or none was for some seconds, or, if
 * @seconds is not 0, for that time.  Then free the sender.
 */
void sender_end(struct sender *s, unsigned int seconds);

#endif /* VSYSREAD_SINKS_NATS_SEND_H */
