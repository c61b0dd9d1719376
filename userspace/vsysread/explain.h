/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_EXPLAIN_H
#define VSYSREAD_EXPLAIN_H

#include <stdbool.h>

struct filter;
struct options;

/* On standard output; @filter may be NULL; with a recording nothing is the kernel's. */
void explain(const struct options *o, const struct filter *filter, bool live);

#endif /* VSYSREAD_EXPLAIN_H */
