/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SELECT_H
#define VSYSREAD_SELECT_H

#include <stdbool.h>
#include <vsyscalls/vsyscalls.h>

struct options;

/* Do the options want the vCPU and the address space of this entry? */
bool select_entry(const struct options *o, const struct vsys_rec_entry *e);

/* Do they want this call, which is over? */
bool select_call(const struct options *o, const struct vsys_table *table,
		 const struct vsys_call_event *ev);

/* Do they want this record, which is of no call? */
bool select_record(const struct options *o, const struct vsys_record *rec);

#endif /* VSYSREAD_SELECT_H */
