/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINK_TEXT_H
#define VSYSREAD_SINK_TEXT_H

#include "options.h"

struct lines;

/* Text of calls as strace has it, added to @text.  NULL when memory runs out. */
struct lines *lines_new(const struct options *o, struct vsys_decoder *d, struct vsys_text *text,
			bool colour);
void lines_free(struct lines *l);

/*
 * What records' profiles mean, and what to add to their times to have those since
 * 1970: it may become known later.
 */
void lines_begin(struct lines *l, const struct vsys_profiles *profiles, const __s64 *since_1970);

/*
 * @entry, which waits in the pairing, is of a call that is to be shown: it is
 * when something else comes, or when nothing does (lines_idle()).
 */
void lines_entry(struct lines *l, const struct vsys_rec_entry *entry);
void lines_idle(struct lines *l);

/* A call is over.  Returns 0 or -ENOMEM. */
int lines_call(struct lines *l, const struct vsys_call_event *ev);

/* A record that is of no call. */
void lines_record(struct lines *l, const struct vsys_record *rec);

#endif /* VSYSREAD_SINK_TEXT_H */
