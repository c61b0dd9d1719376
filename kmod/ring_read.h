/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYS_RING_READ_H
#define VSYS_RING_READ_H

#include <linux/types.h>

struct vsys_session;

ssize_t vsys_read(struct vsys_session *s, char __user *buf, size_t len);

#endif /* VSYS_RING_READ_H */
