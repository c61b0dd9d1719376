/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_SENDER_H
#define VSYSREAD_SINKS_SENDER_H

#include <pthread.h>

#include "outbox.h"

/* The thread that sends the messages of an outbox, to servers of one kind. */

struct gap;
struct sender;

/**
 * struct stream_event - an event that becomes the text of a message
 * @env: of the sink; NULL for @gap, which any thread may make
 * @id: of the message
 * @rec: the record that tells its machine
 * @machine: name of the machine, "" if it has none
 * @call: decoded, NULL for other events
 * @type: of other events, "lost" for example
 * @gap: events that are missing, NULL for what is there
 * @reason: of @gap
 * @instead: the message that @gap replaces, or NULL
 */
struct stream_event {
	const struct sink_env *env;
	const char *id;
	const struct vsys_record *rec;
	const char *machine;
	const struct vsys_decoded *call;
	const char *type;
	const struct gap *gap;
	const char *reason;
	const struct message *instead;
};

/**
 * struct sender_ops - a kind of server
 * @scheme: of its URLs
 * @form: eight characters for the text of its messages, of which a spool has one
 * @wrong: NULL, or what is wrong with a URL of @scheme
 * @text: the text of a message
 * @open: allocate a sender for the options, which stay, and set its @name, or return NULL
 * @run: send, until sender_over()
 * @close: free it
 */
struct sender_ops {
	const char *scheme, *form;
	const char *(*wrong)(const char *url);
	void (*text)(struct vsys_text *t, const struct stream_event *ev);
	struct sender *(*open)(const struct options *o);
	void (*run)(struct sender *s);
	void (*close)(struct sender *s);
};

extern const struct sender_ops sender_nats, sender_otlp, sender_kafka;

/* Forms of messages: objects of JSON. */
#define FORM_JSON "vsysspl1"

void sender_json(struct vsys_text *t, const struct stream_event *ev);

/**
 * struct sender - what all kinds have; their own follows
 * @name: where to, for people; a part of the URL
 * @ending: 0; 1: all shall be sent; 2: it is over
 * @said: the present trouble was reported
 * @refused: it was reported that an event is refused
 * @pauses: in a row
 */
struct sender {
	const struct sender_ops *ops;
	const char *name;
	struct outbox *outbox;
	struct sink_counts *counts;
	pthread_t thread;
	_Atomic int ending;
	bool said, refused;
	unsigned int pauses;
};

/* The kind of server of a URL, NULL if it is not known here. */
const struct sender_ops *sender_find(const char *url);

/* Keeps @counts but for waiting.  Returns NULL with errno set. */
struct sender *sender_start(const struct options *o, struct outbox *outbox, struct sink_counts *counts);

/*
 * No messages will come: wait until all are stored, or none was for some seconds, or, if
 * @seconds is not 0, for that time.  Then free the sender.
 */
void sender_end(struct sender *s, unsigned int seconds);

/* ---- for kinds of servers ---- */

/* NULL, or what is wrong with @n bytes that should be HOST, HOST:PORT or [ADDRESS]:PORT. */
const char *sender_wrong_host(const char *s, size_t n);

/* The same of a list between "://" and "/"; @usage: there are no such marks. */
const char *sender_wrong_hosts(const char *url, const char *usage);

/* Milliseconds of a steady clock. */
int64_t sender_now(void);

/* Is there nothing more to do? */
bool sender_over(const struct sender *s);

/* Tell once that events wait, and why; sender_stored() ends the trouble. */
void sender_trouble(struct sender *s, const char *why);
void sender_stored(struct sender *s, uint64_t n);

/* Wait before the next attempt: longer each time, or for @ms if that is not 0. */
void sender_pause(struct sender *s, int64_t ms);

/*
 * No server takes the message, now or later: tell it once and count it.  Returns true if it is now
 * one that names the event as missing, false if it can only be released.
 */
bool sender_refuse(struct sender *s, struct message *m, const char *why);

#endif /* VSYSREAD_SINKS_SENDER_H */
