/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_SELECT_H
#define VSYSREAD_SELECT_H

#include <stdbool.h>
#include <vsyscalls/vsyscalls.h>

struct options;

/* Is a call with this entry wanted, as far as vCPU and address space go? */
bool select_entry(const struct options *o, const struct vsys_rec_entry *e);

/* Is a call that is over? */
bool select_call(const struct options *o, const struct vsys_table *table,
		 const struct vsys_call_event *ev);

/* Is a record that is of no call? */
bool select_record(const struct options *o, const struct vsys_record *rec);

#endif /* VSYSREAD_SELECT_H */
