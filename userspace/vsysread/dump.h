/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_DUMP_H
#define VSYSREAD_DUMP_H

#include <stdbool.h>
#include <stdint.h>

struct options;
struct vsys_decoded;
struct vsys_text;

enum {
	DUMP_MAX = 64,
	DUMP_BYTES = 65536,	/* the most that the module copies of an argument */
};

/**
 * struct dump_set - descriptors whose data are shown, of -e read= or -e write=
 * @n: number of @fds
 * @fds: descriptors or handles
 * @others: all but @fds are meant
 */
struct dump_set {
	unsigned int n;
	int64_t fds[DUMP_MAX];
	bool others;
};

/* Add -e read=ARG or -e write=ARG.  Return as option_def.set. */
int dump_add_read(struct options *o, char *arg);
int dump_add_write(struct options *o, char *arg);

/* Has -e read= or -e write= a descriptor? */
bool dump_wanted(const struct options *o);

/* Append what the call read or wrote, if its descriptor is in the sets: lines of hex and ASCII. */
void dump_call(struct vsys_text *t, const struct options *o, const struct vsys_decoded *c);

#endif /* VSYSREAD_DUMP_H */
