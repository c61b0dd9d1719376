/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_TARGETS_H
#define VSYSREAD_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <vsyscalls/vsyscalls.h>

struct options;
struct target;

/* All options are there: do those that pick machines fit?  As options_parse(). */
int targets_check(struct options *o);

/*
 * Find the processes of machines that are named.  Returns 0, -ENOENT for one
 * that is not there, -ENOTUNIQ for one that is there twice; @which is it.
 */
int targets_find(struct options *o, const struct target **which);

/* The same, but wait for those that are not there; -EINTR: told to stop. */
int targets_wait(struct options *o, const struct target **which);

/* Does @rec of a recorded file belong to a machine that is asked for? */
bool targets_have(const struct options *o, const struct vsys_profiles *profiles,
		  const struct vsys_notes *notes, const struct vsys_record *rec);

/* "pid 7", "all machines" */
void targets_name(const struct target *t, char *buf, size_t n);

#endif /* VSYSREAD_TARGETS_H */
