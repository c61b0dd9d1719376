/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_HELD_H
#define VSYS_HELD_H

#include <linux/vsyscalls.h>

struct vsys_session;

int vsys_held_next(struct vsys_session *s, struct vsys_held *in);
int vsys_held_args(struct vsys_session *s, struct vsys_held_args *in);
int vsys_held_regs(struct vsys_session *s, struct vsys_held_regs *in);
int vsys_held_mem(struct vsys_session *s, struct vsys_held_mem *in);
int vsys_held_resume(struct vsys_session *s, struct vsys_resume *in);

#endif /* VSYS_HELD_H */
