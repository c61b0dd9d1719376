/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_FILTER_H
#define VSYSREAD_FILTER_H

#include <stdio.h>
#include "options.h"

struct filter;

/*
 * What @exprs, each as of -e trace=, mean in each of @profiles, which must outlive the filter.  @used
 * says of each whether it was asked for: names must be calls of one of those.
 * NULL if not; it has then said why.
 */
struct filter *filter_new(const char *const *exprs, unsigned int nexprs,
			  const struct vsys_profiles *profiles, const bool *used);
void filter_free(struct filter *f);

/* Does -e trace= ask for the call of this entry or return? */
bool filter_passes(const struct filter *f, const struct vsys_record *rec);

/*
 * What at least one of the profiles that are used wants of an ABI, or of all ABIs
 * alike: 0.  It is one or the other.  @exact: out: false if they do not want the same.
 */
bool filter_set(const struct filter *f, unsigned int abi, struct vsys_callset *set, bool *exact);

/* Let the kernel drop what no profile that is used wants. */
int filter_install(const struct filter *f, struct vsys_device *s);

/* Say what of that the kernel does, nothing unless @live, and what is left. */
void filter_explain(const struct filter *f, FILE *out, bool live);

#endif /* VSYSREAD_FILTER_H */
