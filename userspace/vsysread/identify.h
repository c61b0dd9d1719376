/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_IDENTIFY_H
#define VSYSREAD_IDENTIFY_H

#include <vsyscalls/vsyscalls.h>

struct identifier;

/*
 * Find out, beside the trace, what runs in its machines, and have the module tell who
 * makes their calls.  Returns NULL if it cannot be done, after a report.
 */
struct identifier *identifier_new(struct vsys_device *d, const struct vsys_profiles *profiles);

/* A machine is traced, with that profile; may be repeated. */
void identifier_add(struct identifier *id, const struct vsys_record *rec);

/* Ends what is under way. */
void identifier_free(struct identifier *id);

#endif /* VSYSREAD_IDENTIFY_H */
