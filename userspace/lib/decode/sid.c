// SPDX-License-Identifier: GPL-2.0
/* Format a SID of Windows, MS-DTYP 2.4.2. */
#include "decode.h"

enum {
	AUTHORITY = 2,		/* revision, number of sub-authorities; 6 bytes, the highest first */
	HEAD = 8,
	SUB_MAX = 15,
};

bool vsys_put_sid(struct vsys_text *t, const struct vsys_cap *cap, uint64_t addr)
{
	size_t left = cap && addr - cap->addr < cap->len ? cap->len - (size_t)(addr - cap->addr) : 0;
	const unsigned char *p = left < HEAD ? NULL : cap->data + (addr - cap->addr);
	uint64_t authority = 0;
	unsigned int i;

	if (!p || p[1] > SUB_MAX || left < HEAD + p[1] * 4u)
		return false;
	for (i = AUTHORITY; i < HEAD; i++)
		authority = authority << 8 | p[i];
	vsys_text_printf(t, authority >> 32 ? "S-%u-0x%012llx" : "S-%u-%llu", p[0],
			 (unsigned long long)authority);
	for (i = 0; i < p[1]; i++)
		vsys_text_printf(t, "-%u", (unsigned int)vsys_load(p + HEAD + i * 4, 4));
	return true;
}
