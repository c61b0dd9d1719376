/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_NAMES_H
#define VSYSREAD_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of texts, from 1 on in the order in which they come; all zero at first. */
struct names {
	void *tree;
	uint64_t n;
};

/* The number of @text; @fresh: it is new.  0: memory ran out. */
uint64_t names_number(struct names *names, const char *text, bool *fresh);

/* The same of the first @limit texts; @limit + 1 for all that come later. */
uint64_t names_limited(struct names *names, const char *text, uint64_t limit, bool *fresh);
void names_free(struct names *names);

#endif /* VSYSREAD_NAMES_H */
