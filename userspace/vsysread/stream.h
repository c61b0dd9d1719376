/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_STREAM_H
#define VSYSREAD_STREAM_H

struct options;

/* --to of a place, not of a form.  Returns OPTION_GOOD or an exit status, as the next. */
int stream_parse(struct options *o, char *url);

/* Check what goes with it, and open the spool; stream_free() follows in any case. */
int stream_check(struct options *o);
void stream_free(struct options *o);

#endif /* VSYSREAD_STREAM_H */
