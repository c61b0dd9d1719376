/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_HOLD_IOCTL_H
#define VSYS_HOLD_IOCTL_H

#include <linux/vsyscalls.h>

struct vsys_session;

int vsys_hold_ioctl_next(struct vsys_session *s, struct vsys_held *in);
int vsys_hold_ioctl_args(struct vsys_session *s, struct vsys_held_args *in);
int vsys_hold_ioctl_regs(struct vsys_session *s, struct vsys_held_regs *in);
int vsys_hold_ioctl_mem(struct vsys_session *s, struct vsys_held_mem *in);
int vsys_hold_ioctl_resume(struct vsys_session *s, struct vsys_resume *in);

#endif /* VSYS_HOLD_IOCTL_H */
