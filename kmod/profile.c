// SPDX-License-Identifier: GPL-2.0
/* The profiles, which scripts/genswitch.awk generates from prototypes/. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "generated/switch.c"

/* Index of the profile called @name, or -ENOENT. */
int vsys_profile_find(const char *name)
{
	int i;

	for (i = 0; i < vsys_nr_profiles; i++)
		if (!strcmp(vsys_profiles[i].name, name))
			return i;
	return -ENOENT;
}
