/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SINK_TOP_H
#define VSYSREAD_SINK_TOP_H

#include "sink_summary.h"

struct top;

/* On a terminal the screen is taken, elsewhere tables are written to @file. */
struct top *top_new(struct options *o, FILE *file);
void top_free(struct top *t);

/* A descriptor that tells of keys, or -1. */
int top_input(const struct top *t);

/* Take keys.  Returns false for the one that ends. */
bool top_keys(struct top *t);

/* Once an interval is over show @s, its sums, and empty it. */
void top_idle(struct top *t, struct summary *s, unsigned int rings);

/* Milliseconds until the interval is over. */
int top_wait(const struct top *t);

#endif /* VSYSREAD_SINK_TOP_H */
