/* SPDX-License-Identifier: GPL-2.0 */
/* Which calls a session wants. */
#ifndef VSYS_FILTER_H
#define VSYS_FILTER_H

#include <linux/bitmap.h>
#include <linux/nospec.h>
#include <linux/vsyscalls.h>

#include "x86/abi.h"

struct vsys_session;

/* The calls of one ABI that pass. */
struct vsys_filter_part {
	bool all;
	bool others;	/* numbers that the map does not reach */
	DECLARE_BITMAP(pass, VSYS_FILTER_NUMBERS);
};

/* Replaced as a whole, see vsys_session_filter(). */
struct vsys_filter_set {
	bool all;
	struct vsys_filter_part abi[VSYS_ABIS];
};

static inline bool vsys_filter_passes(const struct vsys_filter_set *f, u8 abi, u32 nr)
{
	const struct vsys_filter_part *p = &f->abi[abi];

	if (likely(f->all) || p->all)
		return true;
	if (abi == VSYS_ABI_LINUX_X32)
		nr &= ~VSYS_X32_BIT;
	if (nr >= VSYS_FILTER_NUMBERS)
		return p->others;
	return test_bit(array_index_nospec(nr, VSYS_FILTER_NUMBERS), p->pass);
}

struct vsys_filter_set *vsys_filter_all(void);
int vsys_session_filter(struct vsys_session *s, const struct vsys_filter *in);

#endif /* VSYS_FILTER_H */
