/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINKS_GAP_H
#define VSYSREAD_SINKS_GAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vsyscalls/text.h>

/**
 * struct gap - events of a ring that a stream does not have
 * @vm: the machine
 * @vcpu: its vCPU
 * @first: lowest number of such an event
 * @last: highest number
 * @time: of the event that was dropped last
 * @count: events between @first and @last that are missing
 */
struct gap {
	uint32_t vm;
	uint16_t vcpu;
	uint64_t first, last, time, count;
};

/* Gaps of all rings that have one; all zero at first. */
struct gaps {
	struct gap *gaps;
	size_t n, room;
};

/* Count a dropped event: numbers and time of @one.  Returns 0 or -ENOMEM. */
int gaps_add(struct gaps *g, const struct gap *one);
void gaps_free(struct gaps *g);

/* The id of event @one->first in a stream: SESSION-VM.VCPU.SEQ.TIME, SEQ and TIME in hex. */
void event_id(struct vsys_text *t, const char *session, const struct gap *one);

/* The gap of the one event with that id; false: it is the id of none. */
bool gap_of_id(struct gap *gap, const char *id);

/* A gap as a JSON object. */
void gap_json(struct vsys_text *t, const struct gap *gap, const char *reason);

#endif /* VSYSREAD_SINKS_GAP_H */
