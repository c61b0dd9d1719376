/* SPDX-License-Identifier: GPL-2.0 */
#ifndef STUB_TAP_H
#define STUB_TAP_H

#include "session.h"

struct vsys_tap {
	struct vsys_session *session;
	u32 profile;
};

void vsys_tap_changed(struct vsys_session *s);

#endif
