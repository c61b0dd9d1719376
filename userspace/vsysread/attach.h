/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VSYSREAD_ATTACH_H
#define VSYSREAD_ATTACH_H

#include "options.h"

/* Each says on stderr what went wrong and returns a negative errno then. */
int attach_open(const char *path, struct vsys_device **s);
int attach_targets(const struct options *o, struct vsys_device *s);
int attach_undo(const struct options *o, struct vsys_device *s);

/* Which profiles are asked for, by name or by saying nothing?  To be freed. */
int attach_used(const struct options *o, const struct vsys_profiles *profiles,
		const struct vsys_info *info, bool **used);

#endif /* VSYSREAD_ATTACH_H */
