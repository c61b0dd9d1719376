/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_IDENTIFY_H
#define VSYSREAD_IDENTIFY_H

#include <vsyscalls/vsyscalls.h>

struct identifier;
struct options;

/**
 * struct identified - what was found in a machine
 * @vm: process that runs it
 * @traced: it was traced when it was looked at
 * @err: why nothing is known, a negative errno, or 0
 * @info: what was found
 * @notes: what its processes have open, to be freed; each struct vsys_note_handle is padded to 8
 * @bytes: of @notes
 */
struct identified {
	uint32_t vm;
	bool traced;
	int err;
	struct vsys_guest_info info;
	char *notes;
	size_t bytes;
};

/*
 * Find out, beside the trace, what runs in machines.  @d is the device of the trace.
 * Returns NULL if it cannot be done, after a report.
 */
struct identifier *identifier_new(const struct options *o, struct vsys_device *d);

/* Find out what runs in a machine that is not traced yet. */
void identifier_find(struct identifier *id, pid_t pid);

/* Do so with all machines that run now or later. */
void identifier_watch(struct identifier *id);

/*
 * A machine is traced, or its system may be another one than before: find out what runs
 * there, have the module tell who makes its calls.
 */
void identifier_add(struct identifier *id, uint32_t vm);

/* A descriptor that is readable while identifier_take() has something. */
int identifier_fd(const struct identifier *id);

/* What was found since.  Returns false if that is nothing. */
bool identifier_take(struct identifier *id, struct identified *found);

/* Were all machines that ran at the begin looked at? */
bool identifier_settled(struct identifier *id);

/* Ends what is under way. */
void identifier_free(struct identifier *id);

#endif /* VSYSREAD_IDENTIFY_H */
