/* SPDX-License-Identifier: GPL-2.0 */
/* The captures of a record in order. */
#ifndef VSYS_CAPTURES_H
#define VSYS_CAPTURES_H

#include <vsyscalls/vsyscalls.h>

/* Offset of the captures; the record is at least as long as its type requires. */
size_t vsys_captures_at(const struct vsys_record *rec);

/* Take the capture at *@at; false: it ends behind the record. */
bool vsys_captures_take(const struct vsys_record *rec, size_t *at, struct vsys_cap *cap);

#endif /* VSYS_CAPTURES_H */
