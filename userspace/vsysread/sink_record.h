/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINK_RECORD_H
#define VSYSREAD_SINK_RECORD_H

#include "options.h"

/* vsysread -w: records into files.  What goes wrong is said here. */
struct keep;

/*
 * @notes: of the file that records are copied from; NULL: what has to be known of
 * machines is found on this host.  @since_1970: nanoseconds to add to a record's
 * time, 0 if that is not known.
 */
struct keep *keep_open(const struct options *o, const struct vsys_profiles *profiles,
		       const struct vsys_notes *notes, const __s64 *since_1970);

int keep_record(struct keep *k, const struct vsys_record *rec);

/* Has a record found no room? */
bool keep_full(const struct keep *k);

/* Milliseconds after which keep_flush() should come, -1 for any time. */
int keep_wait(const struct keep *k);

/* What has waited for a second gets to the disk. */
int keep_flush(struct keep *k);

/* The end mark.  @k may be NULL. */
int keep_close(struct keep *k);

#endif /* VSYSREAD_SINK_RECORD_H */
