/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_GUEST_FIELD_H
#define VSYS_GUEST_FIELD_H

#include <linux/vsyscalls.h>
#include "space.h"

/* Follow the way to a field that is a number.  Returns whether it could be read. */
bool vsys_field_number(struct vsys_space *s, const struct vsys_task_field *f, uint64_t task,
		       uint64_t *value);

/*
 * Follow the way to a field that is text, and copy it with a NUL.  @n is more than
 * @f->bytes; of UTF-16 it is three times as much.
 */
bool vsys_field_text(struct vsys_space *s, const struct vsys_task_field *f, uint64_t task,
		     char *buf, size_t n);

#endif /* VSYS_GUEST_FIELD_H */
