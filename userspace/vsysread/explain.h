/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_EXPLAIN_H
#define VSYSREAD_EXPLAIN_H

#include <stdbool.h>

struct options;
struct vsys_callsets;

/**
 * explain - print what of the command line is filtered where
 * @o: the command line
 * @calls: the calls of -e, or NULL
 * @live: the device is read, so the module filters too
 */
void explain(const struct options *o, const struct vsys_callsets *calls, bool live);

#endif /* VSYSREAD_EXPLAIN_H */
