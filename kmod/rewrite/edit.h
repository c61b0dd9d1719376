/* SPDX-License-Identifier: GPL-2.0 */
/* Change a stopped call; each change is recorded. */
#ifndef VSYS_EDIT_H
#define VSYS_EDIT_H

#include <linux/vsyscalls.h>

#include "rewrite/guest_rw.h"
#include "rewrite/types.h"

void vsys_edit_record(struct vsys_stop *stop, struct vsys_rec_edit *e,
		      const void *old, const void *new);
void vsys_edit_result(struct vsys_stop *stop, u64 value);
int vsys_edit_arg(struct vsys_stop *stop, u32 index, u64 value, u64 *fault);
int vsys_edit_args(struct vsys_stop *stop, const struct vsys_held_args *in,
		   const u64 *values, u64 *fault);
int vsys_edit_read_args(struct vsys_stop *stop, const struct vsys_held_args *in,
			u64 *values, u64 *fault);
int vsys_edit_regs(struct vsys_stop *stop, struct vsys_held_regs *r, const u64 *values);
int vsys_edit_mem(struct vsys_stop *stop, struct vsys_span *s, const void *data);
int vsys_edit_poke(struct vsys_stop *stop, const struct vsys_act *a, const void *data,
		   u64 *fault);

#endif /* VSYS_EDIT_H */
