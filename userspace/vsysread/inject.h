/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_INJECT_H
#define VSYSREAD_INJECT_H

#include "options.h"

/* Make rules of -e inject= in the session.  Says what is wrong; returns 0 or -1. */
int inject_install(struct options *o, const struct vsys_profiles *profiles,
		   const bool *used, struct vsys_device *s);

/* Say how often they acted; returns false if one failed. */
bool inject_totals(const struct options *o, struct vsys_device *s);

#endif /* VSYSREAD_INJECT_H */
