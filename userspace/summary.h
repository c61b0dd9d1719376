/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SUMMARY_H
#define VSYSREAD_SUMMARY_H

#include <stdio.h>
#include "lib/vsyscalls.h"

struct summary;

struct summary *summary_new(void);
void summary_free(struct summary *s);
int summary_add(struct summary *s, const struct vsys_table *table,
		const struct vsys_call_event *ev);
void summary_print(struct summary *s, FILE *f);

#endif /* VSYSREAD_SUMMARY_H */
