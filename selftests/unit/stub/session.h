/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STUB_SESSION_H
#define STUB_SESSION_H

#include <linux/types.h>

struct vsys_session {
	u8 tap_slot;
};

bool vsys_session_slotted(const struct vsys_session *s);

#endif
